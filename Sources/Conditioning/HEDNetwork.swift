public import Checkpoints
import Foundation
import Kernels
public import Tensors

/// Holistically-nested edge detection: soft edges as a person would draw them.
///
/// Xie and Tu, "Holistically-Nested Edge Detection"; `ControlNetHED_Apache2` of PixArt-alpha, whose
/// names the weights have: `ControlNetHED.pth`.
public struct HEDNetwork: Sendable {
  /// 3×3 convolutions at one resolution, and what of the edges is seen there.
  private struct Block: Sendable {
    let convolutions: [any Convolution]
    let projection: any Convolution
  }

  /// Channels and convolutions of each block.
  private static let shapes = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]

  private let blocks: [Block]
  /// Levels of red, green and blue that are taken away first.
  private let norm: [Float]

  /// - Throws: ``CheckpointError`` if a tensor is missing or has another shape.
  public init(_ weights: Weights) throws(CheckpointError) {
    norm = try weights.tensor("norm", shape: [1, 3, 1, 1]).widened()
    var blocks: [Block] = []
    var inputs = 3
    for (index, (channels, count)) in Self.shapes.enumerated() {
      let scope = weights["block\(index + 1)"]
      var convolutions: [any Convolution] = []
      for layer in 0..<count {
        convolutions.append(
          try scope.convolution(
            "convs.\(layer)", inputs: layer == 0 ? inputs : channels, outputs: channels,
            geometry: .same3x3))
      }
      blocks.append(
        Block(
          convolutions: convolutions,
          projection: try scope.convolution(
            "projection", inputs: channels, outputs: 1, geometry: .pointwise)))
      inputs = channels
    }
    self.blocks = blocks
  }

  /// The least width and height of a picture: it is halved four times.
  public static let leastSide = 16

  /// The edges of a picture.
  ///
  /// - Parameters:
  ///   - image: At least ``leastSide`` pixels wide and high.
  ///   - progress: Called with the share of the work that is done, above 0 up to 1.
  /// - Throws: `CancellationError`.
  public func callAsFunction(
    _ image: PixelImage, cancellation: Cancellation = Cancellation(),
    progress: (Double) -> Void = { _ in }
  ) throws(CancellationError) -> EdgeMap {
    let logits = try logits(
      image.bytes.map { Float($0) / 255 }, height: image.height, width: image.width,
      cancellation: cancellation, progress: progress)
    return EdgeMap(
      width: image.width, height: image.height, values: logits.map { 1 / (1 + exp(-$0)) })
  }

  /// The mean of what the five blocks see, before it is brought to 0...1.
  ///
  /// - Parameter pixels: `[height, width, 3]`, 0 to 1.
  /// - Returns: `[height, width]`.
  func logits(
    _ pixels: [Float], height: Int, width: Int, cancellation: Cancellation = Cancellation(),
    progress: (Double) -> Void = { _ in }
  ) throws(CancellationError) -> [Float] {
    precondition(
      min(height, width) >= Self.leastSide, "a picture of \(width)x\(height) for HED")
    var values = pixels
    for index in values.indices { values[index] = values[index] * 255 - norm[index % 3] }
    return try cancellation.whileCurrent { () throws(CancellationError) in
      var sum = [Float](repeating: 0, count: height * width)
      var hidden = Tensor([height, width, 3], values: values)
      for (index, block) in blocks.enumerated() {
        if index > 0 { hidden = Self.pooled(hidden) }
        for convolution in block.convolutions {
          hidden = convolution.apply(hidden, activation: .relu)
          try cancellation.check()
        }
        Self.add(block.projection.apply(hidden), to: &sum, height: height, width: width)
        progress(Double(index + 1) / Double(blocks.count))
      }
      // Maps of these sizes do not come again.
      TensorPool.shared.trim()
      return sum.map { $0 / Float(blocks.count) }
    }
  }

  /// The largest of 2×2 pixels, channel by channel; an odd last row or column is left out.
  private static func pooled(_ x: borrowing Tensor) -> Tensor {
    let (height, width, channels) = (x.shape[0] / 2, x.shape[1] / 2, x.shape[2])
    let line = x.shape[1] * channels
    let source = x.values
    var values = [Float](repeating: 0, count: height * width * channels)
    for row in 0..<height {
      for column in 0..<width {
        let start = 2 * row * line + 2 * column * channels
        let target = (row * width + column) * channels
        for channel in 0..<channels {
          let place = start + channel
          values[target + channel] = max(
            max(source[place], source[place + channels]),
            max(source[place + line], source[place + line + channels]))
        }
      }
    }
    return Tensor([height, width, channels], values: values)
  }

  /// Adds a map that is stretched to the whole picture, bilinear between pixel centres.
  private static func add(
    _ map: borrowing Tensor, to sum: inout [Float], height: Int, width: Int
  ) {
    let source = map.values
    let columns = samples(from: map.shape[1], to: width)
    for (row, down) in samples(from: map.shape[0], to: height).enumerated() {
      let (upper, lower) = (down.first * map.shape[1], down.second * map.shape[1])
      for (column, across) in columns.enumerated() {
        let above = across.mix(source[upper + across.first], source[upper + across.second])
        let below = across.mix(source[lower + across.first], source[lower + across.second])
        sum[row * width + column] += down.mix(above, below)
      }
    }
  }

  /// Two neighbouring rows (or columns) and how much of the second to take.
  private struct Sample {
    let first: Int
    let second: Int
    let weight: Float

    func mix(_ a: Float, _ b: Float) -> Float { a * (1 - weight) + b * weight }
  }

  private static func samples(from extent: Int, to count: Int) -> [Sample] {
    let scale = Float(extent) / Float(count)
    return (0..<count).map { index in
      let position = max(0, scale * (Float(index) + 0.5) - 0.5)
      let first = min(Int(position), extent - 1)
      return Sample(
        first: first, second: min(first + 1, extent - 1), weight: position - Float(first))
    }
  }
}
