import Foundation
import Tensors

/// The fixed sines and cosines that tell patches where they are.
///
/// PixArt-α, "Multi-scale vertex training"; `get_2d_sincos_pos_embed` in diffusers. Positions are
/// stretched so that any grid covers the range of the base grid.
enum PositionEmbedding {
  /// - Parameters:
  ///   - rows: Height of the grid of patches.
  ///   - columns: Width of the grid of patches.
  ///   - baseSize: Side of the grid the model was made for: sample size / patch size.
  /// - Returns: `[rows · columns, width]`: for each patch the sines and cosines of its column, then
  ///   of its row.
  static func table(
    rows: Int, columns: Int, width: Int, baseSize: Int, interpolationScale: Float
  ) -> [Float] {
    precondition(width % 4 == 0, "a quarter of \(width) channels for each sine and cosine")
    let across = axis(columns, width: width / 2, baseSize, interpolationScale)
    let down = axis(rows, width: width / 2, baseSize, interpolationScale)
    var table: [Float] = []
    table.reserveCapacity(rows * columns * width)
    for row in 0..<rows {
      for column in 0..<columns {
        table += across[column]
        table += down[row]
      }
    }
    return table
  }

  /// One row of `width` numbers a position: sines, then cosines.
  private static func axis(_ extent: Int, width: Int, _ baseSize: Int, _ scale: Float) -> [[Float]]
  {
    let quarter = width / 2
    let omega = (0..<quarter).map { pow(10000, -Double($0) / Double(quarter)) }
    // Positions are rounded to float32 after each division, angles are float64.
    let stretch = Float(Double(extent) / Double(baseSize))
    return (0..<extent).map { index in
      let position = Double(Float(index) / stretch / scale)
      return omega.map { Float(sin(position * $0)) } + omega.map { Float(cos(position * $0)) }
    }
  }
}
