import Foundation
import Gallery

extension JobRequest {
  /// The line that makes the same pictures in a shell: what differs from the defaults, and the seed.
  ///
  /// - Parameter program: The first word; it is not quoted.
  public func commandLine(program: String = "pixart") -> String {
    ([program] + arguments.map(\.shellQuoted)).joined(separator: " ")
  }

  /// The words of ``commandLine(program:)`` after the program.
  public var arguments: [String] {
    var words = ["generate"]
    func add(_ option: String, _ value: String) {
      // Behind an equals sign a value may begin with a dash.
      words += value.hasPrefix("-") ? ["--\(option)=\(value)"] : ["--\(option)", value]
    }
    let usual = JobRequest(prompt: "")
    let isOption = prompt.hasPrefix("-")
    if !isOption { words.append(prompt) }
    if model != usual.model { add("model", model) }
    if negative != usual.negative { add("negative", negative) }
    if let size { add("size", size) }
    if bin { words.append("--bin") }
    // Models that were distilled have other defaults.
    let isOwn = model != usual.model || sampler != nil
    if isOwn || steps != usual.steps { add("steps", "\(steps)") }
    if isOwn || guidance != usual.guidance { add("guidance", "\(guidance)") }
    if let sampler { add("sampler", sampler) }
    add("seed", "\(seed)")
    if isVaried {
      add("variation-seed", "\(variationSeed)")
      add("variation-strength", "\(variationStrength)")
    }
    if count != usual.count { add("count", "\(count)") }
    if let initImage { add("init-image", initImage) }
    if strength != usual.strength { add("strength", "\(strength)") }
    for (option, value) in controlOptions { add(option, value) }
    if let initialLatents { add("initial-latents", initialLatents) }
    for adapter in lora { add("lora", adapter.description) }
    if let precision { add("precision", precision) }
    if rawPrompt { words.append("--raw-prompt") }
    if tile { words.append("--tile") }
    if lowMemory { words.append("--low-memory") }
    if !branch.isEmpty, let chain = try? JSONEncoder.plain.encode(branch) {
      add("branch", String(decoding: chain, as: UTF8.self))
    }
    if isOption { words += ["--", prompt] }
    return words
  }
}

extension String {
  /// One word of a POSIX shell's line that means this text.
  var shellQuoted: String {
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || "-_./,:=+@%".unicodeScalars.contains($0)
      }
    guard !isPlain else { return self }
    // Inside single quotes everything stands for itself but the single quote.
    return "'" + replacing("'", with: #"'\''"#) + "'"
  }
}

extension JSONEncoder {
  /// The same text for the same value.
  fileprivate static var plain: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
