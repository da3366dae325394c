public import Autoencoders

public import Tensors

struct LatentPreview: Sendable {
  func image(_ l: Latents) -> PixelImage {
    PixelImage(width: l.width, height: l.height, bytes: [UInt8](repeating: 0, count: 3 * l.width * l.height))
  }
}
extension LoadedModel { var preview: LatentPreview { LatentPreview() } }
public extension Autoencoder {
  func decodingBytes(width: Int, height: Int) -> Int { 1 }
  func decodingMultiplyAdds(height: Int, width: Int) -> Double { 1 }
}
