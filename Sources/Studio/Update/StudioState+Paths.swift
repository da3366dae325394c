import Terminal

/// Tab finishes paths where they are typed, as in a shell.
extension StudioState {
  private static let pictures = ["png", "jpg", "jpeg", "webp"]
  private static let weights = ["safetensors", "pth", "pt", "bin", "ckpt"]

  /// What Tab asks for in the open field; nil where no path is typed.
  private var pathQuestion: PathQuestion? {
    if let adapterEditing {
      // What has no folder is a name, for which Tab goes through the list.
      let text = adapterEditing.query.text
      return text.contains("/") ? PathQuestion(text: text, extensions: Self.weights) : nil
    }
    guard let field else { return nil }
    switch field.row {
    case .initImage, .condition:
      return PathQuestion(text: field.editor.text, extensions: Self.pictures)
    case .control: return PathQuestion(text: field.editor.text, extensions: Self.weights)
    default: return nil
    }
  }

  /// Whether a key is Tab in a path.
  func completesPath(_ key: KeyPress) -> Bool { key == KeyPress(.tab) && pathQuestion != nil }

  func completePath(_ effects: inout [StudioEffect]) {
    if let pathQuestion { effects.append(.completePath(pathQuestion)) }
  }

  /// An answer for a text that was typed on is dropped.
  mutating func pathCame(_ question: PathQuestion, _ completion: PathCompletion?) {
    guard question == pathQuestion else { return }
    guard let completion else {
      return tell(.info, "Nothing there begins like '\(question.text)'.")
    }
    if adapterEditing != nil {
      adapterEditing?.query = TextEditor(completion.text)
      adapterEditing?.selection = 0
    } else {
      field?.editor = TextEditor(completion.text)
      field?.fault = nil
    }
    if !completion.names.isEmpty { tell(.info, completion.summary) }
  }
}
