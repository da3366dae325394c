import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Generation

@Suite struct PromptCacheTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "pixart-cache-\(UUID().uuidString)")

  private func embeddings(_ value: Float, tokens: Int = 2) -> TokenEmbeddings {
    TokenEmbeddings(
      tokens: tokens, channels: 3, values: [Float](repeating: value, count: 3 * tokens))
  }

  @Test func givesBackWhatItKept() {
    let cache = PromptCache(folder: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(cache.embeddings(for: "a") == nil)
    cache.store(embeddings(1), for: "a")
    cache.store(embeddings(2), for: "b")
    #expect(cache.embeddings(for: "a") == embeddings(1))
    #expect(cache.embeddings(for: "b") == embeddings(2))
    #expect(cache.embeddings(for: "c") == nil)
  }

  /// Two keys that fall on one file name are told apart by the key inside.
  @Test func doesNotTrustFileNames() throws {
    let cache = PromptCache(folder: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    cache.store(embeddings(1), for: "a")
    cache.store(embeddings(2), for: "b")
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    try FileManager.default.removeItem(at: files[0])
    try FileManager.default.copyItem(at: files[1], to: files[0])
    #expect(
      [cache.embeddings(for: "a"), cache.embeddings(for: "b")].filter { $0 == nil }.count == 1)
  }

  @Test func ignoresDamagedFiles() throws {
    let cache = PromptCache(folder: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    cache.store(embeddings(1), for: "a")
    let file = try #require(
      FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).first)
    let whole = try Data(contentsOf: file)
    for length in [0, 4, 8, 40, whole.count - 1] {
      try whole.prefix(length).write(to: file)
      #expect(cache.embeddings(for: "a") == nil)
    }
  }

  /// The longest unused entries make room.
  @Test func staysWithinItsLimit() throws {
    let one = 1200  // bytes of an entry of 64 tokens, and some
    let cache = PromptCache(folder: folder, byteLimit: 3 * one)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (number, key) in ["a", "b", "c", "d", "e"].enumerated() {
      cache.store(embeddings(Float(number), tokens: 64), for: key)
      Thread.sleep(forTimeInterval: 0.02)
    }
    #expect(cache.embeddings(for: "a") == nil)
    #expect(cache.embeddings(for: "e") == embeddings(4, tokens: 64))
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.fileSizeKey])
    let total = try files.reduce(0) {
      $0 + (try $1.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0)
    }
    #expect(total <= 3 * one && files.count >= 2)
  }

  @Test func survivesAFolderThatCannotBe() {
    let cache = PromptCache(folder: URL(filePath: "/dev/null/cache"))
    cache.store(embeddings(1), for: "a")
    #expect(cache.embeddings(for: "a") == nil)
  }

  /// Encoders that round otherwise give other numbers.
  @Test func tellsPrecisionsApart() throws {
    let model = try ModelFolder(Golden.model("sigma-tiny"))
    let keys = try Precision.allCases.map {
      try PromptCache.key(for: [1, 2], encodedBy: model, $0)
    }
    #expect(Set(keys).count == 3)
  }
}
