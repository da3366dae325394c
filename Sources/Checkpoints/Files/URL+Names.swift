package import Foundation

extension URL {
  /// Sorted names in this folder, hidden ones left out; none if it cannot be read.
  package var visibleNames: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  package var isFolder: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  package var isFile: Bool {
    FileManager.default.fileExists(atPath: path) && !isFolder
  }
}
