import Foundation
import Gallery
import Jobs
import Prompts
import Kernels
import Schedulers

/// The rows of the settings panel; raw values are the command line's options.
public enum SettingsRow: String, Sendable, CaseIterable, Codable {
  case model, style, size, bin, steps, guidance, sampler
  case seedMode = "seed-mode"
  case seed, count
  case initImage = "init-image"
  case strength
  case condition, control, edges
  case controlStrength = "control-strength"
  case controlScale = "control-scale"
  case controlStart = "control-start"
  case controlEnd = "control-end"
  case variationStrength = "variation-strength"
  case variationSeed = "variation-seed"
  case rawPrompt = "raw-prompt"
  case tile
  case lowMemory = "low-memory"
  case lora, precision, branch

  var title: String {
    switch self {
    case .model: "Model"
    case .style: "Style"
    case .size: "Size"
    case .bin: "Snap to bin"
    case .steps: "Steps"
    case .guidance: "Guidance"
    case .sampler: "Sampler"
    case .seedMode: "Seed mode"
    case .seed: "Seed"
    case .count: "Pictures"
    case .initImage: "Start image"
    case .strength: "Strength"
    case .condition: "Condition"
    case .control: "ControlNet"
    case .edges: "Edges from"
    case .controlStrength: "Edges times"
    case .controlScale: "Effect times"
    case .controlStart: "Leads from"
    case .controlEnd: "Leads until"
    case .variationStrength: "Variation"
    case .variationSeed: "Toward seed"
    case .rawPrompt: "Raw prompt"
    case .tile: "Tiled decode"
    case .lora: "LoRA"
    case .lowMemory: "Low memory"
    case .precision: "Precision"
    case .branch: "Branch"
    }
  }

  /// How a row's value is edited.
  enum Editing: Equatable {
    /// One of a list that is chosen from in a popup.
    case choice(Chooser.Kind)
    /// Typed, and stepped by the arrows where it is a number.
    case typed
    case toggle
    case cycle
    /// In a popup of its own.
    case adapters
    /// Only taken away.
    case given
  }

  var editing: Editing {
    switch self {
    case .model: .choice(.model)
    case .style: .choice(.style)
    case .sampler: .choice(.sampler)
    case .bin, .rawPrompt, .tile, .lowMemory: .toggle
    case .seedMode, .precision, .edges: .cycle
    case .lora: .adapters
    case .branch: .given
    case .size, .steps, .guidance, .seed, .count, .initImage, .strength, .variationStrength,
      .variationSeed, .condition, .control, .controlStrength, .controlScale, .controlStart,
      .controlEnd:
      .typed
    }
  }

  /// The rows that mean something with these settings.
  static func visible(
    for settings: RequestSettings, styles: [Style], models: [ModelChoice] = [],
    adapters: [AdapterOffer] = []
  ) -> [SettingsRow] {
    let model = models.first { $0.name == settings.model }
    return allCases.filter { row in
      switch row {
      case .strength: settings.initImage != nil
      case .control, .edges, .controlStrength, .controlScale, .controlStart, .controlEnd:
        settings.condition != nil
      case .branch: !settings.branch.isEmpty
      case .variationSeed: settings.variationStrength > 0
      case .lora: !settings.lora.isEmpty || !adapters.isEmpty
      case .style: !styles.isEmpty || settings.style != nil
      case .precision: settings.precision != nil || model?.usualPrecision != nil
      // A small model needs little anyway.
      case .lowMemory: settings.lowMemory || model?.usualPrecision != nil
      default: true
      }
    }
  }
}

extension RequestSettings {
  /// A row's value as it is shown.
  func text(of row: SettingsRow, model: ModelChoice?) -> String {
    switch row {
    case .model: self.model
    case .style: style ?? "none"
    case .size: size ?? "\(model?.nativeSize ?? "the model's own")"
    case .bin: bin ? "yes" : "no"
    case .steps: "\(steps)"
    case .guidance: Self.text(guidance)
    case .sampler: sampler ?? "\(model?.sampler ?? "published") (model's)"
    case .seedMode: "\(seedMode.rawValue): \(seedMode.summary)"
    case .seed: "\(seed)"
    case .count: "\(count)"
    case .initImage: initImage ?? "none"
    case .strength: Self.text(strength)
    case .condition, .control, .edges, .controlStrength, .controlScale, .controlStart,
      .controlEnd:
      controlText(of: row)
    case .variationStrength: variationStrength > 0 ? Self.text(variationStrength) : "none"
    case .variationSeed: "\(variationSeed)"
    case .rawPrompt: rawPrompt ? "yes" : "no"
    case .tile: tile ? "yes" : "no"
    case .lora: lora.isEmpty ? "none" : lora.map(Self.text).joined(separator: ", ")
    case .lowMemory: lowMemory ? "yes" : "where needed"
    case .precision: Self.text(ofPrecision: precision, model: model)
    case .branch: branch.isEmpty ? "none" : GalleryPicture.text(branch)
    }
  }

  /// What products are computed in, and why if that is not plain.
  private static func text(ofPrecision asked: String?, model: ModelChoice?) -> String {
    let lacking = model?.lackingPrecisions ?? []
    if let asked { return lacking.contains(asked) ? "\(asked) (emulated here)" : asked }
    let usual = model?.usualPrecision
    let why = usual == "fp32" && lacking.contains("bf16") ? "no bf16 here" : "by itself"
    return "\(usual ?? "fp32") (\(why))"
  }

  /// A row's value as it is typed: nothing where the default stands.
  func typed(_ row: SettingsRow) -> String {
    switch row {
    case .size: size ?? ""
    case .initImage: initImage ?? ""
    case .condition: condition ?? ""
    case .control: control ?? ""
    case .edges: edges ?? ""
    case .sampler: sampler ?? ""
    case .style: style ?? ""
    case .seedMode: seedMode.rawValue
    case .lora: lora.map(\.description).joined(separator: ", ")
    case .precision: precision ?? ""
    case .lowMemory: lowMemory ? "yes" : "no"
    case .variationStrength: Self.text(variationStrength)
    default: text(of: row, model: nil)
    }
  }

  /// A name without its folders, and its scale.
  private static func text(_ adapter: JobRequest.Lora) -> String {
    let name = adapter.file.split(separator: "/").last.map(String.init) ?? adapter.file
    return adapter.scale == 1 ? name : "\(name) \(text(ofScale: adapter.scale))"
  }

  /// An adapter's scale with two digits.
  static func text(ofScale scale: Double) -> String { String(format: "%.2f", scale) }

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? String(format: "%.0f", number) : String(format: "%g", number)
  }

  /// Takes a typed value.
  ///
  /// - Returns: What is wrong with it; it was not taken then.
  mutating func set(_ row: SettingsRow, to typed: String) -> String? {
    let text = typed.trimmingCharacters(in: .whitespaces)
    if text.isEmpty {
      reset(row)
      return nil
    }
    switch row {
    case .model: model = text
    case .style: style = text == "none" ? nil : text
    case .size: return setSize(text)
    case .bin: return setFlag(\.bin, text)
    case .steps: return setNumber(\.steps, text, 1...1000, "steps")
    case .guidance: return setNumber(\.guidance, text, 0...100, "guidance")
    case .sampler:
      guard SamplerName(rawValue: text) != nil else {
        let names = SamplerName.allCases.map(\.rawValue).joined(separator: ", ")
        return "There is no sampler '\(text)'; there are \(names)."
      }
      sampler = text
    case .seedMode:
      guard let mode = SeedMode(rawValue: text) else {
        return "'\(text)' is no seed mode; fixed, fresh and next are."
      }
      seedMode = mode
    case .seed: return setSeed(\.seed, text)
    case .count: return setNumber(\.count, text, 1...10_000, "pictures")
    case .initImage: initImage = text == "none" ? nil : text
    case .condition, .control, .edges, .controlStrength, .controlScale, .controlStart,
      .controlEnd:
      return setControl(row, to: text)
    case .strength:
      guard let number = Double(text), number > 0, number <= 1 else {
        return "'\(text)' is no strength; numbers above 0 and up to 1 are."
      }
      strength = number
    case .variationStrength:
      guard let number = Double(text), (0...1).contains(number) else {
        return "'\(text)' is no strength of a variation; numbers from 0 to 1 are."
      }
      variationStrength = number
    case .variationSeed: return setSeed(\.variationSeed, text)
    case .rawPrompt: return setFlag(\.rawPrompt, text)
    case .tile: return setFlag(\.tile, text)
    case .lora: return setAdapters(text)
    case .lowMemory: return setFlag(\.lowMemory, text)
    case .precision:
      guard Precision(rawValue: text) != nil else {
        let names = Precision.allCases.map(\.rawValue).joined(separator: ", ")
        return "There is no precision '\(text)'; there are \(names)."
      }
      precision = text
    case .branch:
      return "Where a run turns is taken over from a picture, not typed; x takes it away."
    }
    return nil
  }

  /// Puts a row's default back.
  mutating func reset(_ row: SettingsRow) {
    let fresh = RequestSettings()
    switch row {
    case .model: model = fresh.model
    case .style: style = nil
    case .size: size = nil
    case .bin: bin = fresh.bin
    case .steps: steps = fresh.steps
    case .guidance: guidance = fresh.guidance
    case .sampler: sampler = nil
    case .seedMode: seedMode = fresh.seedMode
    case .seed: seed = fresh.seed
    case .count: count = fresh.count
    case .initImage: initImage = nil
    case .strength: strength = fresh.strength
    case .condition, .control, .edges, .controlStrength, .controlScale, .controlStart,
      .controlEnd:
      resetControl(row)
    case .variationStrength: variationStrength = fresh.variationStrength
    case .variationSeed: variationSeed = fresh.variationSeed
    case .rawPrompt: rawPrompt = fresh.rawPrompt
    case .tile: tile = fresh.tile
    case .lora: lora = []
    case .lowMemory: lowMemory = fresh.lowMemory
    case .precision: precision = nil
    case .branch: branch = []
    }
  }

  private mutating func setSeed(_ path: WritableKeyPath<Self, UInt64>, _ text: String) -> String? {
    guard let number = UInt64(text) else {
      return "'\(text)' is no seed; whole numbers from 0 to \(UInt64.max) are."
    }
    self[keyPath: path] = number
    if seedMode == .fresh { seedMode = .fixed }
    return nil
  }

  /// Adapters are written as on the command line, with commas between them.
  private mutating func setAdapters(_ text: String) -> String? {
    var read: [JobRequest.Lora] = []
    for part in text.split(separator: ",") {
      guard let adapter = JobRequest.Lora(part.trimmingCharacters(in: .whitespaces)) else {
        return "'\(part)' is no adapter; a file or a name is, such as ink.safetensors:0.8."
      }
      guard (-100...100).contains(adapter.scale) else {
        return "\(adapter.scale) is no scale of an adapter; -100 to 100 is."
      }
      read.append(adapter)
    }
    lora = read
    return nil
  }

  private mutating func setSize(_ text: String) -> String? {
    let sides = text.lowercased().replacing("×", with: "x").split(separator: "x")
      .map { Int($0.trimmingCharacters(in: .whitespaces)) }
    guard sides.count == 2, let width = sides[0], let height = sides[1],
      (16...8192).contains(width), (16...8192).contains(height)
    else { return "'\(text)' is no size; width x height in pixels is, such as 512x768." }
    size = "\(width)x\(height)"
    return nil
  }

  private mutating func setFlag(_ path: WritableKeyPath<Self, Bool>, _ text: String) -> String? {
    switch text.lowercased() {
    case "yes", "y", "on", "true", "1": self[keyPath: path] = true
    case "no", "n", "off", "false", "0": self[keyPath: path] = false
    default: return "'\(text)' is neither yes nor no."
    }
    return nil
  }

  private mutating func setNumber<Number: LosslessStringConvertible & Comparable>(
    _ path: WritableKeyPath<Self, Number>, _ text: String, _ range: ClosedRange<Number>,
    _ name: String
  ) -> String? {
    guard let number = Number(text), range.contains(number) else {
      return "'\(text)' is no number of \(name); \(range.lowerBound) to \(range.upperBound) is."
    }
    self[keyPath: path] = number
    return nil
  }
}
