import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Checkpoints

/// Packed weights in files: what is in them, and what becomes of files that are not as they should be.
@Suite struct PreparedWeightsTests {
  private let folder: TemporaryFolder
  private let device = CPU(threads: 2).with(.int8, .mapped)

  init() throws { folder = try TemporaryFolder() }

  /// Three matrices that are packed, one outside of the blocks and one too small.
  private func checkpoint(seed: Float = 1) -> Checkpoint {
    func tensor(_ name: String, _ shape: Shape) -> StoredTensor {
      StoredTensor(
        name: name, shape: shape,
        values: (0..<shape.count).map { sin(Float($0 % 7919) * 0.37 + seed) * Float(1 + $0 % 3) })
    }
    let tensors = [
      tensor("encoder.block.0.layer.0.SelfAttention.q.weight", [131, 130]),
      tensor("encoder.block.0.layer.0.SelfAttention.k.weight", [144, 128]),
      tensor("encoder.block.0.layer.0.SelfAttention.small.weight", [16, 128]),
      tensor("encoder.block.0.layer.1.DenseReluDense.wo.weight", [128, 130]),
      tensor("shared.weight", [160, 128]),
    ]
    return Checkpoint(
      source: "test", tensors: Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) }))
  }

  private struct Opening {
    let file: PreparedFile?
    let reports: [PreparedWeights.Report]

    var notes: [String] {
      reports.compactMap { if case .noted(let text) = $0 { text } else { nil } }
    }
    var wasMade: Bool { reports.contains(.made(1)) }
  }

  /// Opens with nothing known of the files before.
  private func open(_ checkpoint: Checkpoint, in folder: URL? = nil) throws -> Opening {
    try Self.open(checkpoint, in: folder ?? self.folder.url, for: device)
  }

  private static func open(_ checkpoint: Checkpoint, in folder: URL, for device: any Device) throws
    -> Opening
  {
    var reports: [PreparedWeights.Report] = []
    let file = try PreparedWeights(folder: folder).open(
      checkpoint, for: device, cancellation: Cancellation()
    ) { reports.append($0) }
    return Opening(file: file, reports: reports)
  }

  private func product(_ checkpoint: Checkpoint, _ prepared: PreparedFile?) throws -> [Float] {
    try Self.product(checkpoint, prepared, on: device)
  }

  /// Of the layer `q`, with whatever weights there are; numbers that any instruction set rounds alike.
  private static func product(
    _ checkpoint: Checkpoint, _ prepared: PreparedFile?, on device: any Device
  ) throws -> [Float] {
    let block = Weights(checkpoint, device: device, prepared: prepared)["encoder.block.0.layer.0"]
    let layer = try block["SelfAttention"].linear("q", inputs: 130, outputs: 131, bias: false)
    var x = [Float](repeating: 127, count: 3 * 130)
    for index in x.indices where index % 130 != 0 { x[index] = Float(index * 37 % 255) - 127 }
    return layer(Tensor([3, 130], values: x)).values
  }

  /// All names in the folder, hidden ones too.
  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
  }

  private var onlyFile: URL {
    get throws {
      let names = try names
      try #require(names.count == 1 && names[0].hasSuffix("-int8.safetensors"), "\(names)")
      return folder.url.appending(path: names[0])
    }
  }

  /// `[panels of 16 outputs, depth / 4 rounded up, 16, 4]` in steps of a 127th of the largest weight.
  @Test func holdsWhatKernelsTake() throws {
    let checkpoint = checkpoint()
    let file = try #require(try open(checkpoint).file)
    let name = "encoder.block.0.layer.0.SelfAttention.q.weight"
    let weights = try checkpoint.tensor(name).floats
    let bytes = try #require(file[name])
    let (outputs, depth, panels, words) = (131, 130, 9, 33)
    try #require(bytes.count == panels * 16 * (words + 2) * 4)
    func at(_ output: Int, _ i: Int) -> Int8 {
      let place = ((output / 16 * words + i / 4) * 16 + output % 16) * 4 + i % 4
      return Int8(bitPattern: bytes[place])
    }
    for output in 0..<outputs {
      let row = weights[output * depth..<(output + 1) * depth]
      let largest = row.map(abs).max() ?? 0
      let expected = row.map { Int8(($0 * (127 / largest)).rounded(.toNearestOrEven)) }
      #expect((0..<depth).map { at(output, $0) } == expected)
      #expect((depth..<4 * words).allSatisfy { at(output, $0) == 0 })
      let corrections = panels * words * 64 + 4 * output
      #expect(
        bytes.loadUnaligned(fromByteOffset: corrections, as: Float.self) == largest / 127)
      #expect(
        bytes.loadUnaligned(fromByteOffset: corrections + panels * 64, as: Int32.self)
          == -128 * expected.reduce(0) { $0 + Int32($1) })
    }
    #expect(file["encoder.block.0.layer.0.SelfAttention.k.weight"] != nil)
    #expect(file["encoder.block.0.layer.0.SelfAttention.small.weight"] == nil)
    #expect(file["shared.weight"] == nil)
    // In bfloat16: pairs in place of fours, no scales.
    let end = "encoder.block.0.layer.1.DenseReluDense.wo.weight"
    let last = try checkpoint.tensor(end).floats[127 * 130 + 129]
    let packed = try #require(file[end])
    #expect(packed.count == 8 * 16 * 65 * 4)
    let half = packed.loadUnaligned(fromByteOffset: packed.count - 2, as: UInt16.self)
    #expect(abs(Float(bitPattern: UInt32(half) << 16) - last) <= abs(last) / 256)
  }

  /// The second opening maps what the first one made; products are the same bits in any case.
  @Test func isMadeOnce() throws {
    let checkpoint = checkpoint()
    let unprepared = try product(checkpoint, nil)
    let first = try open(checkpoint)
    #expect(first.wasMade && first.notes.isEmpty)
    #expect(first.reports.first == .made(0))
    let before = try Data(contentsOf: onlyFile)
    let second = try open(checkpoint)
    #expect(second.file != nil && second.reports.isEmpty)
    #expect(try product(checkpoint, first.file) == unprepared)
    #expect(try product(checkpoint, second.file) == unprepared)
    #expect(try Data(contentsOf: onlyFile) == before)
  }

  /// Each model has a file of its own, whatever precision others are used in.
  @Test func tellsModelsApart() throws {
    let (one, two) = (checkpoint(), checkpoint(seed: 2))
    let (first, second) = try (open(one), open(two))
    #expect(first.wasMade && second.wasMade && second.notes.isEmpty)
    #expect(try names.count == 2)
    #expect(try product(two, second.file) == product(two, nil))
    // Nothing is kept for products in bfloat16.
    let wide = try PreparedWeights(folder: folder.url).open(
      one, for: CPU(threads: 1).with(.bf16, .mapped), cancellation: Cancellation()
    ) { _ in Issue.record("nothing is to be made") }
    #expect(wide == nil)
  }

  /// The fuzzer's first file, which a few lines of Python wrote, checksums too.
  @Test func readsAFileOfAnotherWriter() throws {
    let mapped = try MappedFile(
      Golden.root.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/prepared.safetensors").path)
    let file = try PreparedFile(mapped.bytes, owner: mapped, key: "fuzz")
    #expect(file.firstDamaged(threads: ThreadPool(width: 1)) == nil)
    #expect(file["a"].map(Array.init) == (0..<64).map { UInt8($0) })
    #expect(file["b"].map(Array.init) == (0..<128).map { UInt8($0 * 7 % 256) })
    #expect(file["key"] == nil && file["checksums"] == nil)
    #expect(throws: PreparedFault.otherContents) {
      try PreparedFile(mapped.bytes, owner: mapped, key: "fuss")
    }
  }

  /// Wherever a file ends, it is made anew, which is said.
  @Test func forgivesAShortFile() throws {
    let checkpoint = checkpoint()
    let expected = try product(checkpoint, open(checkpoint).file)
    let file = try onlyFile
    let whole = try Data(contentsOf: file)
    let header = Int(whole[0]) + Int(whole[1]) << 8
    for length in [0, 7, 8, 9, 8 + header - 1, 8 + header, 8 + header + 999, whole.count - 1] {
      try whole.prefix(length).write(to: file)
      let opening = try open(checkpoint)
      #expect(opening.wasMade)
      #expect(opening.notes == ["'\(file.path)' is damaged. It is made anew."], "\(length)")
      #expect(try product(checkpoint, opening.file) == expected)
      #expect(try Data(contentsOf: onlyFile) == whole)
    }
  }

  /// A single bit anywhere is found before anything is computed with it.
  @Test func findsEveryFlippedBit() throws {
    let checkpoint = checkpoint()
    _ = try open(checkpoint)
    let file = try onlyFile
    let whole = try Data(contentsOf: file)
    let places = Array(stride(from: 0, to: whole.count, by: 997)) + [whole.count - 1]
    for (number, place) in places.enumerated() {
      var damaged = whole
      damaged[place] ^= 1 << (number % 8)
      try damaged.write(to: file)
      let opening = try open(checkpoint)
      #expect(opening.wasMade && opening.notes.count == 1, "byte \(place)")
      #expect(try Data(contentsOf: onlyFile) == whole)
    }
  }

  /// A file of another version of the program, whole in itself.
  @Test func replacesAnotherVersion() throws {
    let checkpoint = checkpoint()
    _ = try open(checkpoint)
    let file = try onlyFile
    let whole = try Data(contentsOf: file)
    let writer = try PreparedFileWriter(
      file, key: "prepared weights 0", matrices: [.init(name: "w", byteCount: 64)])
    let bytes = [UInt8](repeating: 1, count: 64)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: bytes)
    try writer.add(UnsafeRawBufferPointer(buffer))
    try writer.finish()
    #expect(try Data(contentsOf: onlyFile) != whole)
    let opening = try open(checkpoint)
    #expect(opening.notes == ["'\(file.path)' is of another version. It is made anew."])
    #expect(try Data(contentsOf: onlyFile) == whole)
  }

  /// While somebody makes a file, others go without it and leave it alone.
  @Test func leavesAnotherMakerAlone() throws {
    let checkpoint = checkpoint()
    _ = try open(checkpoint)
    let file = try onlyFile
    let whole = try Data(contentsOf: file)
    try FileManager.default.removeItem(at: file)
    let writer = try PreparedFileWriter(file, key: "another", matrices: [])
    let opening = try open(checkpoint)
    #expect(opening.file == nil && !opening.wasMade)
    #expect(
      opening.notes == [
        "'\(file.path)' is made by another process. "
          + "Weights are packed for each prompt instead, which takes longer."
      ])
    try writer.finish()
    #expect(try onlyFile == file)
    _ = try open(checkpoint)
    #expect(try Data(contentsOf: onlyFile) == whole)
  }

  /// Many at once: whoever gets a file gets a whole one, and one is there in the end.
  @Test func survivesManyMakers() async throws {
    let checkpoint = checkpoint()
    let expected = try product(checkpoint, nil)
    let (url, device) = (folder.url, device)
    let products = try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<8 {
        group.addTask {
          let prepared = try Self.open(checkpoint, in: url, for: device).file
          return try Self.product(checkpoint, prepared, on: device)
        }
      }
      return try await group.reduce(into: [[Float]]()) { $0.append($1) }
    }
    #expect(products.count == 8 && products.allSatisfy { $0 == expected })
    let last = try open(checkpoint)
    #expect(last.file != nil && last.reports.isEmpty)
    _ = try onlyFile
  }

  /// What a killed process left goes; what is being written stays.
  @Test func sweeps() throws {
    try folder.write(".0123-int8.safetensors.preparing", "the beginning of a file")
    try folder.write("notes.txt", "mine")
    let other = folder.url.appending(path: "abcd-int8.safetensors")
    let writer = try PreparedFileWriter(other, key: "", matrices: [])
    let opening = try open(checkpoint())
    #expect(opening.wasMade)
    try writer.finish()
    let names = try names
    #expect(names.count == 3 && names.contains("notes.txt"))
    #expect(names.contains("abcd-int8.safetensors") && !names.contains { $0.hasPrefix(".") })
  }

  @Test func endsWhenCancelled() throws {
    let cancellation = Cancellation()
    #expect(throws: CancellationError.self) {
      _ = try PreparedWeights(folder: folder.url).open(
        checkpoint(), for: device, cancellation: cancellation
      ) { _ in cancellation.cancel() }
    }
    #expect(try names.isEmpty)
  }

  @Test func survivesAFolderThatCannotBe() throws {
    let opening = try open(checkpoint(), in: URL(filePath: "/dev/null/prepared"))
    #expect(opening.file == nil)
    let note = try #require(opening.notes.first)
    #expect(note.contains("the folder '/dev/null/prepared' cannot be made"))
    #expect(note.hasSuffix("Weights are packed for each prompt instead, which takes longer."))
  }

  /// More than any disk has.
  @Test func asksForRoomFirst() throws {
    #expect {
      _ = try PreparedFileWriter(
        folder.url.appending(path: "a"), key: "",
        matrices: [.init(name: "w", byteCount: 1 << 56)])
    } throws: {
      guard case PreparedFault.noRoom(let needed, let free) = $0 else { return false }
      return needed > 1 << 56 && free > 0
    }
    #expect(try names.isEmpty)
  }

  /// Each changed bit changes the sum, as do the top bits of two words side by side or in one lane.
  @Test func sumsEveryBit() {
    let bytes = (0..<100).map { UInt8($0) }
    func sum(_ bytes: [UInt8]) -> Checksum { bytes.withUnsafeBytes { Checksum($0) } }
    var others = [Array(bytes.dropLast()), bytes + [0]]
    for bit in 0..<800 {
      others.append(bytes)
      others[others.count - 1][bit / 8] ^= 1 << (bit % 8)
    }
    for (first, second) in [(7, 39), (71, 79), (87, 95)] {
      others.append(bytes)
      others[others.count - 1][first] ^= 0x80
      others[others.count - 1][second] ^= 0x80
    }
    let expected = sum(bytes)
    #expect(others.filter { sum($0) == expected }.isEmpty)
  }
}
