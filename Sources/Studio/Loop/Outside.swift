import Foundation

/// What the studio asks of other programs.
enum Outside {
  /// Opens a file in the system's viewer, which gets no terminal of ours.
  ///
  /// - Parameter fail: Called, from any thread, if none could be started.
  static func open(_ path: String, fail: @escaping @Sendable (String) -> Void) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // Without a session of its own a viewer for terminals would draw on this one.
    process.arguments = ["setsid", "--wait", "xdg-open", path]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.terminationHandler = { process in
      guard process.terminationStatus != 0 else { return }
      fail("xdg-open could not show it; it needs a desktop. The file is \(path)")
    }
    do {
      try process.run()
    } catch {
      fail("No viewer could be started: \(error.localizedDescription)")
    }
  }

  /// OSC 52: the terminal puts the text on the clipboard, over SSH too, if it allows that.
  static func clipboardSequence(_ text: String) -> [UInt8] {
    Array("\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{07}".utf8)
  }
}
