import Foundation
import TestSupport
import Testing

/// Rows of a JSON table beside a golden case.
func goldenRows<Row: Decodable>(_ name: String, _ file: String, as: Row.Type) throws -> [Row] {
  let url = try Golden(name).folder.appending(path: file)
  return try JSONDecoder().decode([Row].self, from: Data(contentsOf: url))
}

/// Compares scalar by scalar: `==` on strings takes different spellings of é for equal.
func expectScalars(
  _ got: String, _ want: String, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard !got.unicodeScalars.elementsEqual(want.unicodeScalars) else { return }
  Issue.record(
    "\(label) gives \(got.debugDescription), expected \(want.debugDescription)",
    sourceLocation: sourceLocation)
}

/// How many times longer a function takes for a text that is eight times as long.
///
/// In processor time of this thread, so that what else runs does not count. About 8 for linear
/// time, up to 64 for quadratic time.
func timeRatio(unit: String, bytes: Int, _ work: (String) -> Void) -> Double {
  func nanoseconds(bytes: Int) -> Double {
    let text = String(repeating: unit, count: bytes / unit.utf8.count)
    let start = threadTime()
    work(text)
    return Double(threadTime() - start)
  }
  _ = nanoseconds(bytes: 100)  // builds the tables
  let short = nanoseconds(bytes: bytes)
  return nanoseconds(bytes: 8 * bytes) / short
}

/// Nanoseconds.
private func threadTime() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
