import Checkpoints
public import Foundation
import Kernels
import Tensors

/// Encoded prompts on disk, so that a prompt costs its text encoder once.
///
/// A folder of safetensors files of bounded size; the longest unused go first. Where the folder or
/// a file cannot be read, the prompt is simply encoded again.
public struct PromptCache: Sendable {
  private let folder: URL
  private let byteLimit: Int

  /// - Parameter byteLimit: Largest sum of all files.
  public init(folder: URL, byteLimit: Int = 256 << 20) {
    self.folder = folder
    self.byteLimit = byteLimit
  }

  /// Of what is cached: rises when the encoder computes other numbers than before.
  private static let version = 1

  /// Everything embeddings depend on: the encoder's files with their sizes and times, the tokens,
  /// and what the encoder's products are rounded to.
  ///
  /// - Throws: That the model has no text encoder, or that its folder cannot be read.
  static func key(for ids: [Int32], encodedBy model: ModelFolder, _ precision: Precision) throws
    -> String
  {
    let folder = try model.location(.textEncoder).folder
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.fileSizeKey, .contentModificationDateKey])
    let facts = try files.sorted { $0.path < $1.path }.map { file -> String in
      let values = try file.resolvingSymlinksInPath().resourceValues(forKeys: [
        .fileSizeKey, .contentModificationDateKey,
      ])
      let time = values.contentModificationDate?.timeIntervalSince1970 ?? 0
      return "\(file.path) \(values.fileSize ?? 0) \(time)"
    }
    let rounding =
      switch precision {
      case .fp32: [] as [String]
      case .bf16: ["rounded"]
      case .int8: ["int8, columns evened"]
      }
    return (["\(version)"] + rounding + facts + ids.map(String.init)).joined(separator: "\n")
  }

  /// Whether there is something for a key; it is not read whole.
  func contains(_ key: String) -> Bool {
    guard let checkpoint = try? Checkpoint(file: file(for: key)),
      let digest = try? checkpoint.tensor(Self.keyName)
    else { return false }
    return digest.widened() == Self.numbers(key) && checkpoint.contains(Self.tensorName)
  }

  /// - Parameter key: See ``key(for:encodedBy:)``.
  func embeddings(for key: String) -> TokenEmbeddings? {
    let file = file(for: key)
    guard let checkpoint = try? Checkpoint(file: file),
      let stored = try? checkpoint.tensor(Self.tensorName),
      stored.shape.rank == 2, stored.shape[0] > 0,
      // Different keys can share a file name; the key inside decides.
      let digest = try? checkpoint.tensor(Self.keyName), digest.widened() == Self.numbers(key)
    else { return nil }
    let values = stored.widened()
    guard values.allSatisfy(\.isFinite) else { return nil }
    try? FileManager.default.setAttributes(
      [.modificationDate: Date()], ofItemAtPath: file.path)
    return TokenEmbeddings(
      tokens: stored.shape[0], channels: stored.shape[1], values: values)
  }

  func store(_ embeddings: TokenEmbeddings, for key: String) {
    var writer = SafetensorsWriter()
    writer.add(
      Self.tensorName, shape: [embeddings.tokens, embeddings.channels], floats: embeddings.values)
    let digest = Self.numbers(key)
    writer.add(Self.keyName, shape: [digest.count], floats: digest)
    guard let data = try? writer.encoded() else { return }
    let files = FileManager.default
    guard (try? files.createDirectory(at: folder, withIntermediateDirectories: true)) != nil else {
      return
    }
    makeRoom(for: data.count)
    // Written beside and renamed: a reader never sees half a file.
    try? data.write(to: file(for: key), options: .atomic)
  }

  private static let tensorName = "prompt_embeds"
  private static let keyName = "key"

  /// The key's bytes as numbers, which a safetensors file can hold.
  private static func numbers(_ key: String) -> [Float] { key.utf8.map { Float($0) } }

  private func file(for key: String) -> URL {
    // FNV-1a, 64 bits.
    let hash = key.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return folder.appending(path: String(hash, radix: 16) + ".safetensors")
  }

  /// Deletes the longest unused files until `bytes` more fit.
  private func makeRoom(for bytes: Int) {
    let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey]
    let files =
      (try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: Array(keys))) ?? []
    var entries = files.compactMap { file -> (file: URL, size: Int, used: Date)? in
      guard let values = try? file.resourceValues(forKeys: keys), let size = values.fileSize else {
        return nil
      }
      return (file, size, values.contentModificationDate ?? .distantPast)
    }
    entries.sort { $0.used < $1.used }
    var total = entries.reduce(bytes) { $0 + $1.size }
    for entry in entries where total > byteLimit {
      try? FileManager.default.removeItem(at: entry.file)
      total -= entry.size
    }
  }
}
