/// Pictures in the autoencoder's latent space, `[count, channels, height, width]`, row-major.
///
/// A small copyable value (a 1024 px picture is 256 KB), so a run can keep one for every step.
public struct Latents: Sendable, Equatable {
  public let count: Int
  public let channels: Int
  /// In latent pixels: an eighth of the picture's.
  public let height: Int
  public let width: Int
  public var values: [Float]

  public init(count: Int, channels: Int, height: Int, width: Int, values: [Float]) {
    precondition(
      values.count == count * channels * height * width,
      "\(values.count) values for latents \([count, channels, height, width])")
    self.count = count
    self.channels = channels
    self.height = height
    self.width = width
    self.values = values
  }

  public var shape: Shape { [count, channels, height, width] }

  /// The same extents with other numbers.
  public func with(_ values: [Float]) -> Latents {
    Latents(count: count, channels: channels, height: height, width: width, values: values)
  }
}
