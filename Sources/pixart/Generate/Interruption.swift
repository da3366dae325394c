import Dispatch
import Foundation

/// Turns Ctrl-C and termination into a tidy cancel; a second one ends the program at once.
struct Interruption {
  private let sources: [any DispatchSourceSignal]

  init(_ action: @escaping @Sendable () -> Void) {
    let signals = [SIGINT, SIGTERM]
    sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        action()
        for number in signals { signal(number, SIG_DFL) }
      }
      source.resume()
      return source
    }
  }

  func end() {
    for source in sources { source.cancel() }
  }
}
