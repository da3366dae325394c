import Foundation

/// The numbers `torch.randn` draws in float32 with a CPU generator.
///
/// Bit for bit what torch gives on x86 with AVX2 or AVX-512, so a seed found in diffusers gives
/// the same initial noise here. A copy goes on from the same place.
public struct TorchGenerator: Sendable {
  private var engine: MersenneTwister
  /// The second half of the last pair that a draw of fewer than 16 numbers began.
  private var spare: Double?

  /// - Parameter seed: As given to `torch.Generator.manual_seed`; only the low 32 bits count.
  public init(seed: UInt64) {
    engine = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
  }

  /// Draws one tensor of standard normal numbers.
  ///
  /// Two draws of 8 are not one draw of 16: ask for whole tensors, as torch is asked.
  public mutating func randn(_ count: Int) -> [Float] {
    precondition(count >= 0, "cannot draw \(count) numbers")
    guard count >= 16 else { return (0..<count).map { _ in Float(nextNormal()) } }
    var values = [Float]()
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(nextUniform()) }
    for start in stride(from: 0, to: count - 15, by: 16) {
      boxMuller(&values, blockAt: start)
    }
    if count % 16 != 0 {
      // Torch redoes the last 16 from fresh uniforms, over part of the block before them.
      for index in count - 16..<count { values[index] = nextUniform() }
      boxMuller(&values, blockAt: count - 16)
    }
    return values
  }

  /// In [0, 1), 24 bits.
  private mutating func nextUniform() -> Float {
    Float(engine.next() & 0xff_ffff) * 0x1p-24
  }

  /// In [0, 1), 53 bits; the first word is the high half.
  private mutating func nextWideUniform() -> Double {
    let high = UInt64(engine.next())
    let low = UInt64(engine.next())
    return Double((high << 32 | low) & (1 << 53 - 1)) * 0x1p-53
  }

  private mutating func nextNormal() -> Double {
    if let kept = spare {
      spare = nil
      return kept
    }
    let angle = 2 * Double.pi * nextWideUniform()
    let radius = sqrt(-2 * log1p(-nextWideUniform()))
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
