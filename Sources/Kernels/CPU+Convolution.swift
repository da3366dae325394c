public import Tensors

extension CPU {
  public func convolution(_ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry)
    -> any Convolution
  {
    // Without instructions for it, products of bfloat16 are slower than those of floats.
    let mayRound = precision != .fp32 && InstructionSet.current >= .avx512bf16
    return convolution(
      stored, bias: bias, geometry: geometry,
      method: .best(for: geometry, stored.shape, mayRound: mayRound))
  }

  package func convolution(
    _ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry, method: ConvolutionMethod
  ) -> any Convolution {
    StoredConvolution(stored, bias: bias, geometry: geometry, method: method, threads: threads)
  }
}
