import Foundation
import Testing

@testable import Jobs

@Suite struct CommandLineTests {
  @Test func saysWhatDiffers() {
    var request = JobRequest(prompt: "fox")
    #expect(request.commandLine() == "pixart generate fox --seed 0")
    request.prompt = "a red fox"
    request.steps = 14
    request.guidance = 3.5
    request.seed = 7
    request.tile = true
    #expect(
      request.commandLine(program: ".build/release/pixart")
        == ".build/release/pixart generate 'a red fox' --steps 14 --guidance 3.5 --seed 7 --tile")
  }

  /// What begins with a dash is no option.
  @Test func keepsDashesApart() {
    var request = JobRequest(prompt: "--fox")
    request.model = "-small"
    #expect(
      request.commandLine()
        == "pixart generate --model=-small --steps 20 --guidance 4.5 --seed 0 -- --fox")
  }

  /// A shell hands on exactly the words.
  @Test(arguments: [
    "", " ", "it's", "''", #"\'"#, "a\nb", "$HOME", "`id`", "!!", "~", "*", "#", "狐", "e\u{301}",
    "-n", "a;b", "\"", "(red:1.2)", "{a|b}", "=x", "<b>&</b>", "\\", "\t",
  ]) func surviveAShell(text: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "printf '<%s>' \(text.shellQuoted) \("b".shellQuoted)"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(Array(output.utf8) == Array("<\(text)><b>".utf8))
  }
}
