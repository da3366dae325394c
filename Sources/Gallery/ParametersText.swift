import Foundation

/// The `parameters` text of A1111 and its relatives: prompt, negative prompt, a line of settings.
///
/// After `create_infotext` and `parse_generation_parameters` of AUTOMATIC1111/stable-diffusion-webui.
public struct ParametersText: Sendable, Equatable {
  public struct Setting: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public var prompt: String
  public var negative: String
  public var settings: [Setting]

  public init(prompt: String, negative: String, settings: [Setting]) {
    self.prompt = prompt
    self.negative = negative
    self.settings = settings
  }

  /// The value of the last setting of that name.
  public subscript(name: String) -> String? {
    settings.last { $0.name == name }?.value
  }

  /// The text as it stands in a file; its lines end as PNG has it, with a line feed alone.
  public var text: String {
    let line = settings.map { "\($0.name): \(Self.quoted($0.value))" }.joined(separator: ", ")
    let parts = [prompt, negative.isEmpty ? nil : "Negative prompt: \(negative)", line]
    return parts.compactMap(\.self).joined(separator: "\n")
      .replacing("\r\n", with: "\n").replacing("\r", with: "\n")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Reads any text; one without a line of settings is a prompt.
  public init(parsing text: String) {
    var lines = text.trimmingCharacters(in: .whitespacesAndNewlines)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    settings = Self.settings(in: lines.last ?? "")
    // Fewer than three "name: value" on the last line may as well belong to the prompt.
    if settings.count >= 3 {
      lines.removeLast()
    } else if let index = lines.lastIndex(where: { $0.hasPrefix("Steps: ") }) {
      // Extensions add lines of their own, such as "Template: ...", after the settings.
      settings = Self.settings(in: lines[index])
      lines = Array(lines[..<index])
    } else {
      settings = []
    }
    var prompt: [String] = []
    var negative: [String]?
    for line in lines {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("Negative prompt:") {
        negative = (negative ?? []) + [line.dropFirst(16).trimmingCharacters(in: .whitespaces)]
      } else if negative != nil {
        negative?.append(line)
      } else {
        prompt.append(line)
      }
    }
    self.prompt = prompt.joined(separator: "\n")
    self.negative = negative?.joined(separator: "\n") ?? ""
  }

  /// Values with a comma, colon or newline become JSON strings.
  private static func quoted(_ value: String) -> String {
    guard value.contains(where: { ",:\n".contains($0) }) else { return value }
    let escaped = value.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      case _ where scalar.value < 0x20: String(format: "\\u%04x", scalar.value)
      default: String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }

  private static func unquoted(_ value: String) -> String {
    guard value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") else { return value }
    return (try? JSONDecoder().decode(String.self, from: Data(value.utf8))) ?? value
  }

  /// `name: value` pieces between commas; commas within quotes do not separate.
  private static func settings(in line: Substring) -> [Setting] {
    var rest = line
    var found: [Setting] = []
    while !rest.isEmpty {
      rest = rest.drop(while: \.isWhitespace)
      guard let end = rest.firstIndex(where: { $0 == ":" || $0 == "," }) else { break }
      let name = rest[..<end]
      let isName = rest[end] == ":" && isSettingName(name)
      rest = rest[rest.index(after: end)...]
      guard isName else { continue }
      rest = rest.drop(while: \.isWhitespace)
      var value = String(takeQuoted(from: &rest) ?? takeBracketed(from: &rest) ?? "")
      value += rest.prefix { $0 != "," }
      rest = rest.drop { $0 != "," }.dropFirst()
      found.append(Setting(String(name), unquoted(value.trimmingCharacters(in: .whitespaces))))
    }
    return found
  }

  private static func isSettingName(_ name: Substring) -> Bool {
    guard let first = name.first, name.count >= 2, first.isLetter || first.isNumber || first == "_"
    else { return false }
    return name.allSatisfy { $0.isLetter || $0.isNumber || "_ -/".contains($0) }
  }

  /// Cuts a leading `"..."` off, if there is one that ends.
  private static func takeQuoted(from text: inout Substring) -> Substring? {
    guard text.first == "\"" else { return nil }
    var isEscaped = false
    for index in text.indices.dropFirst() {
      if isEscaped {
        isEscaped = false
      } else if text[index] == "\\" {
        isEscaped = true
      } else if text[index] == "\"" {
        defer { text = text[text.index(after: index)...] }
        return text[...index]
      }
    }
    return nil
  }

  /// Cuts a leading `{...}` or `[...]` off, such as the JSON of `Hashes`, if there is one that ends.
  private static func takeBracketed(from text: inout Substring) -> Substring? {
    guard text.first == "{" || text.first == "[" else { return nil }
    var depth = 0
    var isString = false
    var isEscaped = false
    for index in text.indices {
      switch text[index] {
      case _ where isEscaped: isEscaped = false
      case "\\" where isString: isEscaped = true
      case "\"": isString.toggle()
      case "{" where !isString, "[" where !isString: depth += 1
      case "}" where !isString, "]" where !isString: depth -= 1
      default: break
      }
      if depth == 0 {
        defer { text = text[text.index(after: index)...] }
        return text[...index]
      }
    }
    return nil
  }
}
