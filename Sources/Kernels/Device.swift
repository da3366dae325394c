public import Tensors

/// Where the arithmetic happens: the operations that the models are written in.
///
/// Models hold a device and never ask which one it is or how it stores its weights. Number
/// formats are the device's own affair: ``matrix(_:)`` and ``convolution(_:bias:geometry:)`` may
/// keep weights as they lie in the file, widen, pack or quantise them. Activations are `Float`.
public protocol Device: AnyObject, Sendable {
  /// For people: processor and instruction set, or the accelerator's name.
  var name: String { get }
  /// Threads of this machine's processor that compute, the caller's included.
  var threadCount: Int { get }
  /// Whether they let all other threads go first; the caller's is up to the caller.
  var yieldsToOthers: Bool { get }
  /// Of products with large matrices and of 3×3 convolutions.
  var precision: Precision { get }
  /// What it multiplies with, for people, such as `AVX2`.
  var instructions: String { get }
  /// Whether products of a precision have instructions of their own; others take their place if not.
  func hasInstructions(for precision: Precision) -> Bool
  /// The narrowest that gains time here and is hardly told from fp32.
  var usualPrecision: Precision { get }

  /// The same device, which makes its matrices in another way.
  func with(_ precision: Precision, _ storage: WeightStorage) -> any Device

  // MARK: Weights

  /// A bias, a norm's weights or another short row of numbers, widened to `Float`.
  func vector(_ stored: StoredTensor) -> Vector
  /// - Parameter stored: `[outputs, inputs]`.
  func matrix(_ stored: StoredTensor) -> any Matrix
  /// - Parameter stored: `[outputs, inputs, kernel, kernel]`.
  func convolution(_ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry)
    -> any Convolution
  /// Rows `indices` of the table `stored`, `[rows, columns]`.
  ///
  /// - Returns: `[indices.count, columns]`.
  func rows(_ indices: [Int], of stored: StoredTensor) -> Tensor

  // MARK: Prepared weights

  /// Names how ``pack(_:)`` lays weights out: bytes of another layout are of no use.
  var packedLayout: String { get }
  /// Bytes that ``pack(_:)`` gives; nil for what is not worth keeping packed.
  func packedByteCount(of stored: StoredTensor) -> Int?
  /// A matrix as this device multiplies by it, for a file to keep.
  func pack(_ stored: StoredTensor) -> PackedBytes
  /// What ``matrix(_:)`` gives, without its work.
  ///
  /// - Parameter packed: Of this layout and as many as ``packedByteCount(of:)`` says.
  func matrix(_ stored: StoredTensor, packed: PackedBytes) -> any Matrix

  // MARK: Elementwise

  /// `x += y`.
  func add(_ y: borrowing Tensor, to x: inout Tensor)
  /// `x += vector`, on some rows.
  func add(_ vector: Vector, to x: inout Tensor, rows: Range<Int>)
  /// `x *= y`, element by element.
  func multiply(_ x: inout Tensor, by y: borrowing Tensor)
  func activate(_ x: inout Tensor, _ activation: Activation)

  // MARK: Normalisation

  /// LayerNorm without weights, then `· (1 + scale) + shift`, both rows of `modulation`.
  ///
  /// - Parameters:
  ///   - x: `[rows, channels]`.
  ///   - modulation: `[any, channels]`.
  func layerNorm(
    _ x: borrowing Tensor, epsilon: Float, modulation: borrowing Tensor, shift: Int, scale: Int
  ) -> Tensor
  /// The same, as matrices of a format take it.
  func layerNorm(
    _ x: borrowing Tensor, epsilon: Float, modulation: borrowing Tensor, shift: Int, scale: Int,
    as format: InputFormat
  ) -> MatrixInput
  /// `x / √(mean(x²) + epsilon) · weight`, row by row; no mean is subtracted.
  func rmsNorm(_ x: borrowing Tensor, weight: Vector, epsilon: Float) -> Tensor
  /// The same, as matrices of a format take it.
  func rmsNorm(_ x: borrowing Tensor, weight: Vector, epsilon: Float, as format: InputFormat)
    -> MatrixInput
  /// GroupNorm over `[height, width, channels]`, then the activation.
  func groupNorm(
    _ x: borrowing Tensor, groups: Int, weight: Vector, bias: Vector, epsilon: Float,
    activation: Activation
  ) -> Tensor
  /// The same, written over `x`.
  func groupNorm(
    inPlace x: inout Tensor, groups: Int, weight: Vector, bias: Vector, epsilon: Float,
    activation: Activation)

  // MARK: Attention

  /// softmax(q·kᵀ·scale + bias)·v for each head and segment, never holding a whole score matrix.
  ///
  /// - Parameters:
  ///   - queries: `[rows, heads · dim]`.
  ///   - keys: `[other rows, heads · dim]`, like `values`.
  /// - Returns: `[rows, heads · dim]`.
  func attention(
    queries: borrowing Tensor, keys: borrowing Tensor, values: borrowing Tensor,
    layout: AttentionLayout
  ) -> Tensor
}

extension Device {
  /// `x += vector`, on every row.
  public func add(_ vector: Vector, to x: inout Tensor) {
    add(vector, to: &x, rows: 0..<x.count / vector.count)
  }
}

/// Where a device keeps matrices of a narrow precision.
public enum WeightStorage: Sendable {
  /// In memory, packed once.
  case packed
  /// In their file, packed piece by piece for each product: for what is too large and seldom used.
  case mapped
}

/// An elementwise function.
public enum Activation: Sendable {
  case identity, geluTanh, silu, relu
}

/// A row of weights.
public struct Vector: Sendable {
  private let storage: StoredTensor

  public init(_ values: [Float], name: String = "vector") {
    storage = StoredTensor(name: name, shape: [values.count], values: values)
  }

  public var count: Int { storage.shape.count }

  public var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  package var pointer: UnsafePointer<Float> {
    storage.bytes.assumingMemoryBound(to: Float.self)
  }
}

/// A weight matrix `[outputs, inputs]` in whatever format its device chose.
public protocol Matrix: Sendable {
  var outputs: Int { get }
  var inputs: Int { get }
  /// Of rows that are to be made for it.
  var inputFormat: InputFormat { get }

  /// `activation(x · Wᵀ + bias)`, of some rows of x.
  ///
  /// - Parameter x: `[any, inputs]`.
  /// - Returns: `[rows.count, outputs]`.
  func multiply(
    _ x: borrowing Tensor, rows: Range<Int>, bias: Vector?, activation: Activation
  ) -> Tensor

  /// `activation(x · Wᵀ + bias)`.
  ///
  /// - Parameter x: `[rows, inputs]` in ``inputFormat``.
  /// - Returns: `[rows, outputs]`.
  func multiply(_ x: borrowing MatrixInput, bias: Vector?, activation: Activation) -> Tensor

  /// `sum += gate · (x · Wᵀ + bias)`; without a gate the factor is 1.
  ///
  /// - Parameters:
  ///   - sum: `[rows, outputs]`.
  ///   - gate: A row of `[any, outputs]`.
  func multiply(
    _ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor, gate: borrowing Tensor,
    row: Int)

  /// `sum += x · Wᵀ + bias`, in as many rows of the sum as x has.
  ///
  /// - Parameter row: The first of them.
  func multiply(
    _ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor, from row: Int)

  /// The same weights with a matrix of low rank beside them; nothing of them is copied.
  ///
  /// Of a matrix that was not adapted before.
  func adapted(by lowRank: LowRank) -> any Matrix
}

extension Matrix {
  /// `activation(x · Wᵀ + bias)`.
  public func multiply(_ x: borrowing Tensor, bias: Vector?, activation: Activation) -> Tensor {
    multiply(x, rows: 0..<x.shape[0], bias: bias, activation: activation)
  }
}

/// How a convolution moves over its picture.
public struct ConvolutionGeometry: Sendable, Equatable {
  public let kernel: Int
  public let stride: Int
  /// Zero rows before and after the picture, the same for columns.
  public let padBefore: Int
  public let padAfter: Int
  /// How often each pixel is repeated in both directions before anything else; the larger
  /// picture is never written out.
  public let upsampling: Int

  public init(kernel: Int, stride: Int = 1, padBefore: Int, padAfter: Int, upsampling: Int = 1) {
    precondition(
      kernel > 0 && stride > 0 && padBefore >= 0 && padAfter >= 0 && upsampling > 0,
      "no convolution: kernel \(kernel), stride \(stride), padding \(padBefore) and \(padAfter), "
        + "upsampling \(upsampling)")
    self.kernel = kernel
    self.stride = stride
    self.padBefore = padBefore
    self.padAfter = padAfter
    self.upsampling = upsampling
  }

  /// 3×3, stride 1, a zero row on every side.
  public static let same3x3 = ConvolutionGeometry(kernel: 3, padBefore: 1, padAfter: 1)
  /// ``same3x3`` on the picture with every pixel twice in each direction.
  public static let upsampling3x3 = ConvolutionGeometry(
    kernel: 3, padBefore: 1, padAfter: 1, upsampling: 2)
  /// 1×1.
  public static let pointwise = ConvolutionGeometry(kernel: 1, padBefore: 0, padAfter: 0)

  /// Rows (or columns) that come out of `extent` rows (or columns), 0 if the kernel does not fit.
  public func outputExtent(_ extent: Int) -> Int {
    let room = extent * upsampling + padBefore + padAfter - kernel
    return room < 0 ? 0 : room / stride + 1
  }
}

/// The weights of a convolution in whatever layout its device chose.
public protocol Convolution: Sendable {
  /// `activation(convolution(x) + bias)`.
  ///
  /// - Parameter x: `[height, width, inputs]`.
  /// - Returns: `[output height, output width, outputs]`.
  func apply(_ x: borrowing Tensor, activation: Activation) -> Tensor

  /// `activation(convolution(x) + bias + sum)`, in the memory of `sum`.
  ///
  /// - Parameters:
  ///   - x: `[height, width, inputs]`.
  ///   - sum: `[output height, output width, outputs]`.
  /// - Returns: `[output height, output width, outputs]`.
  func apply(_ x: borrowing Tensor, addingTo sum: consuming Tensor, activation: Activation)
    -> Tensor
}

extension Convolution {
  /// `convolution(x) + bias`.
  public func apply(_ x: borrowing Tensor) -> Tensor { apply(x, activation: .identity) }
}
