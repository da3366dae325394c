import Checkpoints
import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct SafetensorsTests {
  /// Shapes and values printed by the safetensors library 0.8.0 (Python) for these files.
  @Test(arguments: Self.samples)
  func readsWhatPythonReads(_ sample: Sample) throws {
    let checkpoint = try Checkpoint(folder: Golden.model(sample.folder))
    let tensor = try checkpoint.tensor(sample.name, shape: Shape(sample.shape))
    #expect(tensor.format == .float32)
    #expect(tensor.name == sample.name)
    #expect(Array(tensor.floats.prefix(3)) == sample.first.map(Float.init))
    #expect(abs(tensor.floats.reduce(0) { $0 + Double($1) } - sample.sum) < 1e-9)
  }

  struct Sample {
    let folder: String
    let name: String
    let shape: [Int]
    let first: [Double]
    let sum: Double

    init(_ folder: String, _ name: String, _ shape: [Int], _ first: [Double], _ sum: Double) {
      (self.folder, self.name, self.shape, self.first, self.sum) = (folder, name, shape, first, sum)
    }
  }

  static let samples = [
    Sample(
      "sigma-tiny/transformer", "pos_embed.proj.weight", [72, 4, 2, 2],
      [0.2801388204097748, -0.35431769490242004, 0.1378086656332016], 9.75714005230111
    ),
    Sample(
      "alpha-tiny/transformer", "adaln_single.emb.resolution_embedder.linear_1.weight",
      [16, 256], [0.10412636399269104, -0.00017538548854645342, 0.0369667150080204],
      2.9618325311821536
    ),
    Sample(
      "alpha-tiny/text_encoder", "encoder.block.1.layer.1.DenseReluDense.wo.weight", [40, 72],
      [0.06260232627391815, 0.19814203679561615, -0.08759842813014984], -0.8331284599626088
    ),
    Sample(
      "dmd-tiny/transformer", "transformer_blocks.1.scale_shift_table", [6, 40],
      [0.33224576711654663, -0.2270437628030777, 0.2849372625350952], -2.777015922416467
    ),
    Sample(
      "lcm-tiny/vae", "post_quant_conv.weight", [4, 4, 1, 1],
      [-0.6633992791175842, 0.21196112036705017, 0.5827630758285522], -0.7202980853617191
    ),
    Sample(
      "taesd-tiny", "decoder.layers.18.bias", [3],
      [0.0707714632153511, 0.0069221374578773975, -0.02988629974424839], 0.04780730092898011
    ),
  ]

  /// Counts and parameters by the same library.
  @Test(arguments: [
    ("sigma-tiny/text_encoder", 30, 184_976), ("sigma-tiny/transformer", 57, 236_408),
    ("sigma-tiny/vae", 248, 100_247), ("alpha-tiny/text_encoder", 21, 116_360),
    ("alpha-tiny/transformer", 65, 119_920), ("alpha-tiny/vae", 244, 58227),
    ("lcm-tiny/text_encoder", 21, 89440), ("lcm-tiny/transformer", 65, 119_536),
    ("lcm-tiny/vae", 244, 49459), ("dmd-tiny/transformer", 57, 79832),
    ("taesd-tiny", 134, 87799),
  ])
  func findsEveryTensor(_ folder: String, _ count: Int, _ parameters: Int) throws {
    let checkpoint = try Checkpoint(folder: Golden.model(folder))
    #expect(checkpoint.names.count == count)
    #expect(checkpoint.all.reduce(0) { $0 + $1.shape.count } == parameters)
    #expect(checkpoint.unusable.isEmpty)
  }

  @Test func bfloat16() throws {
    let checkpoint = try Checkpoint(folder: defaultModel.appending(path: "transformer"))
    let table = try checkpoint.tensor("scale_shift_table", shape: [2, 256])
    #expect(table.format == .bfloat16)
    #expect(table.byteCount == 1024)
    #expect(table.floats.prefix(3) == [-0.0771484375, -0.010009765625, 0.0732421875])
    #expect(table.floats.last == 0.0849609375)
  }

  /// 0x3C00 is 1 in half precision, 0xC000 is -2; the header's length leaves them unaligned.
  @Test func float16AtAnOddAddress() throws {
    let folder = try TemporaryFolder()
    let header = #"{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}} "#
    #expect(header.utf8.count % 2 == 1)
    let data = safetensors(header) + Data([0x00, 0x3C, 0x00, 0xC0])
    let checkpoint = try Checkpoint(file: folder.write("a.safetensors", data))
    #expect(try checkpoint.tensor("h").floats == [1, -2])
  }

  @Test func otherFormatsAndRanksAreListedButRefused() throws {
    let folder = try TemporaryFolder()
    let header = """
      {"__metadata__":{"format":"pt"},"scalar":{"dtype":"F32","shape":[],"data_offsets":[0,4]},\
      "steps":{"dtype":"I64","shape":[2],"data_offsets":[4,20]},\
      "five":{"dtype":"F32","shape":[1,1,1,1,2],"data_offsets":[20,28]},\
      "none":{"dtype":"F32","shape":[4611686018427387904,0,4611686018427387904],\
      "data_offsets":[28,28]},"four":{"dtype":"F4","shape":[4],"data_offsets":[28,30]}}
      """
    let file = try folder.write("a.safetensors", safetensors(header, dataBytes: 30))
    // The extents of `none` cannot even be multiplied.
    #expect(
      message { _ = try Checkpoint(file: file) }
        == "\(file.path) gives 'none' the shape [4611686018427387904, 0, 4611686018427387904], "
        + "more than any file can hold. Download it again.")
    let small = header.replacing("4611686018427387904", with: "1048576")
    let checkpoint = try Checkpoint(
      file: folder.write("b.safetensors", safetensors(small, dataBytes: 30)))
    #expect(checkpoint.names == ["none", "scalar"])
    #expect(try checkpoint.tensor("scalar").shape == [1])
    #expect(try checkpoint.tensor("none").shape.count == 0)
    #expect(
      checkpoint.unusable.map { "\($0.name) \($0)" } == [
        "five F32 [1, 1, 1, 1, 2]", "four F4 [4]", "steps I64 [2]",
      ])
    #expect(
      message { _ = try checkpoint.tensor("steps") }
        == "'steps' in \(checkpoint.source) is I64 [2], but F32, F16 or BF16 of at most "
        + "4 dimensions was needed. Save it in one of these formats.")
  }

  @Test func namesTheNearestTensor() throws {
    let checkpoint = try Checkpoint(folder: Golden.model("sigma-tiny/transformer"))
    #expect(
      message { _ = try checkpoint.tensor("proj_out.weights") }
        == "\(checkpoint.source) has no tensor 'proj_out.weights'; the nearest name there is "
        + "'proj_out.weight'. Check that its config.json belongs to these weights.")
    #expect(
      message { _ = try checkpoint.tensor("proj_out.weight", shape: [16, 72]) }
        == "'proj_out.weight' in \(checkpoint.source) is [32, 72], but its config.json asks for "
        + "[16, 72]. Check that config and weights are of the same model.")
  }

  /// 5 GB of which only the header exists: what is read by touching costs memory, the rest not.
  @Test func weightsAreMappedNotRead() throws {
    let folder = try TemporaryFolder()
    let bytes = 5_000_000_000
    let header = #"{"w":{"dtype":"F32","shape":[\#(bytes / 4)],"data_offsets":[0,\#(bytes)]}}"#
    let file = try folder.write("big.safetensors", safetensors(header))
    #expect(truncate(file.path, 8 + header.utf8.count + bytes) == 0)
    let checkpoint = try Checkpoint(file: file)
    let tensor = try checkpoint.tensor("w", shape: [bytes / 4])
    #expect(tensor.bytes.loadUnaligned(fromByteOffset: bytes - 4, as: Float.self) == 0)
    let resident = try residentKilobytes(of: file)
    #expect(resident > 0 && resident < 1000)
    withExtendedLifetime(checkpoint) {}
  }

  /// What the kernel holds in memory of a file that is mapped.
  private func residentKilobytes(of file: URL) throws -> Int {
    let lines = try kernelLines("smaps")
    let start = try #require(lines.firstIndex { $0.hasSuffix(file.lastPathComponent) })
    let line = try #require(lines[start...].first { $0.hasPrefix("Rss:") })
    return try #require(Int(line.split(separator: " ")[1]))
  }

  /// Headers made to cost memory, each in a process of its own so that nothing else is counted.
  @Test(arguments: CostlyHeader.allCases)
  func memoryStaysBelowTwiceTheHeader(_ header: CostlyHeader) async throws {
    let folder = try TemporaryFolder()
    let text = header.text
    let path = try folder.write("costly.safetensors", safetensors(text)).path
    let limit = 2 * text.utf8.count
    let small = try folder.write(
      "small.safetensors", safetensors(#"{"__metadata__":{"a":"b"}}"#)
    ).path
    await #expect(processExitsWith: .success) {
      [path = path as String, small = small as String, limit = limit as Int] in
      // So that the code itself is in memory.
      _ = try? Checkpoint(file: URL(filePath: small))
      // The peak so far is the test process's own start.
      try? FileHandle(forWritingTo: URL(filePath: "/proc/self/clear_refs"))
        .write(contentsOf: Data("5".utf8))
      let before = try kilobytes("VmRSS:")
      _ = try? Checkpoint(file: URL(filePath: path))
      let growth = (try kilobytes("VmHWM:") - before) * 1024
      #expect(growth < limit)
    }
  }

  enum CostlyHeader: String, CaseIterable, Codable {
    case manyTensors, longName, longNote, longShape, escapes, nesting, manyNotes

    var text: String {
      switch self {
      case .manyTensors:
        "{" + list(70_000) { #""\#($0)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"# }
          + String(repeating: #","":{"dtype":"F32","shape":[0]}"#, count: 500_000) + "}"
      case .longName: #"{""# + String(repeating: "n", count: 4_000_000) + #"":{}}"#
      case .longNote:
        #"{"__metadata__":{"a":""# + String(repeating: "n", count: 4_000_000) + #""}}"#
      case .longShape: #"{"a":{"shape":["# + String(repeating: "1,", count: 2_000_000) + "1]}}"
      case .escapes: #"{""# + String(repeating: #"\n"#, count: 2_000_000) + #"":{}}"#
      case .nesting: #"{"a":{"b":"# + String(repeating: "[", count: 4_000_000)
      case .manyNotes:
        #"{"__metadata__":{"# + list(200_000) { #""\#($0)":"a note to each""# } + "}}"
      }
    }

    private func list(_ count: Int, _ item: (Int) -> String) -> String {
      (0..<count).map(item).joined(separator: ",")
    }
  }
}

/// A line of the kernel's account of this process.
private func kilobytes(_ field: String) throws -> Int {
  let lines = try kernelLines("status")
  let line = try #require(lines.first { $0.hasPrefix(field) })
  return try #require(
    line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
}

/// The kernel's account of this process; Foundation's `String` and `Data` stop after a page of it.
private func kernelLines(_ name: String) throws -> [Substring] {
  let handle = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/\(name)"))
  return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self).split(separator: "\n")
}
