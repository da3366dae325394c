import Foundation
import TestSupport
import Testing

@testable import Generation

@Suite struct ResolutionBinsTests {
  /// `PixArtImageProcessor.classify_height_width_bin` over both pipelines' tables.
  @Test func findsTheBinsOfDiffusers() throws {
    let file = Golden.root.appending(path: "a-sigma/binning/table.json")
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [[String: Any]])
    #expect(rows.count > 50)
    for row in rows {
      let base = try #require(row["base"] as? Int)
      let (height, width) = (
        try #require(row["height"] as? Int), try #require(row["width"] as? Int)
      )
      let bins = try #require(ResolutionBins(sampleSize: base / 8))
      let found = bins.closest(height: height, width: width)
      #expect([found.height, found.width] == row["bin"] as? [Int], "\(base): \(width)x\(height)")
    }
  }

  @Test func hasNoneForOtherSizes() {
    #expect(ResolutionBins(sampleSize: 16) == nil)
    #expect(ResolutionBins(sampleSize: 512) == nil)
  }
}
