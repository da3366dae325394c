import Terminal

/// All actions with their keys, in the order they are listed.
public enum ActionTable {
  public static let actions: [Action] =
    everywhere + panels + text + settings + preview + sheet + queue
    + pictures + gallery

  /// The action a key means in a scope.
  static func action(for key: KeyPress, in scopes: [Action.Scope]) -> Action? {
    for scope in scopes {
      if let action = actions.first(where: { $0.scope == scope && $0.keys.contains(key) }) {
        return action
      }
    }
    return nil
  }

  /// The key to show for an action, by scope or wherever it has one.
  static func key(of id: ActionID, in scopes: [Action.Scope]) -> KeyPress? {
    let candidates = actions.filter { $0.id == id && !$0.keys.isEmpty }
    for scope in scopes {
      if let action = candidates.first(where: { $0.scope == scope }) { return action.keys.first }
    }
    return candidates.first?.keys.first
  }

  static func action(
    _ id: ActionID, _ scope: Action.Scope, _ keys: String, _ title: String, hint: String? = nil
  ) -> Action {
    let presses = keys.split(separator: " ").map { notation in
      guard let press = KeyPress(notation: String(notation)) else {
        preconditionFailure("'\(notation)' is no key")
      }
      return press
    }
    return Action(id: id, scope: scope, keys: presses, title: title, hint: hint)
  }

  private static let everywhere: [Action] = [
    action(
      .cancel, .everywhere, "ctrl-c", "Stop the running job and keep what it did; twice quits"),
    action(.nextPanel, .everywhere, "tab", "Go to the next panel", hint: "next panel"),
    action(.previousPanel, .everywhere, "shift-tab", "Go to the panel before"),
    action(.redraw, .everywhere, "ctrl-l", "Draw the whole screen again, pictures too"),
    action(.suspend, .everywhere, "ctrl-z", "Suspend the program; fg brings it back"),
    action(.saveScreen, .everywhere, "ctrl-s", "Write the screen as text to a file"),
    action(.help, .everywhere, "f1", "List what can be done here"),
    action(.palette, .everywhere, "alt-x f2", "Choose any command by name"),
    action(.panel1, .everywhere, "alt-1", "Go to the prompt"),
    action(.panel2, .everywhere, "alt-2", "Go to the negative prompt"),
    action(.panel3, .everywhere, "alt-3", "Go to the settings"),
    action(.panel4, .everywhere, "alt-4", "Go to the preview"),
    action(.panel5, .everywhere, "alt-5", "Go to the queue"),
    action(.panel6, .everywhere, "alt-6", "Go to the pictures"),
    action(.gallery, .everywhere, "alt-7", "Open the gallery, or go a step back in it"),
  ]

  private static let panels: [Action] = [
    action(.help, .panels, "?", "List what can be done here", hint: "keys"),
    action(.palette, .panels, ":", "Choose any command by name", hint: "commands"),
    action(.search, .panels, "/", "Search in this panel", hint: "search"),
    action(.run, .panels, "r", "Run the prompt"),
    action(.runInBackground, .panels, "B", "Queue the prompt in the background"),
    action(.resume, .panels, "c", "Go on with the job that was stopped last"),
    action(.stepBack, .panels, "[", "Go back a step of the picture"),
    action(.stepAhead, .panels, "]", "Go ahead a step of the picture"),
    action(.branches, .panels, "T", "List pictures and what branched from them, as a tree"),
    action(.sheet, .panels, "S", "Plan a sheet: pictures over two settings"),
    action(.showSheet, .panels, "", "Show the last sheet"),
    action(.zoom, .panels, "z", "Give this panel the whole screen, and back"),
    action(.undo, .panels, "u", "Undo the last change of prompt or settings"),
    action(.redo, .panels, "ctrl-r", "Do again what was undone"),
    action(.history, .panels, "H", "Search the prompts of before"),
    action(.theme, .panels, "t", "Choose a theme, seeing it at once"),
    action(.model, .panels, "m", "Choose a model"),
    action(.size, .panels, "s", "Choose a size the model was trained at"),
    action(.sampler, .panels, "", "Choose a sampler"),
    action(.style, .panels, "", "Choose a style"),
    action(.lora, .panels, "L", "Choose LoRA adapters and their scales"),
    action(
      .previewSource, .panels, "v", "Switch how previews are made: linear, tiny autoencoder, off"),
    action(.noisyPreview, .panels, "n", "Preview the noisy picture, or the predicted clean one"),
    action(.draft, .panels, "d", "Draft while typing, on or off"),
    action(.mouse, .panels, "M", "Mouse on or off; off lets the terminal select text"),
    action(.freshSeed, .panels, "f", "Draw a fresh seed"),
    action(.copyCommand, .panels, "y", "Copy the command line that makes this picture"),
    action(.saveAgain, .panels, "", "Try again to save pictures that could not be saved"),
    action(.edit, .panels, "i", "Type into the prompt"),
    action(.settingsFile, .panels, "", "Say where the settings file is"),
    action(.doctor, .panels, "", "Show what the terminal can do and what it answered"),
    action(.panel1, .panels, "1", "Go to the prompt"),
    action(.panel2, .panels, "2", "Go to the negative prompt"),
    action(.panel3, .panels, "3", "Go to the settings"),
    action(.panel4, .panels, "4", "Go to the preview"),
    action(.panel5, .panels, "5", "Go to the queue"),
    action(.panel6, .panels, "6", "Go to the pictures"),
    action(.gallery, .panels, "7", "Open the gallery"),
    action(.quit, .panels, "q", "Quit; what runs can go on next time", hint: "quit"),
  ]

  private static let text: [Action] =
    [
      action(.run, .text, "enter", "Run the prompt", hint: "run"),
      action(.history, .text, "ctrl-r", "Search the prompts of before", hint: "history"),
      action(.stepOut, .text, "esc", "Stop typing; keys are commands then", hint: "commands"),
    ]
    + EditorCommand.bindings.map { binding in
      let hint = binding.command == .newline ? "new line" : nil
      return Action(
        id: .editing, scope: .text, keys: binding.keys,
        title: binding.explanation.prefix(1).uppercased() + binding.explanation.dropFirst(),
        hint: hint)
    }

  private static let settings: [Action] = [
    action(.up, .settings, "up k", "Go up"),
    action(.down, .settings, "down j", "Go down"),
    action(.decrease, .settings, "left h", "Less, or the choice before"),
    action(.increase, .settings, "right l", "More, or the next choice", hint: "change"),
    action(.change, .settings, "enter e", "Type a value, or choose from a list", hint: "edit"),
    action(.reset, .settings, "backspace x", "Put the default back", hint: "default"),
    action(.first, .settings, "g home", "Go to the first row"),
    action(.last, .settings, "G end", "Go to the last row"),
  ]

  private static let preview: [Action] = [
    action(.run, .preview, "enter", "Run the prompt", hint: "run"),
    action(.followNewest, .preview, "esc", "Show the newest picture again"),
    action(.openOutside, .preview, "o", "Open the picture in the system's viewer", hint: "open"),
    action(
      .branch, .preview, "b", "Go on from the step shown with the settings as they are",
      hint: "branch"),
    action(.decodeStep, .preview, "D", "Show the step in full"),
    action(.zoom, .preview, "space", "Give the picture the whole screen, and back", hint: "zoom"),
  ]

  private static let sheet: [Action] = [
    action(.cellLeft, .sheet, "left h", "Go to the picture to the left"),
    action(.cellRight, .sheet, "right l", "Go to the picture to the right", hint: "move"),
    action(.cellUp, .sheet, "up k", "Go to the picture above"),
    action(.cellDown, .sheet, "down j", "Go to the picture below"),
    action(.openCell, .sheet, "enter", "Open the picture; Esc comes back", hint: "open picture"),
  ]

  private static let queue: [Action] = [
    action(.up, .queue, "up k", "Go up"),
    action(.down, .queue, "down j", "Go down"),
    action(.showJob, .queue, "enter", "Show the job, its command line and its fault", hint: "show"),
    action(.pauseQueue, .queue, "p space", "Pause the queue, or let it go on", hint: "pause"),
    action(.moveUp, .queue, "K shift-up", "Move the job up", hint: "move"),
    action(.moveDown, .queue, "J shift-down", "Move the job down"),
    action(.editJob, .queue, "e", "Take the job back into prompt and settings", hint: "edit"),
    action(.repeatJob, .queue, "a", "Queue the same job again", hint: "again"),
    action(.toggleBackground, .queue, "b", "Background on or off: such a job waits for all others"),
    action(.removeJob, .queue, "x delete backspace", "Stop the job, or take it off the list"),
    action(.clearFinished, .queue, "X", "Take finished jobs off the list"),
    action(.first, .queue, "g home", "Go to the first job"),
    action(.last, .queue, "G end", "Go to the last job"),
  ]

  private static let pictures: [Action] = [
    action(.up, .pictures, "up k", "Go up"),
    action(.down, .pictures, "down j", "Go down"),
    action(.showPicture, .pictures, "enter", "Show the picture", hint: "show"),
    action(.useSettings, .pictures, "e", "Take over its prompt and settings", hint: "use"),
    action(.useAsStart, .pictures, "i", "Begin the next picture with it", hint: "start from"),
    action(.useAsCondition, .pictures, "I", "Let its edges lead the next picture"),
    action(.openOutside, .pictures, "o", "Open it in the system's viewer"),
    action(.copyPath, .pictures, "Y", "Copy its path"),
    action(.first, .pictures, "g home", "Go to the newest picture"),
    action(.last, .pictures, "G end", "Go to the oldest picture"),
  ]
}
