import Foundation
import Jobs
import Prompts

/// The two axes of a sheet while they are typed.
struct SheetEditing: Sendable, Equatable {
  enum Line: Sendable, Equatable { case x, y }

  var x: TextEditor
  var y: TextEditor
  var line = Line.x
  /// What Enter would queue; nil while it cannot.
  private(set) var plan: SheetPlan?
  /// Why it cannot.
  private(set) var fault: String?

  init(x: String, y: String) {
    self.x = TextEditor(x)
    self.y = TextEditor(y)
  }

  /// The line that is typed into.
  var editor: TextEditor {
    get { line == .x ? x : y }
    set { if line == .x { x = newValue } else { y = newValue } }
  }

  /// Reads both lines anew.
  ///
  /// - Parameter job: What all pictures share; its prompt may be a template.
  mutating func check(_ job: JobRequest) {
    (plan, fault) = (nil, nil)
    let (x, y) = (
      x.text.trimmingCharacters(in: .whitespaces), y.text.trimmingCharacters(in: .whitespaces)
    )
    guard !x.isEmpty || !y.isEmpty else { return }
    do {
      // One axis alone may stand in either line.
      let first = x.isEmpty ? y : x
      let second = x.isEmpty || y.isEmpty ? nil : y
      // What is wrong with the axes is said before what is wrong with the prompt.
      _ = try SheetPlan(job, x: first, y: second)
      plan = try SheetPlan(
        job.withPlainPrompt(for: [first, second]), x: first, y: second)
    } catch {
      fault = "\(error)"
    }
  }
}

extension JobRequest {
  /// The request with its prompt as a model reads it, unless an axis takes its alternatives.
  ///
  /// - Throws: `TemplateError`, ``SheetTemplateError``.
  fileprivate func withPlainPrompt(for axes: [String?]) throws -> JobRequest {
    guard !axes.contains(SheetAxis.Setting.alternatives.rawValue) else { return self }
    let template = try PromptTemplate(prompt)
    guard !template.hasChoices else { throw SheetTemplateError.hasChoices }
    var plain = self
    plain.prompt = template.one(seed: 0)
    if plain.prompt != prompt { plain.template = prompt }
    return plain
  }
}

enum SheetTemplateError: Error, CustomStringConvertible {
  case hasChoices

  var description: String {
    "The prompt has alternatives or wildcards. Make them an axis, 'alternatives', or take them out."
  }
}
