import Foundation

/// What the kernel says of this process's memory, in bytes.
public struct ProcessMemory: Sendable, Equatable {
  /// Resident now, mapped files included.
  public let resident: Int
  /// Largest resident size so far, or since ``resetPeak()``.
  public let peak: Int
  /// Resident now and not backed by files.
  public let anonymous: Int

  /// Takes some microseconds; zeros where the kernel does not say.
  public static var now: ProcessMemory {
    ProcessMemory(status: contents(of: "/proc/self/status"))
  }

  /// - Parameter status: The bytes of `/proc/self/status`.
  init(status: [UInt8]) {
    var (resident, peak, anonymous) = (0, 0, 0)
    for line in status.split(separator: UInt8(ascii: "\n")) {
      if line.starts(with: "VmRSS:".utf8) { resident = Self.bytes(line) }
      if line.starts(with: "VmHWM:".utf8) { peak = Self.bytes(line) }
      if line.starts(with: "RssAnon:".utf8) { anonymous = Self.bytes(line) }
    }
    self.resident = resident
    self.peak = peak
    self.anonymous = anonymous
  }

  /// Begins the peak anew, at what is resident now.
  ///
  /// - Returns: Whether the kernel allows it.
  @discardableResult
  public static func resetPeak() -> Bool {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return write(descriptor, "5", 1) == 1
  }

  /// How often this process waited for a page from a disk.
  public static var pagesReadFromDisk: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_majflt
  }

  /// The number of a line such as `VmRSS:   1234 kB`.
  private static func bytes(_ line: ArraySlice<UInt8>) -> Int {
    1024
      &* line.reduce(0) { number, byte in
        (48...57).contains(byte) ? number &* 10 &+ Int(byte - 48) : number
      }
  }

  /// Read in one go: Foundation would ask for the size first, which is 0.
  private static func contents(of path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    return [UInt8](unsafeUninitializedCapacity: 8192) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
  }
}
