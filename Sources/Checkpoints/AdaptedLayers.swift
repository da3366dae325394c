import Kernels
import Tensors

/// What each layer of a model gets from adapters, all of them with their scales.
///
/// Adapters of one layer are one of higher rank: their `down` lie one below the other, their `up`
/// side by side, and scales are folded into these. So several cost no more than their ranks do.
public struct AdaptedLayers: Sendable {
  private struct Part: Sendable {
    let layer: AdapterLayer
    /// Of this adapter, as the request has it.
    let scale: Float
  }

  private var parts: [String: [Part]] = [:]

  /// - Parameter adapters: Fitted to one model; those with a scale of 0 are as if they were not there.
  public init(_ adapters: [(layers: [String: AdapterLayer], scale: Double)]) {
    for (layers, scale) in adapters where scale != 0 {
      for (name, layer) in layers {
        parts[name, default: []].append(Part(layer: layer, scale: Float(scale)))
      }
    }
  }

  func contains(_ layer: String) -> Bool { parts[layer] != nil }

  /// Whether an adapter says how long the rows of the adapted matrix are (DoRA).
  func needsWeight(_ layer: String) -> Bool {
    parts[layer]?.contains { $0.layer.magnitude != nil } ?? false
  }

  /// - Parameter weight: The layer's, `[outputs, inputs]`; only where it is needed.
  func lowRank(for layer: String, weight: StoredTensor?, device: any Device) -> LowRank {
    guard let parts = parts[layer], let first = parts.first else {
      preconditionFailure("no adapter for '\(layer)'")
    }
    let outputs = first.layer.up.shape[0]
    let rank = parts.reduce(0) { $0 + $1.layer.rank }
    var factors: [Float]?
    var up = [Float](repeating: 0, count: outputs * rank)
    var column = 0
    for part in parts {
      let (own, scale) = (part.layer.rank, part.scale * part.layer.factor)
      var gains = [Float](repeating: 1, count: outputs)
      if let magnitude = part.layer.magnitude, let weight {
        let lengths = part.layer.rowLengths(of: weight, scale: scale, device: device)
        gains = zip(magnitude.widened(), lengths).map { $1 > 0 ? $0 / $1 : 0 }
        let sum = factors ?? [Float](repeating: 1, count: outputs)
        factors = zip(sum, gains).map { $0 + $1 - 1 }
      }
      let values = part.layer.up.widened()
      for output in 0..<outputs {
        for index in 0..<own {
          up[output * rank + column + index] =
            values[output * own + index] * scale * gains[output]
        }
      }
      column += own
    }
    return LowRank(
      down: parts.count == 1
        ? first.layer.down
        : StoredTensor(
          name: layer, shape: [rank, first.layer.down.shape[1]],
          values: parts.flatMap { $0.layer.down.widened() }),
      up: StoredTensor(name: layer, shape: [outputs, rank], values: up), factors: factors)
  }
}

extension AdapterLayer {
  /// Lengths of the rows of `weight + scale · up · down`, which is never written out.
  ///
  /// ‖w + s·b·A‖² = ‖w‖² + 2s·(w·Aᵀ)·b + s²·b·(A·Aᵀ)·bᵀ for a row w of the weight and b of `up`.
  ///
  /// - Parameter weight: `[outputs, inputs]`.
  fileprivate func rowLengths(of weight: StoredTensor, scale: Float, device: any Device) -> [Float]
  {
    let matrix = device.with(.fp32, .mapped).matrix(down)
    let rows = Tensor(weight.shape, values: weight.widened())
    let met = matrix.multiply(rows, bias: nil, activation: .identity).values
    let own = Tensor(down.shape, values: down.widened())
    let gram = matrix.multiply(own, bias: nil, activation: .identity).values
    let (values, up, inputs) = (rows.values, up.widened(), weight.shape[1])
    let scale = Double(scale)
    return (0..<weight.shape[0]).map { output in
      var square = 0.0
      for value in values[output * inputs..<(output + 1) * inputs] {
        square += Double(value) * Double(value)
      }
      for i in 0..<rank {
        let b = Double(up[output * rank + i])
        square += 2 * scale * b * Double(met[output * rank + i])
        for j in 0..<rank {
          square += scale * scale * b * Double(up[output * rank + j]) * Double(gram[i * rank + j])
        }
      }
      return Float(max(0, square).squareRoot())
    }
  }
}
