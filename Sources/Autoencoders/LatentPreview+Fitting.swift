import Tensors

extension LatentPreview {
  /// The map that comes closest to what an autoencoder makes of patches of noise.
  ///
  /// - Throws: What decoding throws.
  init(fitting autoencoder: any Autoencoder) throws {
    let latents = Self.patches(channels: autoencoder.latentChannels, side: 16)
    let picture = try autoencoder.decode(latents)[0]
    self.init(latents: latents, colours: Self.averages(picture, factor: picture.width / 16))
  }

  /// Least squares for one picture.
  ///
  /// - Parameters:
  ///   - latents: `[1, channels, height, width]`.
  ///   - colours: `[3, height, width]`.
  init(latents: Latents, colours: [Float]) {
    let (channels, pixels) = (latents.channels, latents.height * latents.width)
    precondition(
      latents.count == 1 && colours.count == 3 * pixels,
      "\(colours.count) colours for latents \(latents.shape)")
    var equations = NormalEquations(unknowns: channels + 1)
    for pixel in 0..<pixels {
      let inputs = (0..<channels).map { Double(latents.values[$0 * pixels + pixel]) } + [1]
      equations.add(inputs, (0..<3).map { Double(colours[$0 * pixels + pixel]) })
    }
    let rows = equations.solution.map { SIMD3(Float($0[0]), Float($0[1]), Float($0[2])) }
    self.init(weights: Array(rows[..<channels]), bias: rows[channels])
  }

  /// Squares of 4×4 latent pixels of uniform noise with variance 1, always the same.
  private static func patches(channels: Int, side: Int) -> Latents {
    var state: UInt64 = 1
    var values = [Float](repeating: 0, count: channels * side * side)
    for channel in 0..<channels {
      for top in stride(from: 0, to: side, by: 4) {
        for left in stride(from: 0, to: side, by: 4) {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let value =
            Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31 * Float(3).squareRoot()
          for y in top..<top + 4 {
            for x in left..<left + 4 { values[(channel * side + y) * side + x] = value }
          }
        }
      }
    }
    return Latents(count: 1, channels: channels, height: side, width: side, values: values)
  }

  /// Means of squares of `factor` pixels, `[3, height / factor, width / factor]`.
  private static func averages(_ picture: Picture, factor: Int) -> [Float] {
    let (height, width) = (picture.height / factor, picture.width / factor)
    var sums = [Float](repeating: 0, count: 3 * height * width)
    for row in 0..<3 * height * factor {
      for column in 0..<width * factor {
        sums[row / factor * width + column / factor] += picture.values[row * picture.width + column]
      }
    }
    return sums.map { $0 / Float(factor * factor) }
  }
}

/// A linear least-squares problem with three right-hand sides.
private struct NormalEquations {
  private let unknowns: Int
  /// `[unknowns, unknowns + 3]`: the matrix and its right-hand sides.
  private var rows: [[Double]]

  init(unknowns: Int) {
    self.unknowns = unknowns
    rows = Array(repeating: Array(repeating: 0, count: unknowns + 3), count: unknowns)
    // A trace of damping: inputs that never vary get weight 0.
    for i in 0..<unknowns { rows[i][i] = 1e-9 }
  }

  mutating func add(_ inputs: [Double], _ outputs: [Double]) {
    let values = inputs + outputs
    for i in 0..<unknowns {
      for j in 0..<unknowns + 3 { rows[i][j] += inputs[i] * values[j] }
    }
  }

  /// Three numbers for each unknown, by elimination; the matrix is positive definite.
  var solution: [[Double]] {
    var rows = rows
    for pivot in 0..<unknowns {
      let scale = 1 / rows[pivot][pivot]
      for j in pivot..<unknowns + 3 { rows[pivot][j] *= scale }
      for i in 0..<unknowns where i != pivot {
        let factor = rows[i][pivot]
        for j in pivot..<unknowns + 3 { rows[i][j] -= factor * rows[pivot][j] }
      }
    }
    return rows.map { Array($0[unknowns...]) }
  }
}
