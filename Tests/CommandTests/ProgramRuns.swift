import Foundation
import Testing

/// A run of the program that goes on.
struct StartedRun {
  private static let limit: Duration = .seconds(60)

  let process: Process
  private let outputFile: URL
  private let errorFile: URL

  init(process: Process, output: URL, error: URL) {
    self.process = process
    outputFile = output
    errorFile = error
  }

  /// Standard output so far.
  var output: String { Self.text(outputFile) }

  /// Waits until standard output holds a text.
  func waits(for text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let met = Self.wait { output.contains(text) || !process.isRunning }
    try #require(
      met && output.contains(text), "'\(text)' never came: \(output)",
      sourceLocation: sourceLocation)
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for the end; a run that takes too long is ended and counts as failed.
  func finish(sourceLocation: SourceLocation = #_sourceLocation) -> FinishedRun {
    if !Self.wait({ !process.isRunning }) {
      Issue.record("the program did not end in \(Self.limit)", sourceLocation: sourceLocation)
      send(SIGKILL)
    }
    process.waitUntilExit()
    return FinishedRun(
      code: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: output, error: Self.text(errorFile))
  }

  private static func text(_ file: URL) -> String {
    String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
  }

  /// - Returns: Whether it came true in time.
  private static func wait(_ condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition() {
      if ContinuousClock.now > deadline { return false }
      usleep(2000)
    }
    return true
  }
}

/// What a run of the program left behind.
struct FinishedRun: CustomStringConvertible {
  /// The exit code, or the number of the signal that ended it.
  let code: Int32
  let wasKilled: Bool
  let output: String
  let error: String

  var description: String { "\(wasKilled ? "signal" : "exit") \(code)\n\(output)\(error)" }

  /// Standard output, which must be JSON, one object a line.
  func events(sourceLocation: SourceLocation = #_sourceLocation) throws -> [[String: Any]] {
    try #require(output.isEmpty || output.hasSuffix("\n"), sourceLocation: sourceLocation)
    return try output.split(separator: "\n").map { line in
      try #require(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)",
        sourceLocation: sourceLocation)
    }
  }

  /// Done, and nothing was said on standard error.
  func expectSuccess(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(code == 0 && !wasKilled && error.isEmpty, "\(self)", sourceLocation: sourceLocation)
  }

  /// Failed with this one line and nothing on standard output.
  func expectFailure(
    _ message: String, code: Int32 = 1, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(self.code == code && !wasKilled, "\(self)", sourceLocation: sourceLocation)
    #expect(error == "pixart: \(message)\n", sourceLocation: sourceLocation)
    #expect(output == "", sourceLocation: sourceLocation)
  }
}
