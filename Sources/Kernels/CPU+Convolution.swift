public import Tensors

extension CPU {
  public func convolution(_ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry)
    -> any Convolution
  {
    convolution(
      stored, bias: bias, geometry: geometry,
      method: .best(for: geometry, outputs: stored.shape[0], inputs: stored.shape[1]))
  }

  package func convolution(
    _ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry, method: ConvolutionMethod
  ) -> any Convolution {
    StoredConvolution(stored, bias: bias, geometry: geometry, method: method, threads: threads)
  }
}
