/// The sizes of an `AutoencoderTiny` (TAESD).
public struct AutoencoderTinyConfiguration: Sendable, Equatable {
  public let inChannels: Int
  public let outChannels: Int
  public let latentChannels: Int
  /// The same in all stages of the encoder.
  public let encoderChannels: Int
  public let decoderChannels: Int
  /// Residual blocks of each stage, in the order of execution.
  public let numEncoderBlocks: [Int]
  public let numDecoderBlocks: [Int]
  /// Latents from -magnitude to magnitude become 0 to 1 when they are stored as pixels.
  public let latentMagnitude: Float
  public let latentShift: Float
  public let upsamplingScalingFactor: Int
  public let scalingFactor: Float

  public var spatialFactor: Int { 1 << (numDecoderBlocks.count - 1) }

  /// - Throws: ``ConfigurationError`` if a value is absent, absurd or of another network.
  public init(_ file: ConfigurationFile) throws(ConfigurationError) {
    try file.require("act_fn", .string("relu"))
    try file.require("upsample_fn", .string("nearest"))
    inChannels = try file.integer("in_channels", in: 1...64, default: 3)
    outChannels = try file.integer("out_channels", in: 1...64, default: 3)
    latentChannels = try file.integer("latent_channels", in: 1...64, default: 4)
    numEncoderBlocks = try file.integers("num_encoder_blocks", in: 0...64, count: 1...6)
    numDecoderBlocks = try file.integers("num_decoder_blocks", in: 0...64, count: 1...6)
    guard numDecoderBlocks.count == numEncoderBlocks.count else {
      throw file.bad("num_decoder_blocks", "as many stages as in num_encoder_blocks")
    }
    encoderChannels = try Self.channels(
      file, "encoder_block_out_channels", stages: numEncoderBlocks.count)
    decoderChannels = try Self.channels(
      file, "decoder_block_out_channels", stages: numDecoderBlocks.count)
    latentMagnitude = Float(try file.number("latent_magnitude", in: 1e-6...1e6, default: 3))
    latentShift = Float(try file.number("latent_shift", in: -1e6...1e6, default: 0.5))
    upsamplingScalingFactor = try file.integer("upsampling_scaling_factor", in: 2...2, default: 2)
    scalingFactor = Float(try file.number("scaling_factor", in: 1e-6...1e6, default: 1))
  }

  /// The network adds what comes in to what goes out of a stage, so all have one width.
  private static func channels(_ file: ConfigurationFile, _ key: String, stages: Int)
    throws(ConfigurationError) -> Int
  {
    let channels = try file.integers(key, in: 1...8192, count: stages...stages)
    guard let first = channels.first, channels.allSatisfy({ $0 == first }) else {
      throw file.bad(key, "the same number for every stage")
    }
    return first
  }
}
