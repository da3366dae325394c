import Kernels
import Testing

@testable import Transformers

@Suite struct CaptionLayoutTests {
  private func layout(_ tokens: [Int]) -> CaptionLayout {
    CaptionLayout(patches: 10, captionTokens: tokens, heads: 2, scale: 0.5)
  }

  private func segments(_ part: CaptionLayout.Part) -> [[Range<Int>]] {
    part.attention.segments.map { [$0.queries, $0.keys] }
  }

  /// Guidance with an empty negative prompt.
  @Test func asksNothingOfOneToken() {
    let layout = layout([1, 40])
    #expect(layout.constants.map(\.rows) == [0..<10] && layout.constants.map(\.token) == [0])
    #expect(layout.parts.map(\.rows) == [10..<20])
    #expect(layout.parts.map(segments) == [[[0..<10, 1..<41]]])
  }

  @Test func keepsRowsThatLieTogether() {
    let layout = layout([4, 3, 1, 2, 1])
    #expect(layout.constants.map(\.rows) == [20..<30, 40..<50])
    #expect(layout.constants.map(\.token) == [7, 10])
    #expect(layout.parts.map(\.rows) == [0..<20, 30..<40])
    #expect(
      layout.parts.map(segments) == [
        [[0..<10, 0..<4], [10..<20, 4..<7]], [[0..<10, 8..<10]],
      ])
  }
}
