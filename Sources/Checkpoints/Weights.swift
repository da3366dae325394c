public import Kernels
public import Tensors

/// Part of a checkpoint below a name prefix, on its way to become layers of a device.
///
/// Number formats and devices are chosen by who makes this value; layers only name their weights.
public struct Weights: Sendable {
  private let source: any TensorSource
  public let device: any Device
  /// Of the same source and device.
  private let prepared: PreparedFile?
  /// With its final dot, or empty.
  private let prefix: String

  public init(_ source: any TensorSource, device: any Device) {
    self.init(source, device: device, prepared: nil)
  }

  /// - Parameter prepared: Matrices that need not be packed any more.
  package init(_ source: any TensorSource, device: any Device, prepared: PreparedFile?) {
    self.init(source, device: device, prepared: prepared, prefix: "")
  }

  private init(
    _ source: any TensorSource, device: any Device, prepared: PreparedFile?, prefix: String
  ) {
    self.source = source
    self.device = device
    self.prepared = prepared
    self.prefix = prefix
  }

  /// The weights below `name`, such as `transformer_blocks.0`.
  public subscript(_ name: String) -> Weights {
    Weights(source, device: device, prepared: prepared, prefix: prefix + name + ".")
  }

  public func contains(_ name: String) -> Bool { source.contains(prefix + name) }

  public func tensor(_ name: String, shape: Shape) throws(CheckpointError) -> StoredTensor {
    try source.tensor(prefix + name, shape: shape)
  }

  public func vector(_ name: String, count: Int) throws(CheckpointError) -> Vector {
    device.vector(try tensor(name, shape: [count]))
  }

  /// The layer `name` with `name.weight`, `[outputs, inputs]`, and `name.bias`.
  public func linear(_ name: String, inputs: Int, outputs: Int, bias: Bool = true)
    throws(CheckpointError) -> Linear
  {
    let scope = self[name]
    let weight = matrix(try scope.tensor("weight", shape: [outputs, inputs]))
    return Linear(weight: weight, bias: bias ? try scope.vector("bias", count: outputs) : nil)
  }

  private func matrix(_ stored: StoredTensor) -> any Matrix {
    guard let prepared, let bytes = prepared[stored.name],
      bytes.count == device.packedByteCount(of: stored)
    else { return device.matrix(stored) }
    return device.matrix(stored, packed: PackedBytes(bytes, owner: prepared.owner))
  }

  /// The layer `name` with `name.weight`, `[outputs, inputs, kernel, kernel]`, and `name.bias`.
  public func convolution(
    _ name: String, inputs: Int, outputs: Int, geometry: ConvolutionGeometry, bias: Bool = true
  ) throws(CheckpointError) -> any Convolution {
    let scope = self[name]
    let weight = try scope.tensor(
      "weight", shape: [outputs, inputs, geometry.kernel, geometry.kernel])
    let bias = bias ? try scope.vector("bias", count: outputs) : nil
    return device.convolution(weight, bias: bias, geometry: geometry)
  }
}
