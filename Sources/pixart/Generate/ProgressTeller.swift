import Foundation
import Generation
import Terminal

/// A progress line on standard error, the files on standard output, the pictures on the terminal.
struct ProgressTeller: EventTeller {
  private let isQuiet: Bool
  private let terminal: TerminalCapabilities?
  private var cannotShow = false

  /// - Parameter terminal: Where pictures are shown; nowhere if nil.
  init(isQuiet: Bool, terminal: TerminalCapabilities?) {
    self.isQuiet = isQuiet
    self.terminal = terminal
  }

  mutating func tell(_ event: GenerationEvent) {
    guard !isQuiet else { return }
    switch event {
    case .queued, .picture: break
    case .computing(let choice):
      if choice.lacksInstructions { Console.error("pixart: computing in \(choice).") }
    case .loading(let part, let index, let count):
      StatusLine.show("loading \(part) (\(index + 1)/\(count))")
    case .promptEncoded(let prompt):
      if let cut = prompt.cutText {
        StatusLine.clear()
        Console.error(
          "pixart: the prompt has \(prompt.tokensBeforeCut) tokens, the model takes "
            + "\(prompt.tokens); cut off from '\(cut.prefix(40))' on.")
      }
      for text in prompt.unplacedWeights {
        StatusLine.clear()
        Console.error(
          "pixart: the weight of '\(text.prefix(40))' has no effect: cleaning changes these words. "
            + "Write them plainly.")
      }
    case .noted(let text):
      StatusLine.clear()
      Console.error("pixart: \(text)")
    case .progressed(.preparingTextEncoder, let fraction):
      StatusLine.show("preparing the text encoder \(Int(fraction * 100)) %")
    case .progressed(.encodingPrompt, let fraction):
      StatusLine.show("encoding the prompt \(Int(fraction * 100)) %")
    case .progressed(.encodingPicture, let fraction):
      StatusLine.show("encoding the picture \(Int(fraction * 100)) %")
    // The line of the last step stays.
    case .progressed(.step, _): break
    case .stepped(let report): StatusLine.show(ProgressLine.step(report))
    case .decoding(_, let fraction): StatusLine.show("decoding \(Int(fraction * 100)) %")
    case .finished, .failed, .cancelled: StatusLine.clear()
    }
  }

  mutating func tell(saved picture: GeneratedPicture, in file: URL) throws {
    if !isQuiet { StatusLine.clear() }
    Console.output(file.path)
    guard !isQuiet, !cannotShow else { return }
    do {
      try TerminalImage.show(picture.image, on: terminal)
    } catch {
      // The picture is saved; the rest of the request goes on.
      cannotShow = true
      Console.error("pixart: the picture could not be shown here: \(error)")
    }
  }
}
