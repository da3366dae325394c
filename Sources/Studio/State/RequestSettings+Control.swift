import Conditioning
import Foundation
import Generation
import Jobs

/// The settings of a condition; without one they stay as they are and mean nothing.
extension RequestSettings {
  func setControl(of request: inout JobRequest) {
    guard let condition else { return }
    request.condition = condition
    request.control = control
    request.edges = edges
    request.controlStrength = controlStrength
    request.controlScale = controlScale
    request.controlStart = controlStart
    request.controlEnd = controlEnd
  }

  mutating func adoptControl(_ request: JobRequest) {
    condition = request.condition
    guard condition != nil else { return }
    control = request.control
    edges = request.edges
    controlStrength = request.controlStrength
    controlScale = request.controlScale
    controlStart = request.controlStart
    controlEnd = request.controlEnd
  }

  mutating func clampControl() {
    let fresh = RequestSettings()
    let factors = ControlRequest.factors
    if !factors.contains(controlStrength) { controlStrength = fresh.controlStrength }
    if !factors.contains(controlScale) { controlScale = fresh.controlScale }
    if !(0 <= controlStart && controlStart < controlEnd && controlEnd <= 1) {
      (controlStart, controlEnd) = (fresh.controlStart, fresh.controlEnd)
    }
    if edges.flatMap(EdgeSource.init) == nil { edges = nil }
  }

  /// Where the number of a row is, and its range; nil for rows of texts.
  private static func controlNumber(_ row: SettingsRow)
    -> (path: WritableKeyPath<Self, Double>, range: ClosedRange<Double>)?
  {
    switch row {
    case .controlStrength: (\.controlStrength, ControlRequest.factors)
    case .controlScale: (\.controlScale, ControlRequest.factors)
    case .controlStart: (\.controlStart, 0...1)
    case .controlEnd: (\.controlEnd, 0...1)
    default: nil
    }
  }

  func controlText(of row: SettingsRow) -> String {
    switch row {
    case .condition: condition ?? "none"
    case .control: control ?? "the model's own"
    case .edges: edges ?? "by itself"
    default:
      Self.controlNumber(row).map { String(format: "%g", self[keyPath: $0.path]) } ?? ""
    }
  }

  /// - Returns: What is wrong with it; it was not taken then.
  mutating func setControl(_ row: SettingsRow, to text: String) -> String? {
    switch row {
    case .condition: condition = text == "none" ? nil : text
    case .control: control = text
    case .edges:
      guard EdgeSource(rawValue: text) != nil else {
        let names = EdgeSource.allCases.map(\.rawValue).joined(separator: ", ")
        return "Edges cannot come from '\(text)'; there are \(names)."
      }
      edges = text
    default:
      guard let (path, range) = Self.controlNumber(row) else { return nil }
      guard let number = Double(text), range.contains(number) else {
        return "'\(text)' cannot be; numbers from \(String(format: "%g", range.lowerBound)) to "
          + "\(String(format: "%g", range.upperBound)) can."
      }
      var changed = self
      changed[keyPath: path] = number
      guard changed.controlStart < changed.controlEnd else {
        return
          "The control ends after it begins: from \(changed.controlText(of: .controlStart)) until "
          + "\(changed.controlText(of: .controlEnd)) of the steps."
      }
      self = changed
    }
    return nil
  }

  mutating func resetControl(_ row: SettingsRow) {
    switch row {
    case .condition: condition = nil
    case .control: control = nil
    case .edges: edges = nil
    case .controlStart: controlStart = 0
    case .controlEnd: controlEnd = 1
    default:
      if let (path, _) = Self.controlNumber(row) { self[keyPath: path] = 1 }
    }
  }

  /// By the arrows: a twentieth, or half of all at once.
  mutating func stepControl(_ row: SettingsRow, by twentieths: Int) {
    if row == .edges {
      let names = [nil] + EdgeSource.allCases.map { Optional($0.rawValue) }
      let index = names.firstIndex(of: edges) ?? 0
      let direction = twentieths < 0 ? -1 : 1
      edges = names[(index + direction + names.count) % names.count]
      return
    }
    guard let (path, range) = Self.controlNumber(row) else { return }
    let next = ((self[keyPath: path] * 20).rounded() + Double(twentieths)) / 20
    var changed = self
    changed[keyPath: path] = min(max(range.lowerBound, next), range.upperBound)
    if changed.controlStart < changed.controlEnd { self = changed }
  }
}
