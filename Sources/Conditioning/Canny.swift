public import Tensors

/// Thin lines where brightness changes most: Canny, "A Computational Approach to Edge Detection".
///
/// The picture's brightness is smoothed by [1 4 6 4 1]/16 in both directions; gradients, thinning and
/// thresholds are those of OpenCV's `Canny` with a 3×3 Sobel operator and sums of absolute values.
public struct Canny: Sendable {
  /// Gradients above are edges where they touch one that is above ``high``.
  public var low = 100
  /// Gradients above are edges.
  public var high = 200

  public init() {}

  /// - Returns: 1 on lines, 0 elsewhere.
  public func callAsFunction(_ image: PixelImage) -> EdgeMap {
    let smooth = Self.smoothed(image.brightness, width: image.width, height: image.height)
    return lines(in: Gradients(of: smooth, width: image.width, height: image.height))
  }

  // MARK: Smoothing

  /// Pixels beyond the border are those inside, mirrored at the outermost.
  private static func smoothed(_ gray: [UInt8], width: Int, height: Int) -> [Int] {
    func mirrored(_ index: Int, _ count: Int) -> Int {
      guard count > 1 else { return 0 }
      let period = 2 * (count - 1)
      let place = ((index % period) + period) % period
      return place < count ? place : period - place
    }
    let weights = [1, 4, 6, 4, 1]
    let columns = (0..<width).map { x in (-2...2).map { mirrored(x + $0, width) } }
    let rows = (0..<height).map { y in (-2...2).map { mirrored(y + $0, height) } }
    var across = [Int](repeating: 0, count: width * height)
    for y in 0..<height {
      for x in 0..<width {
        var sum = 0
        for tap in 0..<5 { sum += weights[tap] * Int(gray[y * width + columns[x][tap]]) }
        across[y * width + x] = sum
      }
    }
    var result = across
    for y in 0..<height {
      for x in 0..<width {
        var sum = 128
        for tap in 0..<5 { sum += weights[tap] * across[rows[y][tap] * width + x] }
        result[y * width + x] = sum >> 8
      }
    }
    return result
  }

  // MARK: Gradients

  /// Of each pixel, by 3×3 Sobel operators; pixels beyond the border are those on it.
  struct Gradients {
    let width: Int
    let height: Int
    var x: [Int]
    var y: [Int]
    /// The sum of both sizes.
    var size: [Int]

    init(of gray: [Int], width: Int, height: Int) {
      self.width = width
      self.height = height
      x = [Int](repeating: 0, count: width * height)
      (y, size) = (x, x)
      for row in 0..<height {
        let (above, here) = (max(0, row - 1) * width, row * width)
        let below = min(height - 1, row + 1) * width
        for column in 0..<width {
          let (left, right) = (max(0, column - 1), min(width - 1, column + 1))
          let dx =
            gray[above + right] - gray[above + left] + 2 * (gray[here + right] - gray[here + left])
            + gray[below + right] - gray[below + left]
          let dy =
            gray[below + left] - gray[above + left]
            + 2 * (gray[below + column] - gray[above + column])
            + gray[below + right] - gray[above + right]
          x[here + column] = dx
          y[here + column] = dy
          size[here + column] = abs(dx) + abs(dy)
        }
      }
    }

    /// Whether no neighbour in the gradient's direction is larger; nothing is beyond the border.
    func isPeak(_ column: Int, _ row: Int) -> Bool {
      func at(_ column: Int, _ row: Int) -> Int {
        (0..<width).contains(column) && (0..<height).contains(row) ? size[row * width + column] : 0
      }
      let place = row * width + column
      let (own, dx, dy) = (size[place], abs(x[place]), abs(y[place]) << 15)
      // tan 22.5°, in units of 2^-15; tan 67.5° is 2 more.
      let flat = dx * 13573
      if dy < flat {
        return own > at(column - 1, row) && own >= at(column + 1, row)
      }
      if dy > flat + (dx << 16) {
        return own > at(column, row - 1) && own >= at(column, row + 1)
      }
      let side = (x[place] ^ y[place]) < 0 ? -1 : 1
      return own > at(column - side, row - 1) && own > at(column + side, row + 1)
    }
  }

  // MARK: Lines

  /// Peaks above ``high``, and those above ``low`` that a chain of such peaks joins to them.
  private func lines(in gradients: Gradients) -> EdgeMap {
    let (width, height) = (gradients.width, gradients.height)
    var mayBeEdge = [Bool](repeating: false, count: width * height)
    var values = [Float](repeating: 0, count: width * height)
    var open: [Int] = []
    for row in 0..<height {
      for column in 0..<width {
        let place = row * width + column
        guard gradients.size[place] > low, gradients.isPeak(column, row) else { continue }
        mayBeEdge[place] = true
        guard gradients.size[place] > high else { continue }
        values[place] = 1
        open.append(place)
      }
    }
    while let place = open.popLast() {
      let (row, column) = (place / width, place % width)
      for y in max(0, row - 1)...min(height - 1, row + 1) {
        for x in max(0, column - 1)...min(width - 1, column + 1) {
          let next = y * width + x
          guard mayBeEdge[next], values[next] == 0 else { continue }
          values[next] = 1
          open.append(next)
        }
      }
    }
    return EdgeMap(width: width, height: height, values: values)
  }
}
