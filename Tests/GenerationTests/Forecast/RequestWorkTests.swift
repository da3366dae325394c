import Checkpoints
import Conditioning
import Foundation
import TestSupport
import Testing

@testable import Generation

/// With numbers of `sigma-tiny`: width 72, 2 layers, patches of 16 pixels.
@Suite struct RequestWorkTests {
  private let model: ModelDescription

  init() throws { model = ModelDescription(try ModelFolder(Golden.model("sigma-tiny"))) }

  private func work(
    side: Int, steps: Int = 1, tokens: [Int] = [40, 40], tiled: Bool = false
  ) throws -> RequestWork {
    var facts = RequestFacts(
      size: PictureSize(width: side, height: side), steps: steps, promptTokens: tokens)
    facts.isGuided = tokens.count == 2
    facts.tilesDecoding = tiled
    return try #require(RequestWork(facts, of: model))
  }

  /// 14 products of width² and attention over patches and captions, a multiply-add counting two;
  /// packing counts as 12 rows.
  @Test func countsAStep() throws {
    let rows = 2.0 * 64 * 64 / 4
    let patches = rows / 2
    let products = 2 * 14 * 72.0 * 72 * (rows + 12)
    let attention = 4 * 72.0 * patches * (rows + 80)
    let modulation = 2 * 8 * 72.0 * 72 * 13
    #expect(try work(side: 512).step == 2 * (products + attention) + modulation)
  }

  /// A prompt of one token leaves out two products and the attention of its half.
  @Test func countsNothingForOneToken() throws {
    let patches = 64.0 * 64 / 4
    let products = 2 * 2 * 72.0 * 72 * patches
    let attention = 4 * 72.0 * patches * 40
    let (one, many) = (try work(side: 512, tokens: [40, 1]), try work(side: 512))
    #expect(many.step - one.step == 2 * (products + attention))
  }

  @Test func countsNothingThatIsNotDone() throws {
    let work = try work(side: 64)
    #expect(work.textEncoding == 0 && work.imageEncoding == 0 && work.encodingBytes == 0)
  }

  /// A copied block and the product behind it, in the steps that are led.
  @Test func countsCopiedBlocks() throws {
    var facts = RequestFacts(
      size: PictureSize(width: 512, height: 512), steps: 4, promptTokens: [40, 40])
    let plain = try #require(RequestWork(facts, of: model))
    facts.control = ControlFacts(copies: 1, bytes: 1000, ledSteps: 4, edges: .canny)
    let led = try #require(RequestWork(facts, of: model))
    let rows = 2.0 * 64 * 64 / 4
    let products = 2 * 15 * 72.0 * 72 * (rows + 12)
    let attention = 4 * 72.0 * rows / 2 * (rows + 80)
    #expect(abs(led.step - plain.step - products - attention) < 1)
    #expect(led.imageEncoding > 0 && led.denoisingBytes > plain.denoisingBytes + 1000)
    facts.control?.ledSteps = 1
    let late = try #require(RequestWork(facts, of: model))
    #expect(abs(late.step - plain.step - (products + attention) / 4) < 1)
    // 305,856 multiply-adds a pixel.
    facts.control?.edges = .hed
    let hed = try #require(RequestWork(facts, of: model))
    #expect(hed.imageEncoding - late.imageEncoding == 2 * 305_856.0 * 512 * 512)
  }

  @Test func growsWithThePicture() throws {
    let (small, large) = (try work(side: 512), try work(side: 1024))
    #expect((4...16).contains(large.step / small.step))
    #expect((3...5).contains(Double(large.decodingBytes) / Double(small.decodingBytes)))
    #expect((0.49...0.51).contains(try work(side: 512, tokens: [40]).step / small.step))
    let tiled = try work(side: 2048, tiled: true)
    #expect(try tiled.decodingBytes < work(side: 2048).decodingBytes)
  }

  /// 48 bytes a latent pixel and step: 786,432 bytes a step at 1024 px.
  @Test func countsTheStepsThatAreKept() throws {
    let (one, many) = (try work(side: 1024), try work(side: 1024, steps: 21))
    #expect(many.denoisingBytes - one.denoisingBytes == 20 * 786_432)
    #expect(many.decodingBytes - one.decodingBytes == 20 * 786_432)
    #expect(many.step == one.step)
  }

  @Test func refusesNothingThatFits() throws {
    let work = try work(side: 64)
    let size = PictureSize(width: 64, height: 64)
    let needed = max(work.denoisingBytes, work.decodingBytes)
    try work.checkFits(size, into: needed, isLoaded: false)
    #expect(
      throws: GenerationError.notEnoughMemory(needed: needed, available: needed - 1, size: size)
    ) { try work.checkFits(size, into: needed - 1, isLoaded: false) }
  }
}
