/// How long a screen waits for its terminal; longer where a network is between them.
struct ScreenPatience: Sendable {
  /// Without answers to the first questions by then there will be none.
  let probe: Duration
  /// After an escape, for what may follow it.
  let escape: Duration
  /// For the last answer, before the terminal is given back.
  let lastAnswer: Duration
  /// For the last bytes to go out.
  let farewell = Duration.seconds(1)

  init(isRemote: Bool) {
    probe = isRemote ? .seconds(3) : .milliseconds(500)
    escape = .milliseconds(isRemote ? 50 : 25)
    lastAnswer = isRemote ? .seconds(1) : .milliseconds(300)
  }
}
