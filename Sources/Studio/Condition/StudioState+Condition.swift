import Foundation
import Terminal

/// The picture whose edges lead the next one.
extension StudioState {
  /// What the settings want to be shown; nothing without a condition.
  private var conditionQuestion: ConditionQuestion? {
    settings.condition.map {
      ConditionQuestion(
        path: $0, edges: settings.edges, strength: settings.controlStrength,
        model: settings.model, size: settings.size, bin: settings.bin)
    }
  }

  /// Asks for what is to be shown and was not asked for yet.
  mutating func followCondition(_ effects: inout [StudioEffect]) {
    let wanted = conditionQuestion
    guard wanted != condition.asked else { return }
    // Another picture is not mistaken for the old one.
    if wanted?.path != condition.asked?.path { condition.shown = nil }
    condition.asked = wanted
    if let wanted { effects.append(.showCondition(wanted)) }
  }

  /// An answer that comes late is dropped.
  mutating func conditionCame(_ question: ConditionQuestion, _ answer: ConditionAnswer?) {
    guard question == condition.asked else { return }
    guard let answer else {
      condition.shown = nil
      return
    }
    let times = question.strength == 1 ? "" : String(format: " × %g", question.strength)
    // Equal pixels need not go to the terminal again.
    var source = condition.shown?.source
    if source?.pixels != answer.source {
      lastImageID += 1
      source = ScreenImage(id: lastImageID, pixels: answer.source)
    }
    lastImageID += 1
    let edges = ScreenImage(id: lastImageID, pixels: answer.edges)
    condition.shown = source.map {
      .init(source: $0, edges: edges, caption: "edges: \(answer.method)\(times)")
    }
  }

  /// Lets a picture's edges lead the next one.
  mutating func useAsCondition(_ path: String) {
    remember(composition)
    settings.condition = path
  }

  /// Source above, edges below, to the left of the preview.
  ///
  /// - Returns: What is left for the preview.
  func drawCondition(in area: Rect, on surface: inout Surface) -> Rect {
    guard let shown = condition.shown, preview.sheet == nil, area.width >= Self.leastForCondition,
      area.height >= 8
    else { return area }
    var rest = area
    var left = rest.cutLeft(max(18, area.width / 3))
    _ = rest.cutLeft(1)
    let below = left.cutBottom(left.height / 2)
    draw(shown.source, "condition", isPassing: false, in: left, on: &surface)
    draw(shown.edges, shown.caption, isPassing: false, in: below, on: &surface)
    return rest
  }

  /// Columns below which the preview would be too small beside it.
  private static let leastForCondition = 46
}
