import Autoencoders
import Checkpoints
import Foundation

/// What a request will need at its peak, in bytes; mapped weights count where every step reads them.
struct MemoryForecast {
  let weights: Int
  let activations: Int

  /// - Parameter tiling: How the picture is decoded; whole if nil.
  init(_ model: LoadedModel, made size: PictureSize, guided: Bool, tiling: Tiling?) {
    let configuration = model.configuration
    let factor = model.autoencoder.spatialFactor * configuration.patchSize
    let tokens = size.width / factor * (size.height / factor) * (guided ? 2 : 1)
    // Hidden state, positions, normalised input, queries, keys, values and mixed values live at
    // once; or the first three with the feed-forward's fourfold width.
    let denoising = tokens * configuration.hiddenSize * 8 * 4
    let side = tiling?.sampleSize ?? .max
    var decoding = model.autoencoder.decodingBytes(
      width: min(size.width, side), height: min(size.height, side))
    // The pictures that tiles are taken from and blended into.
    if tiling != nil { decoding += 2 * 3 * 4 * size.width * size.height }
    weights = model.transformerBytes + 2 * model.autoencoderBytes
    activations = max(denoising, decoding)
  }

  var total: Int { weights + activations }

  /// - Throws: ``GenerationError/notEnoughMemory(needed:available:size:)``.
  func check(_ size: PictureSize) throws(GenerationError) {
    guard let available = Self.availableBytes, total > available else { return }
    throw .notEnoughMemory(needed: total, available: available, size: size)
  }

  /// What the system can hand out without swapping, or nil where it does not say.
  private static var availableBytes: Int? {
    [systemBytes, groupBytes].compactMap { $0 }.min()
  }

  private static var systemBytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kilobytes * 1024
  }

  /// What a container's limit leaves.
  private static var groupBytes: Int? {
    func number(_ file: String) -> Int? {
      (try? String(contentsOfFile: "/sys/fs/cgroup/\(file)", encoding: .utf8))
        .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    guard let limit = number("memory.max"), let used = number("memory.current") else { return nil }
    return max(0, limit - used)
  }
}
