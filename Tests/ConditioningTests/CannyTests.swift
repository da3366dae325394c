import Tensors
import Testing

@testable import Conditioning

@Suite struct CannyTests {
  /// Grey rows as a picture.
  private func picture(_ rows: [[UInt8]]) -> PixelImage {
    PixelImage(
      width: rows[0].count, height: rows.count,
      bytes: rows.flatMap { $0.flatMap { [$0, $0, $0] } })
  }

  private func lines(_ map: EdgeMap) -> [String] {
    (0..<map.height).map { row in
      String((0..<map.width).map { map.values[row * map.width + $0] == 1 ? "#" : "." })
    }
  }

  /// A step from 0 to 160 between columns 3 and 4.
  ///
  /// By hand: smoothed it is 0, 10, 50, 110, 150, 160
  /// from column 1 on (160 · 1/16, 5/16, 11/16, 15/16); the Sobel operator gives four times the
  /// difference of neighbours: 40, 200, 400, 400, 200, 40. The first of two equals is the peak's.
  @Test func findsAStepByHand() {
    let rows = [[UInt8]](repeating: [0, 0, 0, 0, 160, 160, 160, 160], count: 5)
    #expect(lines(Canny()(picture(rows))) == [String](repeating: "...#....", count: 5))
    let columns = (0..<8).map { [UInt8](repeating: $0 < 4 ? 0 : 160, count: 5) }
    #expect(
      lines(Canny()(picture(columns)))
        == ["....."].repeated(3) + ["#####"] + ["....."].repeated(4))
  }

  /// The gradient of a step of 48 is 120 at most, above the lower threshold only.
  @Test func leavesWeakLinesOut() {
    let weak = [[UInt8]](repeating: [0, 0, 0, 0, 48, 48, 48, 48], count: 6)
    #expect(lines(Canny()(picture(weak))) == ["........"].repeated(6))
  }

  /// A step that falls by 8 a row: as numpy finds, gradients are above 200 in the first 13 rows and
  /// above 100 in the next four, which go on with the line.
  @Test func keepsWeakLinesWhereStrongOnesGoOn() {
    let rows = (0..<20).map { row -> [UInt8] in
      let height = UInt8(160 - 8 * row)
      return [0, 0, 0, 0, height, height, height, height]
    }
    #expect(
      lines(Canny()(picture(rows)))
        == ["....#..."].repeated(17) + ["........"].repeated(3))
  }

  /// As numpy and scipy compute the same definition.
  @Test func agreesWithAnotherImplementation() {
    #expect(lines(Canny()(Formula.shapes(width: 40, height: 30))) == Self.shapes)
    #expect(lines(Canny()(Formula.picture(width: 24, height: 18))) == Self.noisy)
  }

  @Test func takesPicturesOfAnySize() {
    for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 2), (3, 1)] {
      let map = Canny()(Formula.picture(width: width, height: height))
      #expect(map.width == width && map.height == height)
    }
  }

  private static let shapes = """
    ............#...........................
    ...........###..........................
    ..........##............................
    .........##.............................
    ........##..............................
    .......##...............................
    ......##................................
    ......#......#######....................
    .....##....###.....###..................
    .....#.....#.........#..................
    .....#....##.........##.................
    .....#....#...........#.................
    ....#....#............#.................
    ....#....#.............#................
    ....#....#.............#.......#########
    ....#....#.............#....###.........
    ....#....#.............#....#...........
    ....#....#.............#....#...........
    .....#...#............#....#............
    .....#....#...........#....#............
    .....#....##.........##....#............
    .....#.....#.........#.....#............
    .....##....###.....###....##............
    ......##.....#######.....##.............
    .......#.................#..............
    .......##...............##..............
    ........##.............##...............
    .........##...........##................
    ..........##.........##.................
    ...........#.........#..................
    """.split(separator: "\n").map(String.init)

  private static let noisy = """
    .....#...#....#...#..##.
    ....##...#...##..##..###
    ...##...#...##..##..##..
    ...#...##..##..##..##...
    ..##..##..##.#.#..##....
    ..#...#...#...#...#.....
    .##..#...##...#...#...#.
    ##...#..##...#...##...##
    ....##..#....#...#...##.
    ....#...#...##...#...#..
    ....#...#...#.#.#....#..
    ...##...#...#..##...#...
    ...#...#...###......#...
    ...#..##..##..##...#....
    ..#...#...#...#...##..##
    .##..##..#...##..##..##.
    .#...#...#....#..#...#..
    .#..#....#....#.#....#..
    """.split(separator: "\n").map(String.init)
}

extension [String] {
  fileprivate func repeated(_ count: Int) -> [String] {
    (0..<count).flatMap { _ in self }
  }
}
