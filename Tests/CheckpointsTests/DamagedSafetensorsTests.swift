import Checkpoints
import Foundation
import Testing

/// Files that the reference reader refuses; each must be refused here, in words of our own.
@Suite struct DamagedSafetensorsTests {
  @Test(arguments: Self.damages)
  func saysWhatIsWrong(_ name: String, _ fault: String) {
    let file = damaged.appending(path: name + ".safetensors")
    #expect(message { _ = try Checkpoint(file: file) } == "\(file.path) \(fault)")
  }

  @Test func everyDamagedFileIsTested() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: damaged.path)
    #expect(
      files.filter { $0.hasSuffix(".safetensors") }.sorted()
        == Self.damages.map { $0.0 + ".safetensors" }.sorted())
  }

  @Test(arguments: Self.others)
  func recognisesOtherThings(_ contents: Data, _ fault: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("weights.safetensors", contents)
    #expect(message { _ = try Checkpoint(file: file) } == "\(file.path) \(fault)")
  }

  @Test func aFolderAPipeAndNothingAreNoFile() throws {
    let folder = try TemporaryFolder()
    #expect(
      message { _ = try Checkpoint(file: folder.url) }
        == "\(folder.url.path) is a folder, but a file was needed. Name a file inside it.")
    let pipe = folder.url.appending(path: "pipe")
    #expect(mkfifo(pipe.path, 0o600) == 0)
    #expect(
      message { _ = try Checkpoint(file: pipe) }
        == "\(pipe.path) is a pipe or a device, but a file was needed. "
        + "Copy it into a file first.")
    let nothing = folder.url.appending(path: "nothing")
    #expect(
      message { _ = try Checkpoint(file: nothing) }
        == "\(nothing.path) does not exist. Check the path, or download the file.")
  }

  @Test(arguments: Self.headers)
  func saysWhereTheHeaderIsDamaged(_ header: String, _ fault: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a.safetensors", safetensors(header, dataBytes: 8))
    let got = message { _ = try Checkpoint(file: file) }
    #expect(
      got == "\(file.path) has a damaged header: \(fault). Download it again.")
  }

  @Test func invalidUTF8IsAFault() throws {
    let folder = try TemporaryFolder()
    var contents = safetensors(#"{"?":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#)
    contents[10] = 0xFF
    let file = try folder.write("a.safetensors", contents)
    #expect(
      message { _ = try Checkpoint(file: file) }
        == "\(file.path) has a damaged header: the text at byte 2 is not UTF-8. "
        + "Download it again.")
  }

  @Test func nestingIsBounded() throws {
    let folder = try TemporaryFolder()
    let nested = String(repeating: "[", count: 1_000_000)
    let header = #"{"a":{"dtype":"F32","more":"# + nested
    let file = try folder.write("a.safetensors", safetensors(header))
    #expect(
      message { _ = try Checkpoint(file: file) }
        == "\(file.path) has a damaged header: byte 89 is nested deeper than 64 levels. "
        + "Download it again.")
  }

  /// Names come from strangers: they must neither fill the screen nor drive the terminal.
  @Test func namesInMessagesAreTame() throws {
    let folder = try TemporaryFolder()
    let name = #"\u001b[2J\u202e"# + String(repeating: "n", count: 10_000)
    let header = #"{"\#(name)":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}"#
    let file = try folder.write("a.safetensors", safetensors(header, dataBytes: 8))
    let got = message { _ = try Checkpoint(file: file) }
    #expect(
      got.hasPrefix(#"\#(file.path) stores '\u{1b}[2J\u{202e}nnn"#) && got.count < 400,
      "\(got.prefix(500))")
  }

  // MARK: Cases

  static let damages: [(String, String)] = [
    ("backwards", "places 'a' from byte 16 back to 0. Download it again."),
    (
      "header-length-absurd",
      "claims a header of 4611686018427387904 bytes, but no more than 100000000 are allowed. "
        + "Download it again."
    ),
    (
      "header-length-beyond-file",
      "claims a header of 1048576 bytes, but only 4088 follow. "
        + "It was cut short: download it again."
    ),
    (
      "hole",
      "leaves bytes 16 to 24 before 'b' unused, which the format forbids. Download it again."
    ),
    (
      "not-json",
      "has a damaged header: there is the end at byte 24 where a key was needed. "
        + "Download it again."
    ),
    (
      "out-of-range",
      "has 160 bytes, but its header describes 4224. It was cut short: download it again."
    ),
    (
      "overlap",
      "lets 'b' begin at byte 8, inside 'a', which ends at 16. Download it again."
    ),
    (
      "shape-overflow",
      "gives 'a' the shape [8589934592, 8589934592], more than any file can hold. "
        + "Download it again."
    ),
    ("size-mismatch", "gives 'a' 16 bytes, but F32 [5] needs 20. Download it again."),
    ("tiny", "has 5 bytes, but a safetensors file has at least 8. Download it again."),
    (
      "trailing-bytes",
      "has 84 bytes, but its header describes only 80. "
        + "Something was appended: download it again."
    ),
    (
      "truncated-header",
      "claims a header of 4144 bytes, but only 192 follow. It was cut short: download it again."
    ),
    (
      "truncated",
      "has 92560 bytes, but its header describes 138840. It was cut short: download it again."
    ),
    (
      "unknown-dtype",
      "stores 'a' in the unknown number format 'F99'. "
        + "Save it as F32, F16 or BF16, or download it again."
    ),
  ]

  static let others: [(Data, String)] = [
    (Data(), "is empty, but a safetensors file was needed. Download it again."),
    (
      Data("version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 9\n".utf8),
      "is only a git-lfs pointer to the weights. "
        + "Run 'git lfs pull' in its folder, or download the file itself."
    ),
    (
      Data("\n <!DOCTYPE html><html><head><title>Sign in</title>".utf8),
      "is a web page, not weights. Download the file itself, not the page about it."
    ),
    (
      Data([0x50, 0x4B, 0x03, 0x04, 0, 0, 8, 8, 0, 0, 0, 0]),
      "is a PyTorch pickle (.bin, .pth, .ckpt), but a safetensors file was needed. "
        + "Download the model's .safetensors file."
    ),
    (
      Data([0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20]),
      "is a PyTorch pickle (.bin, .pth, .ckpt), but a safetensors file was needed. "
        + "Download the model's .safetensors file."
    ),
    (
      Data("Entry not found".utf8),
      "is text that begins 'Entry not found', not weights. Download it again."
    ),
    (
      Data(repeating: 1, count: 100),
      "claims a header of 72340172838076673 bytes, but no more than 100000000 are allowed. "
        + "Download it again."
    ),
  ]

  static let headers: [(String, String)] = [
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      "the key 'a' comes a second time at byte 54"
    ),
    (
      #"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#,
      "the key 'dtype' comes a second time at byte 20"
    ),
    (
      #"{"__metadata__":{"a":"1","a":"2"}}"#, "the key 'a' comes a second time at byte 25"
    ),
    (
      #"{"__metadata__":{"a":1}}"#,
      "there is '1' at byte 21 where a string was needed"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
      "there is '-' at byte 29 where a whole number from 0 on was needed"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#,
      "there is another number at byte 29 where a whole number from 0 on was needed"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#,
      "the number at byte 29 is too large"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2]}}"#,
      "there is the end of 'a' at byte 31 where all of dtype, shape and two data_offsets "
        + "was needed"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,16]}}"#,
      "there are more than 2 numbers in one list at byte 52"
    ),
    (#"{"a":7}"#, "there is '7' at byte 5 where an object was needed"),
    (#"{} x"#, "there is 'x' at byte 3 where the end was needed"),
    (#"[1]"#, "there is another byte at byte 0 where '{' was needed"),
  ]
}
