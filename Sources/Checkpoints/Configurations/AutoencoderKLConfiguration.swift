/// The sizes of an `AutoencoderKL`.
public struct AutoencoderKLConfiguration: Sendable, Equatable {
  public let inChannels: Int
  public let outChannels: Int
  public let latentChannels: Int
  /// Of the stages, the encoder's first one first.
  public let blockOutChannels: [Int]
  public let layersPerBlock: Int
  public let normNumGroups: Int
  /// What latents are multiplied by on their way to the transformer.
  public let scalingFactor: Float
  /// What is subtracted before that.
  public let shiftFactor: Float
  /// Side of a tile in pixels when it works in tiles.
  public let sampleSize: Int
  public let useQuantConv: Bool
  public let usePostQuantConv: Bool

  public var spatialFactor: Int { 1 << (blockOutChannels.count - 1) }

  /// - Throws: ``ConfigurationError`` if a value is absent, absurd or of another network.
  public init(_ file: ConfigurationFile) throws(ConfigurationError) {
    try file.require("act_fn", .string("silu"))
    try file.require("mid_block_add_attention", .bool(true))
    for key in ["latents_mean", "latents_std"] { try file.require(key, .null) }
    inChannels = try file.integer("in_channels", in: 1...64, default: 3)
    outChannels = try file.integer("out_channels", in: 1...64, default: 3)
    latentChannels = try file.integer("latent_channels", in: 1...64, default: 4)
    blockOutChannels = try file.integers("block_out_channels", in: 1...8192, count: 1...6)
    layersPerBlock = try file.integer("layers_per_block", in: 1...32)
    normNumGroups = try file.integer("norm_num_groups", in: 1...1024, default: 32)
    scalingFactor = Float(try file.number("scaling_factor", in: 1e-6...1e6, default: 0.18215))
    shiftFactor = Float(try file.number("shift_factor", in: -1e6...1e6, default: 0))
    sampleSize = try file.integer("sample_size", in: 8...65_536, default: 32)
    useQuantConv = try file.bool("use_quant_conv", default: true)
    usePostQuantConv = try file.bool("use_post_quant_conv", default: true)
    let stages = blockOutChannels.count
    try file.require("down_block_types", .repeated("DownEncoderBlock2D", stages))
    try file.require("up_block_types", .repeated("UpDecoderBlock2D", stages))
    for channels in blockOutChannels where channels % normNumGroups != 0 {
      throw file.bad(
        "norm_num_groups", "a divisor of all block_out_channels, of \(channels) too,")
    }
  }
}

extension JSONValue {
  fileprivate static func repeated(_ text: String, _ count: Int) -> JSONValue {
    .array(Array(repeating: .string(text), count: count))
  }
}
