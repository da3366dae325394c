public import Checkpoints
public import Tensors

/// Weights of any name and shape that a formula gives, as the reference's fixtures have them: the
/// same numbers in any language, without a file.
public struct FormulaTensors: TensorSource {
  public init() {}

  public func contains(_ name: String) -> Bool { true }

  public func tensor(_ name: String, shape: Shape) throws(CheckpointError) -> StoredTensor {
    let count = shape.count
    let inputs = count / shape[0]
    let (isTable, isWeight) = (
      name.hasSuffix("scale_shift_table"), name.hasSuffix("weight")
    )
    let root = inputs == 0 ? 0 : (3 / Double(inputs)).squareRoot()
    let hash = Self.hash(name)
    let values = (0..<count).map { index -> Float in
      let u = Self.number(hash, index)
      if isTable { return Float(0.3 * u) }
      if shape.rank >= 2 { return Float(u * root) }
      return Float(isWeight ? 1 + 0.1 * u : 0.1 * u)
    }
    return StoredTensor(name: name, shape: shape, values: values)
  }

  /// An input, row-major.
  public static func input(_ name: String, count: Int) -> [Float] {
    let hash = hash(name)
    return (0..<count).map { Float(number(hash, $0)) }
  }

  /// FNV-1a of a name.
  private static func hash(_ name: String) -> UInt32 {
    name.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }

  /// From -1 to 1, by name and place.
  private static func number(_ hash: UInt32, _ index: Int) -> Double {
    var x = hash ^ (UInt32(truncatingIfNeeded: index + 1) &* 0x9E37_79B9)
    x ^= x >> 16
    x &*= 0x7FEB_352D
    x ^= x >> 15
    x &*= 0x846C_A68B
    x ^= x >> 16
    return Double(x) / 2_147_483_648 - 1
  }
}
