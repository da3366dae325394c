import Foundation

/// What the kernel says of this process's memory, in bytes.
struct ProcessMemory {
  /// Largest resident size so far, mapped files included.
  let peak: Int
  /// Resident now and not backed by files.
  let anonymous: Int

  static var now: ProcessMemory {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    func field(_ name: String) -> Int {
      let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
      let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
      return (kilobytes.flatMap { Int($0) } ?? 0) * 1024
    }
    return ProcessMemory(peak: field("VmHWM"), anonymous: field("RssAnon"))
  }
}
