/// The extents of a dense row-major block, outermost first; one to four dimensions.
public struct Shape: Sendable, Equatable, Hashable, ExpressibleByArrayLiteral,
  CustomStringConvertible
{
  public let rank: Int
  private let extents: SIMD4<Int>

  public init(_ extents: [Int]) {
    precondition((1...4).contains(extents.count), "a shape has 1 to 4 dimensions, not \(extents)")
    precondition(extents.allSatisfy { $0 >= 0 }, "a shape has no negative extent: \(extents)")
    rank = extents.count
    var padded = SIMD4<Int>(repeating: 1)
    for (i, extent) in extents.enumerated() { padded[i] = extent }
    self.extents = padded
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  public subscript(_ dimension: Int) -> Int {
    precondition((0..<rank).contains(dimension), "\(self) has no dimension \(dimension)")
    return extents[dimension]
  }

  /// Number of elements.
  public var count: Int { extents[0] * extents[1] * extents[2] * extents[3] }

  public var dimensions: [Int] { (0..<rank).map { extents[$0] } }

  public var description: String {
    "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
  }
}
