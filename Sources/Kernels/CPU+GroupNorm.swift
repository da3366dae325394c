import CKernels
public import Tensors

extension CPU {
  public func groupNorm(
    _ x: borrowing Tensor, groups: Int, weight: Vector, bias: Vector, epsilon: Float,
    activation: Activation
  ) -> Tensor {
    let y = Tensor(x.shape)
    groupNorm(
      x, groups: groups, weight: weight, bias: bias, epsilon: epsilon, activation: activation,
      into: y.mutablePointer)
    return y
  }

  public func groupNorm(
    inPlace x: inout Tensor, groups: Int, weight: Vector, bias: Vector, epsilon: Float,
    activation: Activation
  ) {
    groupNorm(
      x, groups: groups, weight: weight, bias: bias, epsilon: epsilon, activation: activation,
      into: x.mutablePointer)
  }

  /// - Parameter target: As large as `x`, perhaps its own memory.
  private func groupNorm(
    _ x: borrowing Tensor, groups: Int, weight: Vector, bias: Vector, epsilon: Float,
    activation: Activation, into target: UnsafeMutablePointer<Float>
  ) {
    let (pixels, channels) = (x.shape[0] * x.shape[1], x.shape[2])
    precondition(
      groups > 0 && channels % groups == 0, "\(groups) groups do not divide \(x.shape)")
    precondition(
      weight.count == channels && bias.count == channels,
      "[\(weight.count)] weights and [\(bias.count)] biases for \(x.shape)")
    let moments = moments(of: x, groups: groups)
    // Mean, scale and shift of each channel.
    let rows = Tensor([3, channels])
    let (mean, scale, shift) = (
      rows.mutablePointer, rows.mutablePointer + channels, rows.mutablePointer + 2 * channels
    )
    for channel in 0..<channels {
      let group = moments[channel * groups / channels]
      let deviation = (group.squares / group.count + Double(epsilon)).squareRoot()
      mean[channel] = Float(group.mean)
      scale[channel] = weight.pointer[channel] * Float(1 / deviation)
      shift[channel] = bias.pointer[channel]
    }
    let source = x.pointer
    parallel(pixels, grain: max(1, 4096 / channels)) { part in
      let offset = part.lowerBound * channels
      px_scale_channels(
        source + offset, mean, scale, shift, target + offset, part.count, channels,
        activation.kernel)
    }
  }

  /// Number, mean and sum of squared deviations of each group's values.
  private func moments(of x: borrowing Tensor, groups: Int) -> [Moments] {
    let (pixels, channels) = (x.shape[0] * x.shape[1], x.shape[2])
    // Enough parts to share, each long enough that joining them costs nothing.
    let parts = max(1, min(4 * threads.width, pixels / 256))
    var means = [Double](repeating: 0, count: parts * groups)
    var squares = means
    let source = x.pointer
    means.withUnsafeMutableBufferPointer { means in
      squares.withUnsafeMutableBufferPointer { squares in
        guard let means = means.baseAddress, let squares = squares.baseAddress else { return }
        threads.parallel(parts) { part in
          let (first, end) = (pixels * part / parts, pixels * (part + 1) / parts)
          let scratch = Tensor([2, channels])
          px_group_moments(
            source + first * channels, end - first, channels, groups, means + part * groups,
            squares + part * groups, scratch.mutablePointer)
        }
      }
    }
    return (0..<groups).map { group in
      (0..<parts).reduce(into: Moments()) { sum, part in
        let count = (pixels * (part + 1) / parts - pixels * part / parts) * channels / groups
        sum.join(
          Moments(
            count: Double(count), mean: means[part * groups + group],
            squares: squares[part * groups + group]))
      }
    }
  }
}

/// Count, mean and sum of squared deviations from the mean.
private struct Moments {
  var count = 0.0
  var mean = 0.0
  var squares = 0.0

  /// Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample
  /// Variances".
  mutating func join(_ other: Moments) {
    let total = count + other.count
    guard total > 0 else { return }
    let shift = other.mean - mean
    mean += shift * other.count / total
    squares += other.squares + shift * shift * count * other.count / total
    count = total
  }
}
