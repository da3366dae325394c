import Foundation
import TestSupport
import Tensors
import Testing

@testable import Checkpoints

/// Files that must be refused: nothing in them is run, and nothing of them is believed.
@Suite struct HostileTorchTests {
  private static let never =
    "which weights do not need and which may do harm. Nothing in it was run. Take it from a source "
    + "you trust, as .safetensors if there is one."

  static let hostile: [(String, String)] = [
    (
      "dotted-global",
      "uses the pickle instruction SHORT_BINUNICODE at byte 2, which weights do not need. Nothing "
        + "in it was run. Save its state_dict again with torch.save, or take a .safetensors file."
    ),
    ("legacy-exec", "asks Python for '__builtin__.exec', \(never)"),
    ("plain-pickle", "asks Python for '__builtin__.exec', \(never)"),
    ("protocol0", "asks Python for 'builtins.exec', \(never)"),
    ("zip-mkdir", "asks Python for 'posix.mkdir', \(never)"),
  ]

  @Test(arguments: hostile) func isRefusedByName(_ name: String, _ fault: String) throws {
    let file = TorchFileTests.goldens.appending(path: "hostile/\(name).pth")
    #expect(message { _ = try Checkpoint(file: file) } == "\(file.path) \(fault)")
    let marker = "GOLDEN_PICKLE_WAS_EXECUTED"
    for folder in [FileManager.default.currentDirectoryPath, file.deletingLastPathComponent().path]
    {
      #expect(!FileManager.default.fileExists(atPath: folder + "/" + marker))
    }
  }

  static let damages: [(String, String)] = [
    (
      "negative-offset",
      "lets 'a' [4] reach outside its storage '0' of 8 numbers. Download it again."
    ),
    (
      "short-storage",
      "has 2048 bytes for the storage '0', but 6144 were needed. Download it again."
    ),
    (
      "truncated-legacy",
      "has 71840 bytes, but at least 72760 were needed. It was cut short: download it again."
    ),
    (
      "truncated",
      "is no archive of torch.save: the list of its entries is missing at its end. It was cut short "
        + "or damaged: download it again."
    ),
    (
      "view-past-end",
      "lets 'a' [1000] reach outside its storage '0' of 4 numbers. Download it again."
    ),
  ]

  @Test(arguments: damages) func saysWhatIsWrong(_ name: String, _ fault: String) {
    let file = damaged.appending(path: name + ".pth")
    #expect(message { _ = try Checkpoint(file: file) } == "\(file.path) \(fault)")
  }

  @Test func everyFileIsTested() throws {
    func names(_ folder: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(
        atPath: TorchFileTests.goldens.appending(path: folder).path
      ).filter { $0.hasSuffix(".pth") }.sorted()
    }
    #expect(try names("hostile") == Self.hostile.map { $0.0 + ".pth" }.sorted())
    #expect(try names("damaged") == Self.damages.map { $0.0 + ".pth" }.sorted())
  }

  // MARK: Made here

  private func fault(_ archive: TorchArchive) throws -> String {
    let data = try archive.encoded()
    return data.withUnsafeBytes { bytes in
      do throws(TorchFault) {
        _ = try TorchFile(bytes, owner: Nobody())
        return "nothing"
      } catch {
        return "\(error)"
      }
    }
  }

  private func fault(_ build: (inout Pickle) -> Void) throws -> String {
    var pickle = Pickle()
    build(&pickle)
    return try fault(TorchArchive(pickle: pickle.bytes))
  }

  private let sound = TorchArchive(
    pickle: Pickle.one(count: 2, shape: [2], strides: [1]), storages: ["0": Data(count: 8)])

  @Test func refusesWhatTorchSaveDoesNotWrite() throws {
    #expect(try fault(sound) == "nothing")
    var archive = sound
    archive.method = 8
    #expect(try fault(archive).hasPrefix("holds 'a/data.pkl' compressed, but torch.save stores"))
    archive = sound
    archive.flags = 1
    #expect(try fault(archive).hasPrefix("holds 'a/data.pkl' encrypted"))
    archive = sound
    archive.entries.append(archive.entries[1])
    #expect(try fault(archive).contains("it holds 'a/data/0' twice"))
    archive = sound
    archive.entries.removeLast()
    #expect(try fault(archive) == "lacks 'a/data/0', which it speaks of. Download it again.")
    archive = sound
    archive.entries.append(("a/byteorder", Data("big".utf8)))
    #expect(
      try fault(archive).hasPrefix("was saved on a machine that stores numbers the other way"))
    archive = sound
    archive.entries[0].name = "data.pkl"
    #expect(try fault(archive).hasPrefix("lacks 'data.pkl'"))
  }

  /// A few bytes that ask for terabytes.
  @Test func asksForNoMoreMemoryThanTheFileHas() throws {
    func one(_ shape: [Int], _ strides: [Int]) throws -> String {
      try fault(
        TorchArchive(
          pickle: Pickle.one(count: 2, shape: shape, strides: strides),
          storages: ["0": Data(count: 8)]))
    }
    #expect(try one([1_000_000, 1000], [0, 0]).hasPrefix("would need more than "))
    #expect(try one([.max, .max], [0, 0]).hasPrefix("gives 'w' the shape "))
    #expect(try one([2, 2], [1, 1]).hasPrefix("lets 'w' [2, 2] reach outside its storage"))
    #expect(try one([3], [.max]).hasPrefix("lets 'w' [3] reach outside"))
    #expect(try one([-1], [1]).hasPrefix("lets 'w' [-1] reach outside"))
    #expect(try one([0, 5], [5, 1]) == "nothing")
  }

  @Test func boundsWhatAPickleMayHold() throws {
    let many = "has more than 262144 values in its pickle, more than weights of this size need. "
    #expect(
      try fault { for _ in 0..<300_000 { $0.op("N") } }.hasPrefix(many))
    // One value, kept at a place far away.
    #expect(
      try fault {
        $0.op("N")
        $0.op("r")
        $0.raw(0xFF, 0xFF, 0xFF, 0x7F)
      }.hasPrefix(many))
    // A hundred thousand lists, each within the next.
    #expect(
      try fault {
        for _ in 0..<100_000 { $0.op("]") }
        for _ in 0..<99_999 { $0.op("a") }
        $0.op(".")
      } == "holds a list, but named tensors or a 'state_dict' with them were needed. Choose a file "
        + "of weights.")
    // A dictionary that holds itself.
    #expect(
      try fault {
        $0.op("}")
        $0.op("q")
        $0.raw(0)
        $0.text("state_dict")
        $0.op("h")
        $0.raw(0)
        $0.op("s")
        $0.op(".")
      }.hasPrefix("holds a dictionary of 'state_dict', but named tensors"))
  }

  @Test(arguments: ["R", "b", "s", "a", "Q", "t", "u", "e", ".", "q\u{0}", "h\u{5}", "X", "\u{85}"])
  func survivesAnEmptyStack(_ codes: String) throws {
    let fault = try fault { pickle in for code in codes { pickle.op(code) } }
    #expect(fault.hasPrefix("has a damaged pickle: ") || fault.hasPrefix("uses the pickle"))
  }

  @Test func namesInstructionsThatAreRefused() throws {
    #expect(try fault { $0.op("0") }.hasPrefix("uses the pickle instruction POP at byte 2"))
    #expect(try fault { $0.raw(0x81) }.hasPrefix("uses the pickle instruction NEWOBJ"))
    #expect(try fault { $0.raw(0xEE) }.hasPrefix("uses the pickle instruction 0xEE"))
    #expect(try fault { $0.global("os", "system") }.hasPrefix("asks Python for 'os.system'"))
  }
}

private final class Nobody: Sendable {}
