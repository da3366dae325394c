import Foundation
import Synchronization

/// Recycles the memory of tensors, so that every step after the first allocates nothing.
///
/// A `Mutex`, because tensors end on any thread; it is held for a dictionary look-up only.
public final class TensorPool: Sendable {
  public static let shared = TensorPool()

  private struct State {
    /// Addresses of free blocks by size in bytes.
    var free: [Int: [UInt]] = [:]
    var usage = Usage()
  }

  /// Memory figures, in bytes but for `allocations`.
  public struct Usage: Sendable, Equatable {
    /// In tensors that are alive.
    public var live = 0
    /// Kept for the next tensor of the same size.
    public var idle = 0
    /// Largest `live + idle` so far.
    public var peak = 0
    /// How often the system was asked for memory.
    public var allocations = 0
  }

  private let state = Mutex(State())

  public var usage: Usage { state.withLock { $0.usage } }

  /// Gives idle memory back to the system, as between two phases with different sizes.
  public func trim() {
    state.withLock { state in
      for (bytes, blocks) in state.free {
        for block in blocks { Self.release(UnsafeMutableRawPointer(bitPattern: block), bytes) }
      }
      state.free.removeAll(keepingCapacity: true)
      state.usage.idle = 0
    }
  }

  func take(count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = Self.roundedBytes(count)
    let address = state.withLock { state -> UInt in
      state.usage.live += bytes
      if let block = state.free[bytes]?.popLast() {
        state.usage.idle -= bytes
        return block
      }
      state.usage.allocations += 1
      state.usage.peak = max(state.usage.peak, state.usage.live + state.usage.idle)
      guard let block = Self.allocate(bytes) else {
        fatalError("out of memory: \(bytes) bytes for a tensor, \(state.usage.live) in use")
      }
      return UInt(bitPattern: block)
    }
    guard let block = UnsafeMutableRawPointer(bitPattern: address) else {
      preconditionFailure("the pool holds no null blocks")
    }
    return block.bindMemory(to: Float.self, capacity: count)
  }

  func giveBack(_ base: UnsafeMutablePointer<Float>, count: Int) {
    let bytes = Self.roundedBytes(count)
    let address = UInt(bitPattern: base)
    state.withLock { state in
      state.usage.live -= bytes
      state.usage.idle += bytes
      state.free[bytes, default: []].append(address)
    }
  }

  /// Bytes from which a block is mapped by itself: a general heap keeps much of what it gets back.
  private static let leastMapped = 1 << 20

  private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
    guard bytes >= leastMapped else { return aligned_alloc(64, bytes) }
    let block = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    return block == MAP_FAILED ? nil : block
  }

  private static func release(_ block: UnsafeMutableRawPointer?, _ bytes: Int) {
    if bytes >= leastMapped { munmap(block, bytes) } else { Foundation.free(block) }
  }

  /// Room for whole vectors: kernels may read up to the next multiple of 64 bytes.
  private static func roundedBytes(_ count: Int) -> Int { max(64, (count * 4 + 63) & ~63) }
}
