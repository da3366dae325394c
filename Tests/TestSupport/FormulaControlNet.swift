public import Checkpoints
public import Foundation
import Tensors

/// A ControlNet of any size with weights by ``FormulaTensors``, as a file with diffusers' names.
public enum FormulaControlNet {
  /// Names and shapes of all tensors.
  public static func shapes(width: Int, copies: Int) -> [String: [Int]] {
    var shapes: [String: [Int]] = [:]
    func layer(_ name: String, _ outputs: Int, _ inputs: Int) {
      shapes[name + ".weight"] = [outputs, inputs]
      shapes[name + ".bias"] = [outputs]
    }
    layer("controlnet.0.before_proj", width, width)
    for copy in 0..<copies {
      let net = "controlnet.\(copy)"
      let block = net + ".copied_block"
      layer(net + ".after_proj", width, width)
      shapes[block + ".scale_shift_table"] = [6, width]
      for attention in ["attn1", "attn2"] {
        for name in ["to_q", "to_k", "to_v", "to_out.0"] {
          layer("\(block).\(attention).\(name)", width, width)
        }
      }
      layer(block + ".ff.net.0.proj", 4 * width, width)
      layer(block + ".ff.net.2", width, 4 * width)
    }
    return shapes
  }

  /// - Parameter change: Of the shapes, on the way.
  public static func write(
    to file: URL, width: Int, copies: Int, _ change: (inout [String: [Int]]) -> Void = { _ in }
  ) throws {
    var shapes = shapes(width: width, copies: copies)
    change(&shapes)
    var writer = SafetensorsWriter()
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      let tensor = try FormulaTensors().tensor(name, shape: Shape(shape))
      writer.add(name, shape: shape, floats: tensor.values)
    }
    try writer.encoded().write(to: file)
  }
}

extension StoredTensor {
  /// Its numbers, which are float32.
  fileprivate var values: [Float] {
    Array(
      UnsafeRawBufferPointer(start: bytes, count: shape.count * 4).bindMemory(to: Float.self))
  }
}
