import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Generation

@Suite struct PromptMeterTests {
  private let meter: PromptMeter

  init() throws { meter = try PromptMeter(model: ModelFolder(Golden.model("sigma-tiny"))) }

  /// Four pieces and the end.
  @Test func counts() {
    let measure = meter.measure("A red (fox:1.2) face")
    #expect(measure.tokens == 5 && measure.usedTokens == 5 && measure.limit == 300)
    #expect(measure.cutText == nil && measure.cutRange == nil)
    #expect(measure.unplacedWeights.isEmpty)
    #expect(meter.measure("").tokens == 1)
  }

  /// 299 of 402 pieces fit, so that the last 103 do not: "▁fox" and 102 times "▁face".
  @Test func findsWhatIsCut() throws {
    let words =
      Array(repeating: "Red", count: 298) + ["a", "FOX"] + Array(repeating: "face", count: 102)
    let prompt = "  " + words.joined(separator: "  ") + "!"
    let measure = meter.measure(prompt)
    #expect(measure.usedTokens == 300 && measure.tokens > 402)
    let cut = try #require(measure.cutText)
    #expect(cut.hasPrefix(" fox face"))
    let range = try #require(measure.cutRange)
    #expect(prompt[range].hasPrefix("FOX  face  face"))
    #expect(prompt[range].hasSuffix("face!"))
  }

  @Test func saysWhereWeightsHaveNoEffect() {
    #expect(meter.measure("a (#12345678:2) fox").unplacedWeights == ["#12345678"])
  }

  @Test func knowsTheCache() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "pixart-meter-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let cache = PromptCache(folder: folder)
    let measure = meter.measure("a red fox")
    #expect(!meter.isCached(measure, in: cache))
    let key = try PromptCache.key(
      for: measure.ids, encodedBy: ModelFolder(Golden.model("sigma-tiny")), .fp32)
    cache.store(.init(tokens: 1, channels: 2, values: [1, 2]), for: key)
    #expect(meter.isCached(measure, in: cache))
    #expect(meter.isCached(meter.measure("A (red:2) fox"), in: cache))
    // An encoder that rounds gives other numbers.
    #expect(!meter.isCached(measure, in: cache, precision: .int8))
  }

  @Test func survivesManyWeights() {
    let prompt = String(repeating: "(é🦊:1.1) {x|y} ", count: 100)
    let measure = meter.measure(prompt)
    #expect(measure.cutText != nil && measure.unplacedWeights.isEmpty)
  }
}
