import Foundation

/// The folder where Python's `huggingface_hub` keeps what it downloaded.
///
/// `models--ORG--NAME/snapshots/REVISION` hold links to files, `refs/main` names the revision.
struct HuggingFaceCache {
  let folder: URL

  /// Where it lies, by huggingface_hub's own rules.
  init(environment: [String: String], home: URL) {
    if let hub = environment.folder("HF_HUB_CACHE") {
      folder = hub
    } else if let root = environment.folder("HF_HOME") {
      folder = root.appending(path: "hub")
    } else {
      let cache = environment.folder("XDG_CACHE_HOME") ?? home.appending(path: ".cache")
      folder = cache.appending(path: "huggingface/hub")
    }
  }

  /// Names and snapshots of all models, of whatever kind.
  var snapshots: [(name: String, folder: URL)] {
    folder.visibleNames.compactMap { entry in
      guard let name = Self.name(ofRepository: entry),
        let snapshot = Self.snapshot(in: folder.appending(path: entry))
      else { return nil }
      return (name, snapshot)
    }
  }

  /// `ORG/NAME` of `models--ORG--NAME`.
  static func name(ofRepository folder: String) -> String? {
    let prefix = "models--"
    guard folder.hasPrefix(prefix), folder.count > prefix.count else { return nil }
    return folder.dropFirst(prefix.count).replacingOccurrences(of: "--", with: "/")
  }

  /// The revision that `refs/main` names, else the newest.
  private static func snapshot(in repository: URL) -> URL? {
    let snapshots = repository.appending(path: "snapshots")
    let revisions = snapshots.visibleNames.filter { snapshots.appending(path: $0).isFolder }
    let main = try? String(contentsOf: repository.appending(path: "refs/main"), encoding: .utf8)
    let named = main?.trimmingCharacters(in: .whitespacesAndNewlines)
    // Only a name that is in the folder: the file's text must not lead elsewhere.
    if let named, revisions.contains(named) { return snapshots.appending(path: named) }
    func date(_ revision: String) -> Date {
      let path = snapshots.appending(path: revision).path
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return attributes?[.modificationDate] as? Date ?? .distantPast
    }
    return revisions.max { (date($0), $0) < (date($1), $1) }.map { snapshots.appending(path: $0) }
  }
}

extension [String: String] {
  /// A folder that a variable of the environment names; relative ones do not count.
  func folder(_ variable: String) -> URL? {
    guard let path = self[variable], path.hasPrefix("/") else { return nil }
    return URL(filePath: path, directoryHint: .isDirectory)
  }
}
