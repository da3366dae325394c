public import Kernels
import Synchronization
public import Tensors

/// Part of a checkpoint below a name prefix, on its way to become layers of a device.
///
/// Number formats and devices are chosen by who makes this value; layers only name their weights.
public struct Weights: Sendable {
  private let source: any TensorSource
  public let device: any Device
  /// Of the same source and device.
  private let prepared: PreparedFile?
  /// Matrices that were made already, for who makes layers again.
  private var kept: KeptMatrices?
  /// What layers get beside their matrices.
  private var adapters: AdaptedLayers?
  /// With its final dot, or empty.
  private var prefix: String

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
    var scope = self
    scope.prefix += name + "."
    return scope
  }

  /// The same weights, whose matrices are made once however often layers are made of them.
  public func keepingMatrices() -> Weights {
    var other = self
    other.kept = KeptMatrices()
    return other
  }

  /// The same weights with adapters beside them.
  ///
  /// - Parameter layers: Of the model these weights are of, under its names.
  public func adapted(by layers: AdaptedLayers) -> Weights {
    var other = self
    other.adapters = layers
    return other
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
    let weight = try scope.matrix([outputs, inputs])
    return Linear(weight: weight, bias: bias ? try scope.vector("bias", count: outputs) : nil)
  }

  /// `weight` as a matrix, with the adapters of this layer beside it.
  ///
  /// - Parameter shape: Outputs, then what belongs to one output.
  public func matrix(_ shape: Shape) throws(CheckpointError) -> any Matrix {
    let layer = String(prefix.dropLast())
    let flat: Shape = [shape[0], shape.count / shape[0]]
    let base: any Matrix
    if let made = kept?[layer] {
      base = made
    } else {
      base = matrix(try tensor("weight", shape: shape).reshaped(flat))
      kept?[layer] = base
    }
    guard let adapters, adapters.contains(layer) else { return base }
    let weight =
      adapters.needsWeight(layer) ? try tensor("weight", shape: shape).reshaped(flat) : nil
    return base.adapted(by: adapters.lowRank(for: layer, weight: weight, device: device))
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

/// Matrices by the names of their layers.
private final class KeptMatrices: Sendable {
  private let matrices = Mutex<[String: any Matrix]>([:])

  subscript(layer: String) -> (any Matrix)? {
    get { matrices.withLock { $0[layer] } }
    set { matrices.withLock { $0[layer] = newValue } }
  }
}
