import Kernels
import Tensors

/// A device that has another one do everything, and measures each call: models never know.
final class MeteredDevice: ForwardingDevice {
  let base: any Device
  let meter: WorkMeter

  init(_ base: any Device, meter: WorkMeter = WorkMeter()) {
    self.base = base
    self.meter = meter
  }

  func with(_ precision: Precision, _ storage: WeightStorage) -> any Device {
    MeteredDevice(base.with(precision, storage), meter: meter)
  }

  // MARK: Weights

  func matrix(_ stored: StoredTensor) -> any Matrix { metered(base.matrix(stored), of: stored) }

  func matrix(_ stored: StoredTensor, packed: PackedBytes) -> any Matrix {
    metered(base.matrix(stored, packed: packed), of: stored)
  }

  private func metered(_ matrix: any Matrix, of stored: StoredTensor) -> any Matrix {
    MeteredMatrix(
      base: matrix, kind: .product(with: stored.name), format: precision.format(of: stored),
      meter: meter)
  }

  func convolution(_ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry)
    -> any Convolution
  {
    MeteredConvolution(
      base: base.convolution(stored, bias: bias, geometry: geometry), filters: stored.shape,
      geometry: geometry, format: CPU.convolutionPrecision(geometry, stored.shape, precision),
      meter: meter)
  }

  // MARK: Operations

  func add(_ y: borrowing Tensor, to x: inout Tensor) {
    let start = ContinuousClock.now
    base.add(y, to: &x)
    meter.add(.elementwise, seconds: start.secondsSince)
  }

  func add(_ vector: Vector, to x: inout Tensor, rows: Range<Int>) {
    let start = ContinuousClock.now
    base.add(vector, to: &x, rows: rows)
    meter.add(.elementwise, seconds: start.secondsSince)
  }

  func multiply(_ x: inout Tensor, by y: borrowing Tensor) {
    let start = ContinuousClock.now
    base.multiply(&x, by: y)
    meter.add(.elementwise, seconds: start.secondsSince)
  }

  func activate(_ x: inout Tensor, _ activation: Activation) {
    let start = ContinuousClock.now
    base.activate(&x, activation)
    meter.add(.elementwise, seconds: start.secondsSince)
  }

  func layerNorm(
    _ x: borrowing Tensor, epsilon: Float, modulation: borrowing Tensor, shift: Int, scale: Int
  ) -> Tensor {
    let start = ContinuousClock.now
    let y = base.layerNorm(x, epsilon: epsilon, modulation: modulation, shift: shift, scale: scale)
    meter.add(.norms, seconds: start.secondsSince)
    return y
  }

  func rmsNorm(_ x: borrowing Tensor, weight: Vector, epsilon: Float) -> Tensor {
    let start = ContinuousClock.now
    let y = base.rmsNorm(x, weight: weight, epsilon: epsilon)
    meter.add(.norms, seconds: start.secondsSince)
    return y
  }

  func layerNorm(
    _ x: borrowing Tensor, epsilon: Float, modulation: borrowing Tensor, shift: Int, scale: Int,
    as format: InputFormat
  ) -> MatrixInput {
    let start = ContinuousClock.now
    let y = base.layerNorm(
      x, epsilon: epsilon, modulation: modulation, shift: shift, scale: scale, as: format)
    meter.add(.norms, seconds: start.secondsSince)
    return y
  }

  func rmsNorm(_ x: borrowing Tensor, weight: Vector, epsilon: Float, as format: InputFormat)
    -> MatrixInput
  {
    let start = ContinuousClock.now
    let y = base.rmsNorm(x, weight: weight, epsilon: epsilon, as: format)
    meter.add(.norms, seconds: start.secondsSince)
    return y
  }

  func groupNorm(
    _ x: borrowing Tensor, groups: Int, weight: Vector, bias: Vector, epsilon: Float,
    activation: Activation
  ) -> Tensor {
    let start = ContinuousClock.now
    let y = base.groupNorm(
      x, groups: groups, weight: weight, bias: bias, epsilon: epsilon, activation: activation)
    meter.add(.groupNorm(side: x.shape[0]), seconds: start.secondsSince)
    return y
  }

  func groupNorm(
    inPlace x: inout Tensor, groups: Int, weight: Vector, bias: Vector, epsilon: Float,
    activation: Activation
  ) {
    let start = ContinuousClock.now
    base.groupNorm(
      inPlace: &x, groups: groups, weight: weight, bias: bias, epsilon: epsilon,
      activation: activation)
    meter.add(.groupNorm(side: x.shape[0]), seconds: start.secondsSince)
  }

  func attention(
    queries: borrowing Tensor, keys: borrowing Tensor, values: borrowing Tensor,
    layout: AttentionLayout
  ) -> Tensor {
    let start = ContinuousClock.now
    let y = base.attention(queries: queries, keys: keys, values: values, layout: layout)
    // Queries of a picture or a text that look at themselves.
    let isOwn = layout.segments.allSatisfy { $0.queries == $0.keys }
    let pairs = layout.segments.reduce(0) { $0 + $1.queries.count * $1.keys.count }
    // In int8 half of the products are of bfloat16, which all are held against.
    let narrow = CPU.attentionPrecision(precision) == .fp32 ? Precision.fp32 : .bf16
    meter.add(
      isOwn ? .attention : .crossAttention, seconds: start.secondsSince,
      operations: 4 * Double(pairs) * Double(queries.shape[1]),
      format: layout.relativeBias == nil ? narrow : .fp32)
    return y
  }
}

extension ContinuousClock.Instant {
  /// Seconds that have passed since this moment.
  var secondsSince: Double { (ContinuousClock.now - self) / .seconds(1) }
}
