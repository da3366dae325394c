public import Foundation
import Gallery
public import Generation

/// What was learned of machines, in one JSON file: a home folder may be shared by several.
public struct CalibrationFile: Sendable {
  private struct Contents: Codable {
    static let current = 1

    var version = Contents.current
    /// By processor and threads.
    var machines: [String: MachineCalibration] = [:]
  }

  private let file: URL
  private let machine: String

  /// - Parameters:
  ///   - file: Need not exist.
  ///   - machine: Processor, instruction set and threads: all that a speed belongs to.
  public init(_ file: URL, machine: String) {
    self.file = file
    self.machine = machine
  }

  /// What is known of this machine; nothing where the file is missing, damaged or of another version.
  public func load() -> MachineCalibration {
    contents.machines[machine] ?? MachineCalibration()
  }

  /// Keeps what is known of this machine, and what the file says of others.
  ///
  /// - Throws: `FileError`, or that the folder cannot be made.
  public func save(_ calibration: MachineCalibration) throws {
    var contents = self.contents
    contents.machines[machine] = calibration
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try OutputFile.makeFolder(file.deletingLastPathComponent())
    try AtomicFile.write(encoder.encode(contents), to: file)
  }

  private var contents: Contents {
    guard let data = try? Data(contentsOf: file),
      let read = try? JSONDecoder().decode(Contents.self, from: data),
      read.version == Contents.current
    else { return Contents() }
    return read
  }
}
