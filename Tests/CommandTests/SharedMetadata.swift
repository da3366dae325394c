import Foundation
import Testing

/// What a `parameters` text says to programs that read it as AUTOMATIC1111/stable-diffusion-webui does.
///
/// After `parse_generation_parameters` of its `modules/infotext_utils.py`, whose pattern this is.
struct SharedMetadata: Equatable {
  var prompt = ""
  var negative = ""
  var settings: [String: String] = [:]

  private static let pattern = #"\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)"#

  init(reading text: String) throws {
    var lines = text.trimmingCharacters(in: .whitespacesAndNewlines)
      .components(separatedBy: "\n")
    let last = lines.removeLast()
    let found = try Self.settings(in: last)
    if found.count < 3 { lines.append(last) } else { settings = found }
    var isNegative = false
    for line in lines {
      var line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("Negative prompt:") {
        isNegative = true
        line = line.dropFirst("Negative prompt:".count).trimmingCharacters(in: .whitespaces)
      }
      if isNegative {
        negative += (negative.isEmpty ? "" : "\n") + line
      } else {
        prompt += (prompt.isEmpty ? "" : "\n") + line
      }
    }
  }

  init(prompt: String, negative: String, settings: [String: String]) {
    self.prompt = prompt
    self.negative = negative
    self.settings = settings
  }

  private static func settings(in line: String) throws -> [String: String] {
    let text = line as NSString
    let matches = try NSRegularExpression(pattern: pattern)
      .matches(in: line, range: NSRange(location: 0, length: text.length))
    return try matches.reduce(into: [:]) { settings, match in
      var value = text.substring(with: match.range(at: 2))
      if value.hasPrefix("\"") {
        value = try JSONDecoder().decode(String.self, from: Data(value.utf8))
      }
      settings[text.substring(with: match.range(at: 1))] = value
    }
  }
}
