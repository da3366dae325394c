public import Foundation
import Gallery
import TOMLKit

/// `config.toml`.
public enum PreferencesFile {
  public struct Loaded: Sendable, Equatable {
    public var preferences = Preferences()
    /// In the order of the file.
    public var problems: [SettingsProblem] = []

    /// The defaults.
    public init() {}
  }

  /// Reads a file; the defaults hold where there is none, or where it says nothing.
  ///
  /// - Throws: ``SettingsError`` if it cannot be read or is no TOML.
  public static func load(_ url: URL) throws(SettingsError) -> Loaded {
    guard let data = try SettingsDocument.data(of: url) else { return Loaded() }
    return try parse(data, file: url.lastPathComponent)
  }

  /// Understands the bytes of a file.
  ///
  /// - Parameter file: Its name, for messages.
  /// - Throws: ``SettingsError/damaged(file:line:column:reason:)`` and others.
  public static func parse(_ data: Data, file: String) throws(SettingsError) -> Loaded {
    let document = try SettingsDocument(data, file: file)
    var loaded = Loaded()
    for name in document.table.keys {
      guard let key = PreferenceKey.all.first(where: { $0.name == name }) else {
        loaded.problems.append(document.problem(name, unknown(name)))
        continue
      }
      guard let value = document.table[name]?.tomlValue,
        key.read(value, &loaded.preferences)
      else {
        let found = document.table[name]?.tomlValue.briefly ?? "unreadable"
        let message = "is \(found), but needs \(key.needed). Its default holds: "
        loaded.problems.append(
          document.problem(name, message + (key.isOptional ? "not set." : "\(key.example).")))
        continue
      }
    }
    loaded.problems.sort { ($0.line ?? 0, $0.key) < ($1.line ?? 0, $1.key) }
    return loaded
  }

  /// A file in which every key stands with its default, commented out.
  public static var defaultText: String {
    let head = """
      # Settings of pixart. Take the '#' off a line to set it; the studio follows when you save.
      # Each line shows the default, or an example where nothing is set by default.


      """
    let keys = PreferenceKey.all.map { key in
      let comment = key.explanation.split(separator: "\n").map { "# \($0)\n" }.joined()
      return "\(comment)#\(key.name) = \(key.example)\n"
    }
    return head + keys.joined(separator: "\n")
  }

  /// Writes ``defaultText`` where there is nothing yet.
  ///
  /// - Returns: Whether it was written.
  /// - Throws: ``FileError``.
  @discardableResult public static func writeDefault(to url: URL) throws -> Bool {
    let folder = url.deletingLastPathComponent()
    var status = stat()
    // A link that leads nowhere is somebody's intention, too.
    guard lstat(url.path, &status) != 0 else { return false }
    try StudioFolders.make(folder)
    let written = try AtomicFile.writeNew(
      Data(defaultText.utf8), named: url.lastPathComponent, in: folder)
    guard written.lastPathComponent == url.lastPathComponent else {
      // Another studio was quicker.
      try FileManager.default.removeItem(at: written)
      return false
    }
    return true
  }

  private static func unknown(_ name: String) -> String {
    let near = PreferenceKey.all.map(\.name)
      .map { (name: $0, distance: distance($0, name)) }
      .min { $0.distance < $1.distance }
    guard let near, near.distance <= 2 else { return "is not known and does not count." }
    return "is not known and does not count. Is '\(near.name)' meant?"
  }

  /// Characters to put in, take out or replace to make one text the other; 3 stands for more.
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard abs(a.count - b.count) < 3 else { return 3 }
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var corner = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let replaced = corner + (x == y ? 0 : 1)
        corner = row[j + 1]
        row[j + 1] = min(replaced, corner + 1, row[j] + 1)
      }
    }
    return min(row[b.count], 3)
  }
}

extension SettingsDocument {
  func problem(_ key: String, _ message: String, in table: String? = nil) -> SettingsProblem {
    SettingsProblem(
      file: file, line: line(of: key, in: table), key: key.visible, message: message)
  }
}

extension TOMLValue {
  /// The value, or its kind, in a few characters.
  var briefly: String {
    switch type {
    case .string:
      "\"\((string ?? "").visible)\""
    case .int: int.map(String.init) ?? "a number"
    case .double: double.map { "\($0)" } ?? "a number"
    case .bool: bool.map(String.init) ?? "a truth value"
    case .table: "a table"
    case .array: "a list"
    case .date, .time, .dateTime: "a date or time"
    }
  }
}

extension String {
  /// At most 40 characters, none that a terminal would obey.
  fileprivate var visible: String {
    let plain = String(
      unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) })
    return plain.count > 40 ? plain.prefix(39) + "…" : plain
  }
}
