public import Foundation

/// Themes in folders, earlier folders first.
public struct ThemeLibrary: Sendable {
  private let folders: [URL]

  /// - Parameters:
  ///   - folders: The user's own, best first; the themes that come with the program follow.
  ///   - executable: The program's own file, from which its themes are found.
  public init(
    folders: [URL],
    executable: URL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  ) {
    // `Bundle.module` is no help: it ends the program if the build folder is gone.
    let folder = executable.deletingLastPathComponent()
    self.folders =
      folders + [
        // Beside the program or the test bundle, in the build folder.
        folder.appending(path: "pixart_Terminal.resources/themes"),
        // `make install`.
        folder.deletingLastPathComponent().appending(path: "share/pixart/themes"),
      ]
  }

  /// Names of all themes, each once, in alphabetical order, `default` first.
  public var names: [String] {
    var found: Set<String> = ["default"]
    for folder in folders {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      for file in files where file.hasSuffix(".toml") { found.insert(String(file.dropLast(5))) }
    }
    return found.sorted { ($0 == "default" ? "" : $0) < ($1 == "default" ? "" : $1) }
  }

  /// Reads a theme and all it inherits.
  ///
  /// - Returns: The theme, and what was wrong in the files, one a line.
  /// - Throws: ``ThemeError``; nothing of a damaged theme is used.
  public func theme(named name: String) throws(ThemeError) -> (theme: Theme, warnings: [String]) {
    guard let source = try source(named: name, heirs: []) else { return (.plain, []) }
    return source.theme()
  }

  /// - Returns: Nil for the default theme where its file is missing.
  private func source(named name: String, heirs: [String]) throws(ThemeError) -> ThemeSource? {
    if heirs.contains(name) { throw .inheritsItself(name: name) }
    // A name is no path.
    let files = name.contains("/") ? [] : folders.map { $0.appending(path: "\(name).toml") }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) })
    else {
      if name == Theme.plain.name { return nil }
      throw .notFound(name: name, nearest: nearest(to: name))
    }
    let text: String
    do {
      text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    } catch {
      throw .unreadable(name: name, reason: error.localizedDescription)
    }
    let source = try ThemeSource(toml: text, name: name)
    guard let parent = source.parent,
      let inherited = try self.source(named: parent, heirs: heirs + [name])
    else { return source }
    return source.inheriting(inherited)
  }

  /// The name that shares the longest beginning.
  private func nearest(to name: String) -> String? {
    names.map { ($0, zip($0, name.lowercased()).prefix { $0 == $1 }.count) }
      .filter { $0.1 >= 2 }.max { $0.1 < $1.1 }?.0
  }
}
