public import Foundation

extension ModelLibrary {
  /// An adapter that can be had by name.
  public struct AdapterEntry: Sendable, Equatable {
    /// A file's name without its ending, a folder's name, or `ORG/NAME`.
    public let name: String
    /// A file, or a folder as peft writes it.
    public let place: URL
  }

  /// The folder of adapters beside models.
  static let adaptersFolder = "loras"

  /// Everything that looks like an adapter: what is in folders `loras` beside the models, and folders
  /// that peft wrote among the models and in the Hugging Face cache.
  public var adapters: [AdapterEntry] {
    var entries: [AdapterEntry] = []
    for folder in modelFolders {
      entries += Self.adapters(in: folder.appending(path: Self.adaptersFolder))
      for child in folder.visibleNames.map({ folder.appending(path: $0) }) where child.isFolder {
        if Adapter.isInFolder(child) {
          entries.append(AdapterEntry(name: child.lastPathComponent, place: child))
        } else if child.lastPathComponent != Self.adaptersFolder {
          entries += child.visibleNames.map { child.appending(path: $0) }
            .filter(Adapter.isInFolder).map {
              AdapterEntry(name: "\(child.lastPathComponent)/\($0.lastPathComponent)", place: $0)
            }
        }
      }
    }
    entries += cache.snapshots.filter { Adapter.isInFolder($0.folder) }.map {
      AdapterEntry(name: $0.name, place: $0.folder)
    }
    return entries
  }

  private static func adapters(in folder: URL) -> [AdapterEntry] {
    folder.visibleNames.compactMap { name in
      let place = folder.appending(path: name)
      if place.isFolder { return AdapterEntry(name: name, place: place) }
      guard
        (Checkpoint.torchExtensions + ["safetensors"]).contains(place.pathExtension.lowercased())
      else { return nil }
      return AdapterEntry(name: place.deletingPathExtension().lastPathComponent, place: place)
    }
  }

  /// Opens an adapter by path or name.
  ///
  /// - Parameter name: The path of a file or folder, or a name as ``adapters`` have it, the part behind
  ///     the last `/` being enough, in capitals or not.
  /// - Throws: ``AdapterError``, or what is wrong with its file.
  public func adapter(_ name: String) throws -> Adapter {
    try Adapter(adapterPlace(name), name: name)
  }

  /// Where an adapter lies.
  ///
  /// - Throws: ``AdapterError`` if there is none of this path or name.
  public func adapterPlace(_ name: String) throws(AdapterError) -> URL {
    let path = Self.path(name, home: home)
    if path.isFile || path.isFolder && !Self.holdsNoWeights(path) { return path }
    if ["/", "./", "../", "~/"].contains(where: name.hasPrefix) {
      if path.isFolder { return path }
      throw .missing(path: name)
    }
    let entries = adapters
    let lowercase = name.lowercased()
    let rules: [(String) -> Bool] = [
      { $0 == name }, { $0.lastName == name }, { $0.lowercased() == lowercase },
      { $0.lastName.lowercased() == lowercase },
    ]
    for rule in rules {
      let matches = entries.filter { rule($0.name) }
      let names = Set(matches.map(\.name)).sorted()
      if names.count > 1 { throw .ambiguousName(name, matches: names) }
      if let first = matches.first { return first.place }
    }
    throw .unknownName(
      name, nearest: closest(to: name, among: entries.map(\.name)),
      places: modelFolders.map(\.path))
  }

  /// Bytes of an adapter's file; 0 if it cannot be found.
  public func adapterBytes(_ name: String) -> Int {
    (try? Adapter.weights(in: adapterPlace(name)).byteCount) ?? 0
  }

  /// A folder of the working directory that only happens to be called like an adapter.
  private static func holdsNoWeights(_ folder: URL) -> Bool {
    !Adapter.isInFolder(folder)
      && !folder.visibleNames.contains { $0.hasSuffix(".safetensors") || $0.hasSuffix(".bin") }
  }
}
