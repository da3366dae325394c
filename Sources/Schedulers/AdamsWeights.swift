import Foundation

/// ∫ e^{rate·u} ℓᵢ(u) du over [−h, 0], for the Lagrange polynomials ℓᵢ of the nodes.
///
/// What each node's prediction counts in a step of SA-Solver; u = λ − λ at the step's end.
struct AdamsWeights {
  /// One for each node.
  let values: [Double]

  /// Integrates from the nodes' u, all distinct.
  ///
  /// `evenSecondOrder` is diffusers' correction where there are two nodes: the slope between them
  /// counts as if the weight e^{rate·u} were 1.
  init(nodes: [Double], h: Double, rate: Double, evenSecondOrder: Bool) {
    let moments = Self.moments(count: max(nodes.count, 2), h: h, rate: rate)
    var values = nodes.indices.map { index in
      zip(Self.lagrange(nodes, index), moments).reduce(0) { $0 + $1.0 * $1.1 }
    }
    if evenSecondOrder, nodes.count == 2 {
      // ∫ (u + h) du − ∫ e^{rate·u} (u + h) du
      let gain = h * h / 2 - (moments[1] + h * moments[0])
      values[0] += gain / (nodes[0] - nodes[1])
      values[1] -= gain / (nodes[0] - nodes[1])
    }
    self.values = values
  }

  /// ∫ e^{rate·u} uⁿ du over [−h, 0] for n = 0, 1, …, by parts.
  private static func moments(count: Int, h: Double, rate: Double) -> [Double] {
    var moments = [-expm1(-rate * h) / rate]
    for power in 1..<count {
      let edge = pow(-h, Double(power)) * exp(-rate * h)
      moments.append(-(edge + Double(power) * moments[power - 1]) / rate)
    }
    return moments
  }

  /// The polynomial that is 1 at the node `index` and 0 at the others; lowest power first.
  private static func lagrange(_ nodes: [Double], _ index: Int) -> [Double] {
    var polynomial = [1.0]
    for (other, root) in nodes.enumerated() where other != index {
      // times (u − root) / (node − root)
      let raised = [0] + polynomial
      let lowered = polynomial.map { $0 * root } + [0]
      polynomial = zip(raised, lowered).map { ($0 - $1) / (nodes[index] - root) }
    }
    return polynomial
  }
}
