import Checkpoints
public import Foundation
import Gallery
import Generation
import Kernels
import Prompts
public import Terminal

/// The studio as a program: opens, runs until it is left, and leaves the terminal as it was.
public struct StudioProgram {
  /// What the command line says.
  public struct Options: Sendable {
    /// Of the program, for recipes.
    public var version: String
    /// Overrides the settings file if not nil.
    public var gallery: URL?
    public var graphics: GraphicsChoice?
    public var theme: String?
    public var threads: Int?

    public init(version: String) { self.version = version }
  }

  private let options: Options

  public init(_ options: Options) { self.options = options }

  /// Runs the full-screen studio on the controlling terminal.
  ///
  /// - Throws: `TerminalError` if there is no terminal that can be used, or what keeps the
  ///   studio from starting.
  public func run() throws {
    let home = StudioDesk(options)
    let loop = try StudioLoop(home)
    try loop.run()
  }

  /// Runs line by line on standard input and output: for pipes, logs and screen readers.
  public func runPlain() throws {
    try PlainLoop(StudioDesk(options, keepsSession: false)).run()
  }
}
