import Foundation

/// The memory that this process can still have.
public enum AvailableMemory {
  /// What the system can hand out without swapping, or nil where it does not say.
  public static var bytes: Int? {
    [systemBytes, groupBytes].compactMap { $0 }.min()
  }

  private static var systemBytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kilobytes * 1024
  }

  /// What the tightest control group around this process leaves; its page cache can be given up.
  private static var groupBytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8) else {
      return nil
    }
    var left: [Int] = []
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      // Version 2 has one line with an empty list of controllers, version 1 one for memory.
      if fields[1].isEmpty {
        left += groups(below: "/sys/fs/cgroup", path: fields[2]).compactMap {
          remaining(in: $0, limit: "memory.max", used: "memory.current")
        }
      } else if fields[1].split(separator: ",").contains("memory") {
        left += groups(below: "/sys/fs/cgroup/memory", path: fields[2]).compactMap {
          remaining(in: $0, limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes")
        }
      }
    }
    return left.min()
  }

  /// A group's folder and those of all groups around it.
  private static func groups(below root: String, path: Substring) -> [String] {
    var parts = path.split(separator: "/")
    var folders = [root]
    while !parts.isEmpty {
      folders.append(([root] + parts.map(String.init)).joined(separator: "/"))
      parts.removeLast()
    }
    return folders
  }

  private static func remaining(in folder: String, limit: String, used: String) -> Int? {
    func text(_ file: String) -> String? {
      try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    }
    func number(_ file: String) -> Int? {
      text(file).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    // "max", or version 1's number beyond every machine: no limit.
    guard let limit = number(limit), limit < 1 << 60, let used = number(used) else { return nil }
    let cache = (text("memory.stat") ?? "").split(separator: "\n").reduce(0) { sum, line in
      let fields = line.split(separator: " ")
      guard fields.count == 2, ["active_file", "inactive_file"].contains(fields[0]) else {
        return sum
      }
      return sum + (Int(fields[1]) ?? 0)
    }
    return max(0, limit - used + cache)
  }
}
