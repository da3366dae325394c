public import Tensors

extension CPU {
  public func convolution(_ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry)
    -> any Convolution
  {
    convolution(stored, bias: bias, geometry: geometry, method: .best(for: geometry))
  }

  package func convolution(
    _ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry, method: ConvolutionMethod
  ) -> any Convolution {
    StoredConvolution(stored, bias: bias, geometry: geometry, method: method, threads: threads)
  }
}
