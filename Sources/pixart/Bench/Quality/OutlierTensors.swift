import Checkpoints
import Tensors

/// Random weights whose activations have channels far above all others, as trained transformers do.
///
/// A few channels of the tokens are 20 to 100 times as far from zero as the rest from the first
/// layer on, and so are a few of each block's feed-forward.
struct OutlierTensors: TensorSource {
  func contains(_ name: String) -> Bool { !name.contains("resolution") }

  func tensor(_ name: String, shape: Shape) throws(CheckpointError) -> StoredTensor {
    // FNV-1a, so that a name has the same numbers in every process.
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let inputs = shape.rank > 1 ? shape.count / shape[0] : 1
    let bound: Float = shape.rank > 1 ? (3 / Float(inputs)).squareRoot() : 0.1
    var values = [Float](repeating: 0, count: shape.count)
    values.withUnsafeMutableBufferPointer { values in
      for index in values.indices {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        values[index] = bound * Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
      }
      let layers = ["pos_embed.proj.", "ff.net.0.proj."]
      guard layers.contains(where: { name.contains($0) }) else { return }
      for (place, factor) in [(0.03, 20), (0.31, 45), (0.77, 100)] as [(Double, Float)] {
        let channel = Int(place * Double(shape[0]))
        let row = values.count / shape[0]
        for index in channel * row..<(channel + 1) * row { values[index] *= factor }
      }
    }
    return StoredTensor(name: name, shape: shape, values: values)
  }
}
