package import CKernels
import Tensors

/// A way to compute convolutions on the processor: how filters are packed, what a round works on.
package enum ConvolutionMethod: Sendable, CaseIterable {
  /// A product over pointers to input pixels; any geometry.
  case direct
  /// F(4×4, 3×3): a quarter of the products; stride 1 only.
  case winograd
  /// The same with products of bfloat16.
  case narrowWinograd

  /// Channels below which products are so few that rounding gains nothing: a picture's own, and
  /// its latents'.
  private static let leastChannels = 16

  /// What is faster, with few channels too.
  ///
  /// - Parameters:
  ///   - shape: `[outputs, inputs, kernel, kernel]`.
  ///   - mayRound: Whether products may be of bfloat16.
  static func best(for geometry: ConvolutionGeometry, _ shape: Shape, mayRound: Bool) -> Self {
    guard winograd.serves(geometry) else { return .direct }
    return mayRound && min(shape[0], shape[1]) >= leastChannels ? .narrowWinograd : .winograd
  }

  func serves(_ geometry: ConvolutionGeometry) -> Bool {
    self == .direct || geometry.kernel == 3 && geometry.stride == 1
  }

  /// Of the products.
  package var format: px_format { self == .narrowWinograd ? PX_BFLOAT16 : PX_FLOAT32 }

  /// 32-bit words that a panel of filters takes when packed.
  package func packedSize(inputs: Int, kernel: Int) -> Int {
    let components =
      switch self {
      case .direct: kernel * kernel
      case .winograd, .narrowWinograd: Int(PX_WINOGRAD_SPAN * PX_WINOGRAD_SPAN)
      }
    let words = self == .narrowWinograd ? (inputs + 1) / 2 : inputs
    return components * words * Int(PX_PANEL)
  }

  /// Packs a panel of at most 16 filters `[outputs, inputs, kernel, kernel]`.
  func pack(
    _ filters: UnsafePointer<Float>, outputs: Int, inputs: Int, kernel: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .direct: px_pack_filters(filters, outputs, inputs, kernel * kernel, target)
    case .winograd, .narrowWinograd:
      px_winograd_filters(filters, format, outputs, inputs, target)
    }
  }

  /// Pieces of work in an output picture: pixels or tiles of 4×4 pixels.
  package func pieces(height: Int, width: Int) -> Int {
    switch self {
    case .direct: return height * width
    case .winograd, .narrowWinograd:
      let side = Int(PX_WINOGRAD_OUT)
      return ((height + side - 1) / side) * ((width + side - 1) / side)
    }
  }

  /// Most pieces that one round should take: few enough for the cache, enough to pay for reading
  /// all weights, which are many where channels are.
  func roundLimit(inputs: Int) -> Int {
    switch self {
    case .direct: Int(PX_CONVOLUTION_TILE)
    case .winograd, .narrowWinograd: inputs <= 128 ? 24 : 96
    }
  }

  /// Floats of scratch memory for a round.
  package func scratchSize(inputs: Int, kernel: Int, pieces: Int) -> Int {
    switch self {
    case .direct: (px_convolve_scratch(inputs, kernel * kernel) + 3) / 4
    case .winograd, .narrowWinograd: px_winograd_scratch(inputs, pieces)
    }
  }

  package func run(
    _ work: UnsafePointer<px_convolution>, from first: Int, count: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .direct: px_convolve(work, first, count, scratch)
    case .winograd, .narrowWinograd: px_winograd(work, first, count, scratch)
    }
  }
}
