import Schedulers

/// Why there can be no such sheet.
public enum SheetError: Error, Equatable, CustomStringConvertible {
  case unknownSetting(String)
  case noValues(SheetAxis.Setting)
  case unusable(SheetAxis.Setting, String)
  case tooManyValues(SheetAxis.Setting, count: Int)
  case notInPrompt(String)
  case noAlternatives
  case alternativesWithValues
  case template(String)
  case sameSetting(SheetAxis.Setting)
  /// Words that two axes replace, of which one is found only inside the other.
  case overlap(String, String)
  case strengthWithoutImage
  case variationSeedAlone
  case severalPictures(Int)
  case tooManyCells(Int)
  /// The file that would be written over the picture to begin with.
  case replacesInitImage(String)
  /// A cell that no model can make.
  case cell(String, message: String)

  public var description: String {
    switch self {
    case .unknownSetting(let name):
      "There is no axis '\(name)'. The axes are "
        + SheetAxis.Setting.allCases.map(\.rawValue).joined(separator: ", ") + "."
    case .noValues(let setting):
      "The axis '\(setting.rawValue)' lacks a value. Write it like \(setting.example)."
    case .unusable(let setting, let value): "'\(value)' \(setting.demand)"
    case .tooManyValues(let setting, let count):
      "The axis '\(setting.rawValue)' has \(count == .max ? "too many" : "\(count)") values, but "
        + "\(SheetAxis.mostValues) are the most. Take a larger step, or several sheets."
    case .notInPrompt(let text):
      "The prompt does not contain '\(text)', so there is nothing to replace. Begin the axis with "
        + "words of the prompt: \(SheetAxis.Setting.prompt.example)."
    case .noAlternatives:
      "The prompt has no alternatives. Write some, such as 'a {red|green} fox'."
    case .alternativesWithValues:
      "The axis 'alternatives' takes its values from the prompt. Leave out what is behind it."
    case .template(let message): message
    case .sameSetting(let setting):
      "Both axes are about '\(setting.rawValue)'. Choose another setting for one of them."
    case .overlap(let first, let second):
      "Both axes replace the same words, '\(first)' and '\(second)'. Begin them with words that stand "
        + "side by side in the prompt."
    case .strengthWithoutImage:
      "The axis 'strength' means nothing without a picture to begin with. Give one with --init-image."
    case .variationSeedAlone:
      "The axis 'variation-seed' changes nothing without a variation. Give --variation-strength."
    case .severalPictures(let count):
      "A sheet has one picture in each place, but \(count) were asked for. Leave out --count."
    case .tooManyCells(let count):
      "The sheet would have \(count) pictures, but \(SheetPlan.mostCells) are the most. Take fewer "
        + "values."
    case .replacesInitImage(let file):
      "The sheet would write \(file) over the picture to begin with. Give another --output."
    case .cell(let place, let message): "\(place): \(message)"
    }
  }
}

extension SheetAxis.Setting {
  /// How people write it.
  public var example: String {
    switch self {
    case .prompt: "prompt=red|green|blue"
    case .alternatives: "alternatives"
    case .negative: "negative=blurry|dark|"
    case .model: "model=small,large"
    case .size: "size=512x512,512x768"
    case .steps: "steps=4,8,16 or steps=4..20:4"
    case .guidance: "guidance=1,4.5 or guidance=1..7:2"
    case .sampler: "sampler=ddim,euler"
    case .seed: "seed=1,7 or seed=1..4"
    case .strength: "strength=0.2,0.5 or strength=0.2..0.8:0.2"
    case .variationStrength: "variation-strength=0..0.4:0.1"
    case .variationSeed: "variation-seed=1..4"
    }
  }

  /// What is wrong with a value, behind it.
  fileprivate var demand: String {
    switch self {
    case .size: "is no size; width and height in pixels are, such as 512x768."
    case .steps: "is no number of steps; 1 to 1000 are, as in \(example)."
    case .guidance: "is no guidance; 0 to 100 are, as in \(example)."
    case .sampler:
      "is no sampler; \(SamplerName.allCases.map(\.rawValue).joined(separator: ", ")) are."
    case .seed, .variationSeed: "is no seed; whole numbers are, as in \(example)."
    case .strength: "is no strength; numbers above 0 and up to 1 are, as in \(example)."
    case .variationStrength: "is no strength of a variation; 0 to 1 are, as in \(example)."
    case .prompt, .alternatives, .negative, .model: "cannot be read; write \(example)."
    }
  }
}
