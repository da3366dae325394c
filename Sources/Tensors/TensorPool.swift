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
      for block in state.free.values.joined() {
        Foundation.free(UnsafeMutableRawPointer(bitPattern: block))
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
      guard let block = aligned_alloc(64, bytes) else {
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

  /// Room for whole vectors: kernels may read up to the next multiple of 64 bytes.
  private static func roundedBytes(_ count: Int) -> Int { max(64, (count * 4 + 63) & ~63) }
}
