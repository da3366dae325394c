import TOMLKit

/// A theme as its file has it, before colours are looked up.
///
/// A file has a `[palette]` of named colours, `inherits`, `appearance`, and a look for each role: a
/// colour, or a table with `fg`, `bg` and `modifiers`. `border.focused` may be a quoted key or a table
/// in `border`. A role without a background has that of `text`.
///
/// Names are looked up last, so a theme may inherit another one's roles and give only another palette.
public struct ThemeSource: Sendable {
  struct Entry: Sendable {
    var foreground: String?
    var background: String?
    var attributes: TextAttributes = []
    /// For warnings: `Theme NAME, line N`.
    var place: String
  }

  private static let settings: Set<String> = ["inherits", "appearance", "palette"]
  private static let lookKeys: Set<String> = ["fg", "bg", "modifiers"]
  private static let modifiers: [String: TextAttributes] = [
    "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
  ]

  public let name: String
  /// The theme that the missing roles and colours come from.
  public private(set) var parent: String?
  private var appearance: Theme.Appearance?
  private var palette: [String: String] = [:]
  private var entries: [Role: Entry] = [:]
  private var warnings: [String] = []

  /// - Parameters:
  ///   - toml: The file's text.
  ///   - name: What the theme is called.
  /// - Throws: ``ThemeError`` if the text is no TOML.
  public init(toml: String, name: String) throws(ThemeError) {
    self.name = name
    let table: TOMLTable
    do throws(TOMLDocument.Fault) {
      table = try TOMLDocument.parse(toml)
    } catch {
      throw .damaged(name: name, line: error.line, reason: error.reason)
    }
    read(table, toml: toml)
  }

  /// This theme with what it lacks taken from another one.
  public func inheriting(_ parent: ThemeSource) -> ThemeSource {
    var whole = self
    whole.palette.merge(parent.palette) { own, _ in own }
    whole.entries.merge(parent.entries) { own, _ in own }
    whole.appearance = appearance ?? parent.appearance
    whole.warnings = parent.warnings + warnings
    return whole
  }

  /// Looks all colours up.
  ///
  /// - Returns: The theme, and what was wrong in the files, one a line.
  public func theme() -> (theme: Theme, warnings: [String]) {
    var warnings = warnings
    func color(_ name: String?, _ entry: Entry) -> ThemeColor? {
      guard let name else { return nil }
      if let color = ThemeColor(palette[name] ?? name) { return color }
      warnings.append(
        "\(entry.place): \"\(palette[name] ?? name)\" is no colour such as \"#88c0d0\", \"blue\" or "
          + "110; the terminal's own is taken.")
      return .terminal
    }
    let ground = entries[.text].flatMap { color($0.background, $0) } ?? .terminal
    var looks: [Role: Look] = [:]
    for role in Role.allCases {
      guard let entry = entries[role] else { continue }
      looks[role] = Look(
        foreground: color(entry.foreground, entry) ?? .terminal,
        background: role == .text ? ground : color(entry.background, entry) ?? ground,
        attributes: entry.attributes)
    }
    return (Theme(name: name, appearance: appearance ?? .any, looks: looks), warnings)
  }

  private mutating func read(_ table: TOMLTable, toml: String) {
    parent = table["inherits"]?.string
    if let value = table["appearance"] {
      appearance = value.string.flatMap { Theme.Appearance(rawValue: $0) }
      if appearance == nil {
        warn("appearance", "appearance is dark, light or any; any is taken", toml)
      }
    }
    if let colors = table["palette"]?.table {
      for key in colors.keys { palette[key] = Self.colorText(colors[key]) }
    }
    for key in table.keys where !Self.settings.contains(key) {
      if let value = table[key] { read(key, value, toml: toml) }
    }
    warnings.sort()
  }

  /// Reads a role's look, and the roles that are tables in it.
  private mutating func read(_ key: String, _ value: any TOMLValueConvertible, toml: String) {
    let table = value.table
    let inner = table?.keys.filter { !Self.lookKeys.contains($0) } ?? []
    for part in inner {
      if let value = table?[part] { read("\(key).\(part)", value, toml: toml) }
    }
    // A table that only holds other roles has no look of its own.
    if let table, !inner.isEmpty, inner.count == table.count { return }
    guard let role = Role(rawValue: key) else {
      warn(key, "there is no role \(key); it is left out", toml)
      return
    }
    var entry = Entry(place: place(of: key, toml))
    if let table {
      entry.foreground = Self.colorText(table["fg"])
      entry.background = Self.colorText(table["bg"])
      entry.attributes = attributes(table["modifiers"], key: key, toml: toml)
    } else {
      entry.foreground = Self.colorText(value)
    }
    entries[role] = entry
  }

  private mutating func attributes(
    _ value: (any TOMLValueConvertible)?, key: String, toml: String
  ) -> TextAttributes {
    guard let value else { return [] }
    guard let list = value.array else {
      warn(key, "modifiers are a list such as [\"bold\"]; they are left out", toml)
      return []
    }
    var attributes: TextAttributes = []
    for index in 0..<list.count {
      let word = list[index].string ?? ""
      if let attribute = Self.modifiers[word] {
        attributes.insert(attribute)
      } else {
        warn(
          key,
          "modifier \"\(word)\" is none of bold, dim, italic, underline, reverse; it is left out",
          toml)
      }
    }
    return attributes
  }

  /// A colour's name or number; nil without a value.
  private static func colorText(_ value: (any TOMLValueConvertible)?) -> String? {
    value.map { $0.string ?? $0.int.map(String.init) ?? "\($0)" }
  }

  private mutating func warn(_ key: String, _ text: String, _ toml: String) {
    warnings.append("\(place(of: key, toml)): \(text).")
  }

  /// Where a key stands, by the text: the parser tells places of errors only.
  private func place(of key: String, _ toml: String) -> String {
    let lines = toml.split(separator: "\n", omittingEmptySubsequences: false)
    for name in [key, String(key.split(separator: ".").last ?? "")] {
      let line = lines.firstIndex { line in
        let start = line.drop { " \t[\"'".contains($0) }
        guard start.hasPrefix(name) else { return false }
        return start.dropFirst(name.count).first.map { " \t=]\"'.".contains($0) } ?? false
      }
      if let line { return "Theme \(self.name), line \(line + 1)" }
    }
    return "Theme \(self.name)"
  }
}
