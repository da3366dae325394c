import Foundation
import Tensors

extension CPU {
  /// Bytes a second that all threads together read of memory that is in no cache.
  ///
  /// The best of a few passes over a gigabyte of mapped memory.
  public func measureReadBytesPerSecond() -> Double {
    let (count, pieces) = (1 << 30, 256)
    guard
      let base = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      base != MAP_FAILED
    else { return .nan }
    defer { munmap(base, count) }
    let piece = count / pieces
    // Pages that were never written to are all the same one.
    threads.parallel(pieces) { memset(base + $0 * piece, 1, piece) }
    var best = 0.0
    for _ in 0..<5 {
      let start = ContinuousClock.now
      threads.parallel(pieces) { index in
        // The sum is not 0; asking for it keeps the loop.
        precondition(Self.sum(UnsafeRawPointer(base) + index * piece, count: piece) != 0)
      }
      let duration = ContinuousClock.now - start
      let seconds =
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
      best = max(best, Double(count) / seconds)
    }
    return best
  }

  /// - Parameter count: Bytes, a multiple of 256.
  private static func sum(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
    typealias Words = SIMD8<UInt64>
    var (a, b, c, d) = (Words.zero, Words.zero, Words.zero, Words.zero)
    for place in stride(from: 0, to: count, by: 256) {
      a &+= bytes.load(fromByteOffset: place, as: Words.self)
      b &+= bytes.load(fromByteOffset: place + 64, as: Words.self)
      c &+= bytes.load(fromByteOffset: place + 128, as: Words.self)
      d &+= bytes.load(fromByteOffset: place + 192, as: Words.self)
    }
    return (a &+ b &+ c &+ d).wrappedSum()
  }
}
