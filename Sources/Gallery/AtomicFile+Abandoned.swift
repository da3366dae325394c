import Foundation
import Synchronization

extension AtomicFile {
  private static let sweptFolders = Mutex<Set<String>>([])
  /// Another machine that shares the folder may still be at what is younger, in seconds.
  private static let abandonedAge = 3600

  /// Removes temporary files of processes that were killed while they wrote into a folder.
  ///
  /// A process looks for them once in each folder.
  static func removeAbandoned(in folder: URL) {
    guard sweptFolders.withLock({ $0.insert(folder.path).inserted }) else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(".pixart-") && name.hasSuffix(".tmp") {
      // .pixart-PROCESS-NUMBER.tmp
      let parts = name.dropFirst(".pixart-".count).split(separator: "-")
      guard parts.count == 2, let process = pid_t(parts[0]), kill(process, 0) != 0, errno == ESRCH
      else { continue }
      let file = folder.appending(path: name).path
      var status = stat()
      guard stat(file, &status) == 0, status.st_mtim.tv_sec < time(nil) - abandonedAge else {
        continue
      }
      unlink(file)
    }
  }
}
