import Foundation
import Gallery
import Generation

/// What stopped jobs go on from: one file a job.
struct SuspendedJobs: Sendable {
  let folder: URL

  private func file(_ id: Int) -> URL { folder.appending(path: "\(id).safetensors") }

  func save(_ run: SuspendedRun, of id: Int) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try AtomicFile.write(run.encoded(), to: file(id))
  }

  /// - Throws: What is missing or damaged.
  func load(_ id: Int) throws -> SuspendedRun { try SuspendedRun(file: file(id)) }

  func remove(_ id: Int) {
    // There may be none, and one that stays does no harm.
    try? FileManager.default.removeItem(at: file(id))
  }

  /// Jobs of which there is a file; none is read.
  var ids: Set<Int> {
    // Without the folder there are none.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return Set(names.compactMap { name in Int(name.prefix { $0 != "." }) })
  }
}
