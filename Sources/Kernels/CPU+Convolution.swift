public import Tensors

extension CPU {
  public func convolution(_ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry)
    -> any Convolution
  {
    convolution(
      stored, bias: bias, geometry: geometry,
      method: Self.method(for: geometry, stored.shape, precision))
  }

  /// What products of a convolution are computed in where those of matrices are in `precision`.
  package static func convolutionPrecision(
    _ geometry: ConvolutionGeometry, _ shape: Shape, _ precision: Precision
  ) -> Precision {
    method(for: geometry, shape, precision) == .narrowWinograd ? .bf16 : .fp32
  }

  private static func method(
    for geometry: ConvolutionGeometry, _ shape: Shape, _ precision: Precision
  ) -> ConvolutionMethod {
    // Without instructions for it, products of bfloat16 are slower than those of floats.
    .best(for: geometry, shape, mayRound: Self.attentionPrecision(precision) != .fp32)
  }

  package func convolution(
    _ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry, method: ConvolutionMethod
  ) -> any Convolution {
    StoredConvolution(stored, bias: bias, geometry: geometry, method: method, threads: threads)
  }
}
