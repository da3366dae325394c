/// A weight that cannot be used as it is written.
public enum WeightProblem: Equatable, Sendable, CustomStringConvertible {
  /// The text in parentheses then stays as it is. `position`: the number's first character, from 1.
  case outOfRange(number: String, position: Int)
  /// The largest weight is then used. `position`: the inner parenthesis, from 1.
  case nestedTooStrong(weight: Double, position: Int)

  public var description: String {
    switch self {
    case .outOfRange(let number, let position):
      "The weight \(number) at character \(position) is not within 0 and 4, so this stays plain "
        + "text. Write a weight from 0 to 4, or \\( and \\) for parentheses."
    case .nestedTooStrong(let weight, let position):
      "The nested weights at character \(position) multiply to \(weight.shortText), above 4; "
        + "4 is used. Lower one of them."
    }
  }
}

extension Double {
  /// With at most two digits after the point, and no zeros at the end.
  var shortText: String {
    let hundredths = (self * 100).rounded()
    guard abs(hundredths) < 1e15 else { return "\(self)" }
    let whole = Int(hundredths)
    let (units, rest) = (abs(whole) / 100, abs(whole) % 100)
    let sign = whole < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(units)" }
    if rest % 10 == 0 { return "\(sign)\(units).\(rest / 10)" }
    return "\(sign)\(units)." + (rest < 10 ? "0" : "") + "\(rest)"
  }
}
