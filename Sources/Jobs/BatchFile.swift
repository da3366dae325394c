public import Foundation
import Gallery
import Tensors

/// Requests in a file, one a line, as JSON with the names of the options.
public struct BatchFile: Sendable {
  public struct Line: Sendable, Equatable {
    /// From 1.
    public let number: Int
    /// Stays the same for the same text, wherever in the file it is; the second line with the same
    /// text has another.
    public let key: String
    public internal(set) var job: JobRequest
    /// Whether it says how many steps; see ``askedOf(_:)``.
    let saysSteps: Bool
    let saysGuidance: Bool
  }

  /// Without the empty ones.
  public let lines: [Line]

  /// A line without a seed gets one from its text: another than other lines, and the same every time.
  ///
  /// - Throws: ``BatchError``, with what is wrong in all lines.
  public init(_ file: URL) throws(BatchError) {
    errno = 0
    guard access(file.path, R_OK) == 0, let data = try? Data(contentsOf: file) else {
      let reason = errno == 0 ? "it is no file of lines" : String(cString: strerror(errno))
      throw .unreadable(path: file.path, reason: reason)
    }
    var lines: [Line] = []
    var faults: [BatchFault] = []
    var occurrences: [Data: Int] = [:]
    for (index, line) in data.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let text = Data(line).trimmed
      guard !text.isEmpty else { continue }
      occurrences[text, default: 0] += 1
      do {
        let read = try Self.read(text, occurrence: occurrences[text] ?? 1)
        lines.append(
          Line(
            number: index + 1, key: read.key, job: read.job,
            saysSteps: read.said.contains("steps"), saysGuidance: read.said.contains("guidance")))
      } catch {
        faults.append(BatchFault(line: index + 1, message: error.message))
      }
    }
    guard faults.isEmpty else { throw .faults(faults) }
    guard !lines.isEmpty else { throw .empty(path: file.path) }
    self.lines = lines
  }

  private struct Fault: Error {
    let message: String
  }

  private static func read(_ text: Data, occurrence: Int) throws(Fault)
    -> (key: String, job: JobRequest, said: Set<String>)
  {
    guard let object = try? JSONSerialization.jsonObject(with: text) as? [String: Any] else {
      throw Fault(
        message: "This is no JSON object. Write one a line, such as {\"prompt\": \"a fox\"}.")
    }
    if let unknown = object.keys.sorted().first(where: { !JobRequest.names.contains($0) }) {
      throw Fault(
        message: "There is no '\(unknown)'. The names are "
          + JobRequest.names.sorted().joined(separator: ", ") + ".")
    }
    var hash = SHA256()
    hash.add("\(occurrence)\n")
    hash.add([UInt8](text))
    let key = String(hash.hexadecimal.prefix(32))
    do {
      var job = try JSONDecoder().decode(JobRequest.self, from: text)
      if object["seed"] == nil { job.seed = UInt64(key.prefix(8), radix: 16) ?? 0 }
      if job.isVaried, object["variation-seed"] == nil {
        job.variationSeed = UInt64(key.suffix(8), radix: 16) ?? 0
      }
      return (key, job, Set(object.filter { !($0.value is NSNull) }.keys))
    } catch let error as DecodingError {
      throw Fault(message: "It cannot be read: \(error.finding).")
    } catch {
      throw Fault(message: "It cannot be read: \(error).")
    }
  }
}

/// What is wrong with one line of a batch.
public struct BatchFault: Sendable, Equatable, CustomStringConvertible {
  /// From 1.
  public let line: Int
  public let message: String

  public init(line: Int, message: String) {
    self.line = line
    self.message = message
  }

  public var description: String { "line \(line): \(message)" }
}

/// Why a batch cannot begin.
public enum BatchError: Error, Equatable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case empty(path: String)
  case faults([BatchFault])
  case inUse(path: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "Cannot read '\(path)': \(reason). Give a file with one request a line."
    case .empty(let path):
      "'\(path)' has no requests. Write one a line, such as {\"prompt\": \"a fox\"}."
    case .faults(let faults): faults.map(\.description).joined(separator: "\n")
    case .inUse(let path):
      "Another pixart works on this batch: it holds '\(path)'. Wait for it or end it."
    }
  }
}

extension Data {
  /// Without blanks and line ends around it.
  fileprivate var trimmed: Data {
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
    guard let first = firstIndex(where: { !isBlank($0) }),
      let last = lastIndex(where: { !isBlank($0) })
    else { return Data() }
    return Data(self[first...last])
  }
}
