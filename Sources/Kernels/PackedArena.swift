import Foundation
import Synchronization

/// Memory for packed weights, many matrices to a block.
///
/// Blocks are asked for in huge pages: products read weights from end to end, again and again, and small
/// pages cost them one to three percent.
final class PackedArena: Sendable {
  private struct State {
    /// Kept by the matrices in it.
    weak var block: Block?
    var used = 0
  }

  private static let blockBytes = 32 << 20
  private let state = Mutex(State())

  /// - Returns: Bytes yet to be written; they live for as long as they are held.
  func take(_ byteCount: Int) -> PackedBytes {
    let rounded = (byteCount + 63) & ~63
    return state.withLock { state in
      if let block = state.block, state.used + rounded <= Self.blockBytes {
        defer { state.used += rounded }
        return block.bytes(from: state.used, byteCount)
      }
      let block = Block(byteCount: max(rounded, Self.blockBytes))
      if rounded < Self.blockBytes { (state.block, state.used) = (block, rounded) }
      return block.bytes(from: 0, byteCount)
    }
  }

  private final class Block: Sendable {
    private let address: UInt

    init(byteCount: Int) {
      let hugePage = 2 << 20
      let size = (byteCount + hugePage - 1) / hugePage * hugePage
      guard let memory = aligned_alloc(hugePage, size) else {
        fatalError("out of memory: \(size) bytes for weights")
      }
      #if canImport(Glibc)
        // Where there are none the usual pages do.
        _ = madvise(memory, size, Int32(MADV_HUGEPAGE))
      #endif
      address = UInt(bitPattern: memory)
    }

    deinit { free(UnsafeMutableRawPointer(bitPattern: address)) }

    func bytes(from offset: Int, _ count: Int) -> PackedBytes {
      PackedBytes(
        UnsafeRawBufferPointer(
          start: UnsafeRawPointer(bitPattern: address + UInt(offset)), count: count), owner: self)
    }
  }
}
