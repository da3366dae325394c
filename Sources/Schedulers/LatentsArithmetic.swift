import Tensors

/// Σ weight · latents, element by element, each weight rounded to Float first.
func weightedSum(_ terms: (weight: Double, latents: Latents)...) -> Latents {
  weightedSum(terms)
}

func weightedSum(_ terms: [(weight: Double, latents: Latents)]) -> Latents {
  precondition(!terms.isEmpty, "a sum of no latents has no shape")
  var sum = [Float](repeating: 0, count: terms[0].latents.values.count)
  for (weight, latents) in terms {
    precondition(
      latents.shape == terms[0].latents.shape,
      "latents \(latents.shape) do not go with \(terms[0].latents.shape)")
    add(Float(weight), latents.values, to: &sum)
  }
  return terms[0].latents.with(sum)
}

private func add(_ weight: Float, _ values: [Float], to sum: inout [Float]) {
  values.withUnsafeBufferPointer { values in
    sum.withUnsafeMutableBufferPointer { sum in
      for index in sum.indices { sum[index] += weight * values[index] }
    }
  }
}

extension Latents {
  func clamped(to limit: Float) -> Latents {
    with(values.map { min(max($0, -limit), limit) })
  }
}
