public import Foundation

/// All models that can be had by name.
public struct ModelLibrary: Sendable {
  /// Something that looks like a model, or should be one.
  public struct Entry: Sendable {
    /// `default`, `default-lcm`, the folder's name, or `ORG/NAME`.
    public let name: String
    public let folder: URL
    /// The model, or why it is none.
    public let model: Result<ModelFolder, any Error>
  }

  let modelFolders: [URL]
  let cache: HuggingFaceCache
  private let embedded: [URL]
  let home: URL

  /// The library of the running program.
  public init() {
    self.init(
      environment: ProcessInfo.processInfo.environment,
      home: .home,
      executable: URL(filePath: "/proc/self/exe").resolvingSymlinksInPath())
  }

  /// - Parameters:
  ///   - environment: `PIXART_MODELS`, `XDG_DATA_HOME`, `XDG_CACHE_HOME`, `HF_HOME` and
  ///     `HF_HUB_CACHE` count.
  ///   - executable: The program's own file, from which the embedded models are found.
  public init(environment: [String: String], home: URL, executable: URL) {
    let own = (environment["PIXART_MODELS"] ?? "").split(separator: ":").map {
      Self.path(String($0), home: home)
    }
    let data = environment.folder("XDG_DATA_HOME") ?? home.appending(path: ".local/share")
    modelFolders = own + [data.appending(path: "pixart/models")]
    cache = HuggingFaceCache(environment: environment, home: home)
    embedded = EmbeddedModel.places(executable: executable)
    self.home = home
  }

  /// Where models are looked for, in this order; not all need exist.
  public var places: [URL] { modelFolders + [cache.folder] }

  /// Everything found, in order of the places; the embedded models come last.
  ///
  /// What is broken is listed with its fault. Of the Hugging Face cache, which holds models of
  /// all kinds, only what calls itself PixArt is.
  public var entries: [Entry] {
    var entries = modelFolders.flatMap(Self.entries)
    for (name, folder) in cache.snapshots where !folder.holdsAdapters {
      let entry = Entry(name: name, folder: folder)
      let files = Self.files(in: folder, of: name)
      entries += files
      if entry.isModel || files.isEmpty && name.lowercased().contains("pixart") {
        entries.append(entry)
      }
    }
    return entries + EmbeddedModel.entries(in: embedded)
  }

  /// Finds a model by path or name and borrows what it lacks.
  ///
  /// - Parameters:
  ///   - name: A folder's path, that of a transformer's file, or a name as ``entries`` have it, the part behind the last `/`
  ///     being enough, in capitals or not.
  ///   - lender: Path or name of the model to borrow missing parts from; nothing chooses.
  ///   - family: Nothing finds it out.
  /// - Throws: ``ModelError``, or what is wrong with the model.
  public func model(_ name: String, lender: String? = nil, family: ModelFamily? = nil) throws
    -> ModelFolder
  {
    var model = try find(name)
    if let family {
      model =
        try model.file.map { try ModelFolder(file: $0, name: model.name, family: family) }
        ?? ModelFolder(model.folder, name: model.name, family: family)
    }
    if let lender { return try model.completed(from: find(lender)) }
    if model.hasTransformer, model.missing.isEmpty { return model }
    return try model.completed(among: entries.compactMap { try? $0.model.get() })
  }

  // MARK: Names

  private func find(_ name: String) throws -> ModelFolder {
    if ["/", "./", "../", "~/"].contains(where: name.hasPrefix) || [".", "..", "~"].contains(name) {
      let place = Self.path(name, home: home)
      return try place.isFile ? ModelFolder(file: place) : ModelFolder(place)
    }
    if URL(filePath: name).isWeightsFile { return try ModelFolder(file: URL(filePath: name)) }
    // A folder of the working directory counts only if it is a model: one that happens to be
    // called `default` must not hide the model of that name.
    if let model = try? ModelFolder(URL(filePath: name)) { return model }
    let entries = self.entries
    guard let entry = try Self.match(name, in: entries) else {
      if name.contains("/"), URL(filePath: name).isFolder {
        return try ModelFolder(URL(filePath: name))
      }
      throw ModelError.unknownModel(
        name: name, nearest: Self.nearest(to: name, in: entries.map(\.name)),
        places: places.map(\.path))
    }
    return try entry.model.get()
  }

  private static func match(_ name: String, in entries: [Entry]) throws -> Entry? {
    let lowercase = name.lowercased()
    let rules: [(String) -> Bool] = [
      { $0 == name },
      { $0.lastName == name },
      { $0.lowercased() == lowercase },
      { $0.lastName.lowercased() == lowercase },
    ]
    for rule in rules {
      let matches = entries.filter { rule($0.name) }
      let names = Set(matches.map(\.name)).sorted()
      if names.count > 1 { throw ModelError.ambiguousName(name: name, matches: names) }
      if let first = matches.first { return first }
    }
    return nil
  }

  private static func nearest(to name: String, in names: [String]) -> [String] {
    let lowercase = name.lowercased()
    let containing = Set(names).filter { $0.lowercased().contains(lowercase) }.sorted()
    if !containing.isEmpty { return containing }
    let byLast = Dictionary(names.map { ($0.lastName.lowercased(), $0) }) { first, _ in first }
    return closest(to: lowercase.lastName, among: byLast.keys).flatMap { byLast[$0] }.map { [$0] }
      ?? []
  }

  // MARK: Folders

  /// A folder of models: those in it, and in it under the name of their organisation.
  private static func entries(in folder: URL) -> [Entry] {
    let whole = Entry(name: folder.lastPathComponent, folder: folder)
    if whole.isModel { return [whole] }
    return files(in: folder, of: nil)
      + folder.subfolders.filter { !$0.holdsAdapters }.flatMap { child in
        let entry = Entry(name: child.lastPathComponent, folder: child)
        guard !entry.isModel else { return [entry] }
        let grandchildren = child.subfolders.map {
          Entry(name: "\(child.lastPathComponent)/\($0.lastPathComponent)", folder: $0)
        }
        let models =
          files(in: child, of: child.lastPathComponent) + grandchildren.filter(\.isModel)
        let holdsOthers = child.subfolders.contains(where: \.holdsAdapters)
        return models.isEmpty && !holdsOthers ? [entry] : models
      }
  }

  /// Transformers in files of their own.
  ///
  /// - Parameter organisation: What comes before their names.
  private static func files(in folder: URL, of organisation: String?) -> [Entry] {
    folder.visibleNames.filter { $0.hasSuffix(".pth") }.compactMap { file in
      let name = organisation.map { "\($0)/\(file)" } ?? file
      let place = folder.appending(path: file)
      let entry = Entry(
        name: name, folder: place, model: Result { try ModelFolder(file: place, name: name) })
      // Files of other networks lie beside them; what cannot be read may be one.
      if case .failure(ModelError.noTransformerFile) = entry.model { return nil }
      return entry
    }
  }

  static func path(_ text: String, home: URL) -> URL {
    guard text == "~" || text.hasPrefix("~/") else { return URL(filePath: text) }
    return home.appending(path: String(text.dropFirst(2)))
  }
}

extension ModelLibrary.Entry {
  init(name: String, folder: URL) {
    self.init(
      name: name, folder: folder, model: Result { try ModelFolder(folder, name: name) })
  }

  /// Sound or not, but a PixArt model.
  fileprivate var isModel: Bool {
    switch model {
    case .success: true
    case .failure(let error): error is ConfigurationError && folder.holdsModel
    }
  }
}

extension URL {
  /// The user's folder: `$HOME` as for every shell, else the one of the user table.
  package static var home: URL {
    ProcessInfo.processInfo.environment.folder("HOME")
      ?? FileManager.default.homeDirectoryForCurrentUser
  }

  /// A file that can only be weights, by its name.
  fileprivate var isWeightsFile: Bool {
    (Checkpoint.torchExtensions + ["safetensors"]).contains(pathExtension.lowercased()) && isFile
  }

  fileprivate var subfolders: [URL] {
    visibleNames.map { appending(path: $0) }.filter(\.isFolder)
  }

  /// A folder of adapters, or one that is an adapter.
  fileprivate var holdsAdapters: Bool {
    lastPathComponent == ModelLibrary.adaptersFolder || Adapter.isInFolder(self)
  }

  fileprivate var holdsModel: Bool {
    appending(path: "model_index.json").isFile || appending(path: "transformer").isFolder
  }
}

extension String {
  /// Behind the last `/`.
  var lastName: String { split(separator: "/").last.map(String.init) ?? self }
}
