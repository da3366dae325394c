/// `adapter_config.json`: how peft made an adapter.
public struct AdapterSettings: Sendable, Equatable {
  public let rank: Int
  public let alpha: Double
  /// Whether what is added is scaled by alpha / √rank in place of alpha / rank (rsLoRA).
  public let usesRootOfRank: Bool
  /// Whether rows have lengths of their own (DoRA).
  public let usesMagnitudes: Bool
  /// Whether some layers have another rank.
  public let hasRanks: Bool
  /// Of some layers, by the end of their name.
  public let alphas: [String: Double]
  /// What it was trained on, as its maker calls it.
  public let baseModel: String?

  /// - Throws: ``ConfigurationError`` if a value is absent, absurd or of another method.
  public init(_ file: ConfigurationFile) throws(ConfigurationError) {
    try file.require("peft_type", .string("LORA"))
    try file.require("bias", .string("none"))
    for key in ["lora_bias", "fan_in_fan_out", "use_qalora", "use_bdlora"] {
      try file.require(key, .bool(false))
    }
    for key in ["modules_to_save", "layer_replication", "target_parameters"] {
      if let value = file[key], value != .array([]) {
        throw .unsupported(
          file: file.source, key: key, found: value.shown, supported: "no such layers")
      }
    }
    rank = try file.integer("r", in: 1...Adapter.mostRank)
    // What peft takes where nothing is said.
    alpha = try file.number("lora_alpha", in: -1e6...1e6, default: 8)
    usesRootOfRank = try file.bool("use_rslora", default: false)
    usesMagnitudes = try file.bool("use_dora", default: false)
    hasRanks = try !Self.pattern("rank_pattern", file).isEmpty
    alphas = try Self.pattern("alpha_pattern", file)
    baseModel = try file.string("base_model_name_or_path", default: "")
  }

  /// The alpha of a layer.
  func alpha(of layer: String) -> Double {
    let own = alphas.first { pattern, _ in layer == pattern || layer.hasSuffix("." + pattern) }
    return own?.value ?? alpha
  }

  private static func pattern(_ key: String, _ file: ConfigurationFile)
    throws(ConfigurationError) -> [String: Double]
  {
    guard let value = file[key] else { return [:] }
    guard case .object(let members) = value else { throw file.bad(key, "names with numbers") }
    var numbers: [String: Double] = [:]
    for (name, member) in members {
      // peft writes whole names, or regular expressions of which only the marks of ends are taken.
      var plain = name.replacing("\\.", with: ".")
      if plain.hasPrefix("^") { plain.removeFirst() }
      if plain.hasSuffix("$") { plain.removeLast() }
      switch member {
      case .integer(let number): numbers[plain] = Double(number)
      case .number(let number) where abs(number) <= 1e6: numbers[plain] = number
      default: throw file.bad(key, "names with numbers")
      }
    }
    return numbers
  }
}
