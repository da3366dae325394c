import Foundation
import Prompts
import Schedulers

/// A setting and the values it takes, one in each column or row of a sheet.
///
/// It is written `steps=4,8,16`, `guidance=1..7:2` (from, to, step), `sampler=ddim,euler`,
/// `prompt=red|green|blue` (the first text, found in the prompt, gives way to each), or
/// `alternatives`: those of the prompt's own `{red|green|blue}`.
public struct SheetAxis: Sendable, Equatable, Codable {
  /// Raw values are the command line's options, where there is one.
  public enum Setting: String, Sendable, Codable, CaseIterable {
    case prompt, alternatives, negative, model, size, steps, guidance, sampler, seed, strength
    case variationStrength = "variation-strength"
    case variationSeed = "variation-seed"
  }

  public let setting: Setting
  /// As they are written; whole prompts where these are `alternatives`.
  public let values: [String]
  /// What stands beside each column or row.
  public let headings: [String]

  /// Settings that need no explanation.
  public static var others: String {
    let explained: [Setting] = [.steps, .guidance, .sampler, .prompt, .alternatives]
    return Setting.allCases.filter { !explained.contains($0) }.map(\.rawValue)
      .joined(separator: ", ")
  }

  /// The most values of one axis.
  public static let mostValues = 50

  /// - Parameter job: Whose prompt it is about.
  /// - Throws: ``SheetError``.
  public init(_ text: String, of job: JobRequest) throws(SheetError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = (parts.first ?? "").trimmingCharacters(in: .whitespaces)
    guard let setting = Setting(rawValue: name) else { throw .unknownSetting(name) }
    self.setting = setting
    if setting == .alternatives {
      guard parts.count == 1 else { throw .alternativesWithValues }
      values = try Self.alternatives(job.prompt)
      headings = Self.differences(of: values)
      return
    }
    guard parts.count == 2 else { throw .noValues(setting) }
    values = try Self.values(String(parts[1]), of: setting)
    if setting == .prompt {
      guard let first = values.first, !first.isEmpty, job.prompt.contains(first) else {
        throw .notInPrompt(values.first ?? "")
      }
    }
    headings = values.map { Self.heading($0, of: setting) }
  }

  /// - Throws: If what it reads is no axis that could have been written.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    setting = try container.decode(Setting.self, forKey: .setting)
    values = try container.decode([String].self, forKey: .values)
    headings = try container.decode([String].self, forKey: .headings)
    guard (1...Self.mostValues).contains(values.count), headings.count == values.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .headings, in: container, debugDescription: "values and headings differ in number")
    }
  }

  /// Gives a request the value of a column or row, from 0; but for `prompt`, whose words the plan
  /// replaces.
  func apply(_ index: Int, to job: inout JobRequest) {
    let value = values[index]
    switch setting {
    case .prompt: break
    case .alternatives:
      job.template = job.prompt
      job.prompt = value
    case .negative: job.negative = value
    case .model: job.model = value
    case .size: job.size = value
    case .steps: job.steps = Int(value) ?? job.steps
    case .guidance: job.guidance = Double(value) ?? job.guidance
    case .sampler: job.sampler = value
    case .seed: job.seed = UInt64(value) ?? job.seed
    case .strength: job.strength = Double(value) ?? job.strength
    case .variationStrength: job.variationStrength = Double(value) ?? job.variationStrength
    case .variationSeed: job.variationSeed = UInt64(value) ?? job.variationSeed
    }
  }

  // MARK: Values

  private static func values(_ text: String, of setting: Setting) throws(SheetError) -> [String] {
    var values: [String] = []
    switch setting {
    case .prompt, .negative: values = SheetValues.texts(text)
    case .steps: values = try SheetValues.whole(text, of: setting, in: 1...1000)
    case .seed, .variationSeed: values = try SheetValues.whole(text, of: setting, in: 0 ... .max)
    case .guidance: values = try SheetValues.numbers(text, of: setting, in: 0...100, step: 1)
    case .variationStrength:
      values = try SheetValues.numbers(text, of: setting, in: 0...1, step: 0.1)
    case .strength:
      values = try SheetValues.numbers(text, of: setting, in: 0...1, step: 0.1)
      if let none = values.first(where: { Double($0) == 0 }) { throw .unusable(setting, none) }
    case .model, .alternatives: values = try SheetValues.words(text, of: setting)
    case .size:
      values = try SheetValues.words(text, of: setting)
      if let wrong = values.first(where: { !Self.isSize($0) }) { throw .unusable(setting, wrong) }
    case .sampler:
      values = try SheetValues.words(text, of: setting)
      if let wrong = values.first(where: { SamplerName(rawValue: $0) == nil }) {
        throw .unusable(setting, wrong)
      }
    }
    guard values.count <= mostValues else { throw .tooManyValues(setting, count: values.count) }
    return values
  }

  private static func isSize(_ text: String) -> Bool {
    text.wholeMatch(of: /[1-9][0-9]{0,5}x[1-9][0-9]{0,5}/) != nil
  }

  /// The prompts that a prompt's alternatives make.
  private static func alternatives(_ prompt: String) throws(SheetError) -> [String] {
    let template: PromptTemplate
    do throws(TemplateError) {
      template = try PromptTemplate(prompt)
    } catch {
      throw .template("\(error)")
    }
    guard template.hasChoices else { throw .noAlternatives }
    guard template.count <= mostValues, let all = try? template.all(limit: mostValues) else {
      throw .tooManyValues(.alternatives, count: template.count)
    }
    return all
  }

  // MARK: Headings

  private static func heading(_ value: String, of setting: Setting) -> String {
    switch setting {
    case .steps, .guidance, .seed, .strength: "\(setting.rawValue) \(value)"
    case .variationStrength: "variation \(value)"
    case .variationSeed: "variation seed \(value)"
    case .negative: value.isEmpty ? "nothing negative" : "not \(value)"
    case .prompt: value.isEmpty ? "(left out)" : value
    case .alternatives, .model, .size, .sampler: value
    }
  }

  /// The words that set prompts apart: without those that all begin and end with.
  private static func differences(of prompts: [String]) -> [String] {
    var words = prompts.map { $0.split(whereSeparator: \.isWhitespace)[...] }
    while let first = words.first?.first, words.allSatisfy({ $0.first == first }) {
      words = words.map { $0.dropFirst() }
    }
    while let last = words.first?.last, words.allSatisfy({ $0.last == last }) {
      words = words.map { $0.dropLast() }
    }
    return words.map { $0.isEmpty ? "(nothing)" : $0.joined(separator: " ") }
  }
}
