import Kernels

/// Which rows of patches look at which tokens of the captions.
///
/// A caption of one token, such as the empty one, gives every row that token's value, whatever the row
/// asks. So those rows need no queries, no scores and no product of their own: half of the
/// cross-attention of a guided step without a negative prompt, and exactly the same numbers.
struct CaptionLayout: Sendable {
  /// Rows that get the value of one token.
  struct Constant: Sendable {
    let rows: Range<Int>
    /// Counted over all captions.
    let token: Int
  }

  /// Rows that lie together.
  struct Part: Sendable {
    let rows: Range<Int>
    /// Queries are counted from the first of the rows on, keys over all captions.
    let attention: AttentionLayout
  }

  let constants: [Constant]
  let parts: [Part]

  /// - Parameters:
  ///   - patches: Of one picture.
  ///   - captionTokens: Of each picture's caption.
  init(patches: Int, captionTokens: [Int], heads: Int, scale: Float) {
    var (constants, runs): ([Constant], [[AttentionLayout.Segment]]) = ([], [])
    var token = 0
    for (index, count) in captionTokens.enumerated() {
      let rows = index * patches..<(index + 1) * patches
      if count == 1 {
        constants.append(Constant(rows: rows, token: token))
      } else {
        let segment = AttentionLayout.Segment(queries: rows, keys: token..<token + count)
        if let last = runs.last?.last, last.queries.upperBound == rows.lowerBound {
          runs[runs.count - 1].append(segment)
        } else {
          runs.append([segment])
        }
      }
      token += count
    }
    self.constants = constants
    parts = runs.map { segments in
      let first = segments[0].queries.lowerBound
      return Part(
        rows: first..<segments[segments.count - 1].queries.upperBound,
        attention: AttentionLayout(
          heads: heads, scale: scale,
          segments: segments.map { segment in
            .init(
              queries: segment.queries.lowerBound - first..<segment.queries.upperBound - first,
              keys: segment.keys)
          }))
    }
  }
}
