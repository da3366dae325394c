import Foundation
import Testing

/// Every file in `Screens` is a script whose screens come out as they stand in it.
@Suite struct ScreenScriptTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Screens")

  static var scripts: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".txt") }.sorted()
  }

  @Test func findsScripts() {
    #expect(Self.scripts.count >= 10)
  }

  @Test(arguments: scripts) func showsWhatTheScriptShows(_ name: String) throws {
    let file = Self.folder.appending(path: name)
    let script = try String(contentsOf: file, encoding: .utf8)
    let played = try ScreenScript.play(script)
    if ProcessInfo.processInfo.environment["PIXART_WRITE_SCREENS"] != nil {
      try played.write(to: file, atomically: true, encoding: .utf8)
    }
    let expected = script.split(separator: "\n", omittingEmptySubsequences: false)
    let found = played.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, pair) in zip(expected, found).enumerated() where pair.0 != pair.1 {
      Issue.record("\(name), line \(index + 1):\n\(pair.0)\nis expected, found is\n\(pair.1)")
      return
    }
    #expect(expected.count == found.count)
  }
}
