import Foundation
public import Tensors

/// The processor: C kernels chosen by instruction set, a pool of threads.
///
/// Without a narrower precision, weights stay where they are stored, also in 16-bit formats; products
/// widen them piece by piece.
public final class CPU: Device {
  public let threads: ThreadPool
  /// Of products with large matrices and of 3×3 convolutions.
  public let precision: Precision
  private let storage: WeightStorage
  private let arena = PackedArena()

  /// - Parameters:
  ///   - threads: At most this many work at once, the caller included; one for each core if nil.
  ///   - yieldsToOthers: Whether they let all other threads go first, such as a screen's.
  public init(
    threads: Int? = nil, yieldsToOthers: Bool = false, precision: Precision = .fp32,
    storage: WeightStorage = .packed
  ) {
    self.threads = ThreadPool(
      width: threads ?? ThreadPool.fullWidth, yieldsToOthers: yieldsToOthers)
    self.precision = precision
    self.storage = storage
  }

  private init(threads: ThreadPool, precision: Precision, storage: WeightStorage) {
    self.threads = threads
    self.precision = precision
    self.storage = storage
  }

  public var instructions: String { "\(InstructionSet.current)" }

  public func hasInstructions(for precision: Precision) -> Bool {
    switch precision {
    case .fp32: true
    case .bf16: InstructionSet.best >= .avx512bf16
    case .int8: InstructionSet.best >= .avx512vnni
    }
  }

  public var usualPrecision: Precision { hasInstructions(for: .bf16) ? .bf16 : .fp32 }

  public func with(_ precision: Precision, _ storage: WeightStorage) -> any Device {
    CPU(threads: threads, precision: precision, storage: storage)
  }

  public var threadCount: Int { threads.width }
  public var yieldsToOthers: Bool { threads.yieldsToOthers }

  public var name: String { "\(Self.processorName), \(instructions)" }

  /// As the processor calls itself.
  public static var processorName: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "CPU"
  }

  // MARK: Weights

  public func vector(_ stored: StoredTensor) -> Vector {
    Vector(stored.widened(), name: stored.name)
  }

  public func matrix(_ stored: StoredTensor) -> any Matrix {
    switch (precision.format(of: stored), storage) {
    case (.fp32, _): StoredMatrix(stored, precision: .fp32, threads: threads)
    case (let narrow, .mapped): StoredMatrix(stored, precision: narrow, threads: threads)
    case (let narrow, .packed):
      NarrowMatrix(
        PackedMatrix(
          packing: stored, precision: narrow,
          into: arena.take(PackedMatrix.byteCount(of: stored, narrow)), threads: threads),
        threads: threads)
    }
  }

  // MARK: Prepared weights

  public var packedLayout: String { "\(Precision.int8) \(PackedMatrix.layoutVersion)" }

  public func packedByteCount(of stored: StoredTensor) -> Int? {
    guard precision == .int8, stored.shape.rank == 2, Precision.isInStack(stored) else {
      return nil
    }
    let narrow = precision.format(of: stored)
    return narrow == .fp32 ? nil : PackedMatrix.byteCount(of: stored, narrow)
  }

  public func pack(_ stored: StoredTensor) -> PackedBytes {
    let narrow = precision.format(of: stored)
    let memory = PooledBytes(count: PackedMatrix.byteCount(of: stored, narrow))
    return PackedMatrix(
      packing: stored, precision: narrow, into: PackedBytes(memory.bytes, owner: memory),
      threads: threads
    ).packedBytes
  }

  public func matrix(_ stored: StoredTensor, packed: PackedBytes) -> any Matrix {
    NarrowMatrix(
      PackedMatrix(stored, precision: precision.format(of: stored), storage: packed),
      threads: threads)
  }

  public func rows(_ indices: [Int], of stored: StoredTensor) -> Tensor {
    let columns = stored.shape[1]
    let result = Tensor([indices.count, columns])
    for (row, index) in indices.enumerated() {
      precondition((0..<stored.shape[0]).contains(index), "no row \(index) in \(stored.shape)")
      stored.widen(
        from: index * columns, count: columns, into: result.mutablePointer + row * columns)
    }
    return result
  }

  /// Runs `body` on consecutive ranges that cover `0..<count`, each at least `grain` long and, so
  /// that a cancellation is soon seen, not much more than 64 times that.
  func parallel(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    let most = count / max(1, grain)
    let pieces = max(1, min(most, max(4 * threads.width, most / 64)))
    threads.parallel(pieces) { piece in
      body(count * piece / pieces..<count * (piece + 1) / pieces)
    }
  }
}
