public import Foundation
package import Kernels
import Synchronization
package import Tensors

/// Weights that a device packed once, in files of the cache folder that later runs map.
///
/// Packing a large text encoder takes far longer than a prompt does. A file is made when it is first
/// wanted, from weights that are read once; it is checked whole when a process first maps it. Where
/// none can be kept, weights are packed for each product, with the same results.
public final class PreparedWeights: Sendable {
  /// What ``open(_:for:cancellation:report:)`` tells on its way.
  public enum Report: Sendable, Equatable {
    /// This share of the weights is packed and written.
    case made(Double)
    /// Something that its user should know.
    case noted(String)
  }

  private struct Known {
    /// Files that were found whole.
    var whole: Set<FileIdentity> = []
    /// Names of prepared files by the folder of the part they are of.
    var names: [String: String] = [:]
  }

  private let folder: URL
  // Engine and forecasts ask at the same time.
  private let known = Mutex(Known())

  public init(folder: URL) { self.folder = folder }

  /// The prepared weights of a checkpoint, made now if there are none.
  ///
  /// - Parameter savesMemory: Whether they are not to stay in memory when they were checked.
  /// - Returns: Nil if nothing of it is worth preparing, or if that cannot be.
  /// - Throws: `CancellationError`.
  package func open(
    _ checkpoint: Checkpoint, for device: any Device, savesMemory: Bool = false,
    cancellation: Cancellation, report: (Report) -> Void
  ) throws(CancellationError) -> PreparedFile? {
    let matrices = Self.matrices(of: checkpoint, for: device)
    guard !matrices.isEmpty else { return nil }
    let digest = checkpoint.digest
    let total = matrices.reduce(0) { $0 + $1.byteCount }
    let key =
      "prepared weights 2, layout \(device.packedLayout), \(matrices.count) matrices of \(total) bytes, "
      + "of \(digest)"
    let file = folder.appending(path: Self.name(digest: digest, device))
    PreparedFileWriter.sweep(folder)
    var prepared: PreparedFile?
    do throws(PreparedFault) {
      prepared = try wholeFile(file, key: key, device, savesMemory: savesMemory, cancellation)
    } catch {
      if error != .missing {
        report(.noted("'\(file.path)' \(error.description). It is made anew."))
        unlink(file.path)
      }
    }
    try cancellation.check()
    if let prepared { return prepared }
    do throws(PreparedFault) {
      let even = Self.matrices(of: checkpoint.withEvenColumns(for: device), for: device)
      try make(file, key: key, of: even, device, cancellation) { report(.made($0)) }
      if !cancellation.isCancelled { prepared = try map(file, key: key) }
    } catch {
      report(
        .noted(
          "'\(file.path)' \(error.description). "
            + "Weights are packed for each prompt instead, which takes longer."))
    }
    try cancellation.check()
    return prepared
  }

  /// Whether the weights of a model's part are prepared already, by the name of their file alone.
  ///
  /// - Returns: True also if there is nothing to prepare, or no telling.
  package func isMade(_ part: ModelPart, of model: ModelFolder, for device: any Device) -> Bool {
    guard let place = try? model.location(part).folder.path else { return true }
    let question = "\(place) \(device.packedLayout)"
    let name: String
    if let found = known.withLock({ $0.names[question] }) {
      name = found
    } else {
      guard let checkpoint = try? model.checkpoint(part) else { return true }
      let isNeeded = !Self.matrices(of: checkpoint, for: device).isEmpty
      name = isNeeded ? Self.name(digest: checkpoint.digest, device) : ""
      known.withLock { $0.names[question] = name }
    }
    return name.isEmpty || folder.appending(path: name).isFile
  }

  // MARK: Files

  private static func name(digest: String, _ device: any Device) -> String {
    "\(digest.prefix(16))-\(device.precision).safetensors"
  }

  /// In the order in which they lie in their files.
  private static func matrices(of checkpoint: Checkpoint, for device: any Device)
    -> [(stored: StoredTensor, byteCount: Int)]
  {
    checkpoint.all.compactMap { stored in
      device.packedByteCount(of: stored).map { (stored, $0) }
    }.sorted { $0.stored.bytes < $1.stored.bytes }
  }

  private func map(_ file: URL, key: String) throws(PreparedFault) -> PreparedFile {
    let mapped: MappedFile
    do throws(FileFault) {
      mapped = try MappedFile(file.path)
    } catch {
      throw error == .missing ? .missing : .unreadable(.unopened(error))
    }
    return try PreparedFile(mapped.bytes, owner: mapped, key: key)
  }

  /// Maps a file, and reads all of it if this process did not do so before.
  private func wholeFile(
    _ file: URL, key: String, _ device: any Device, savesMemory: Bool,
    _ cancellation: Cancellation
  ) throws(PreparedFault) -> PreparedFile {
    let prepared = try map(file, key: key)
    guard let identity = (prepared.owner as? MappedFile)?.identity,
      known.withLock({ !$0.whole.contains(identity) })
    else { return prepared }
    let threads = ThreadPool(width: device.threadCount, yieldsToOthers: device.yieldsToOthers)
    let damaged = cancellation.whileCurrent {
      prepared.firstDamaged(threads: threads, savesMemory: savesMemory)
    }
    if let damaged { throw .damaged(part: damaged) }
    if !cancellation.isCancelled {
      known.withLock { _ = $0.whole.insert(identity) }
    }
    return prepared
  }

  /// - Parameter progress: Hears of the share that is done.
  private func make(
    _ file: URL, key: String, of matrices: [(stored: StoredTensor, byteCount: Int)],
    _ device: any Device, _ cancellation: Cancellation, progress: (Double) -> Void
  ) throws(PreparedFault) {
    let writer = try PreparedFileWriter(
      file, key: key,
      matrices: matrices.map { .init(name: $0.stored.name, byteCount: $0.byteCount) })
    let total = matrices.reduce(0) { $0 + $1.byteCount }
    var done = 0
    progress(0)
    for (index, matrix) in matrices.enumerated() {
      if index + 1 < matrices.count { matrices[index + 1].stored.prefetch() }
      let packed = cancellation.whileCurrent { device.pack(matrix.stored) }
      if cancellation.isCancelled { return }
      try withExtendedLifetime(packed) { () throws(PreparedFault) in try writer.add(packed.bytes) }
      done += matrix.byteCount
      progress(Double(done) / Double(total))
    }
    try writer.finish()
    var status = stat()
    if stat(file.path, &status) == 0 {
      known.withLock { _ = $0.whole.insert(FileIdentity(status)) }
    }
  }
}
