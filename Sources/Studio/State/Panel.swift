/// The parts of the screen that can have the focus, in the order of Tab and of the number keys.
public enum Panel: Int, Sendable, CaseIterable, Codable {
  case prompt = 1
  case negative, settings, preview, queue, pictures

  public var title: String {
    switch self {
    case .prompt: "Prompt"
    case .negative: "Negative"
    case .settings: "Settings"
    case .preview: "Preview"
    case .queue: "Queue"
    case .pictures: "Pictures"
    }
  }

  /// Whether typing goes into it.
  var isText: Bool { self == .prompt || self == .negative }

  /// The panel so many places further, around the end.
  func moved(by steps: Int) -> Panel {
    let count = Panel.allCases.count
    let index = ((rawValue - 1 + steps) % count + count) % count
    return Panel.allCases[index]
  }
}
