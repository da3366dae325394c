import Tensors

/// A tensor that a network of a certain configuration needs.
struct ExpectedTensor {
  /// The first is the usual one; older files may use another.
  let names: [String]
  let shape: [Int]

  init(_ names: String..., shape: [Int]) {
    self.names = names
    self.shape = shape
  }
}

/// Collects what a network needs, layer by layer.
struct ExpectedTensors {
  private(set) var all: [ExpectedTensor] = []

  mutating func add(_ names: String..., shape: [Int]) {
    all += [ExpectedTensor(names: names, shape: shape)]
  }

  mutating func linear(_ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = true) {
    add(name + ".weight", shape: [outputs, inputs])
    if bias { add(name + ".bias", shape: [outputs]) }
  }

  mutating func convolution(
    _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 3, bias: Bool = true
  ) {
    add(name + ".weight", shape: [outputs, inputs, kernel, kernel])
    if bias { add(name + ".bias", shape: [outputs]) }
  }

  mutating func norm(_ name: String, _ channels: Int) {
    add(name + ".weight", shape: [channels])
    add(name + ".bias", shape: [channels])
  }

  /// Two linear layers, `linear_1` and `linear_2`.
  mutating func twoLayers(_ name: String, _ inputs: Int, _ outputs: Int) {
    linear(name + ".linear_1", inputs, outputs)
    linear(name + ".linear_2", outputs, outputs)
  }

  // MARK: Comparing

  /// What a checkpoint lacks of these, in sentences; equal faults are told once, with a count.
  func problems(in checkpoint: Checkpoint) -> [String] {
    var missing: [String] = []
    var misshapen: [String] = []
    var unusable: [String] = []
    for tensor in all {
      switch checkpoint.state(of: tensor) {
      case .sound: break
      case .missing: missing.append(tensor.names[0])
      case .misshapen(let found):
        misshapen.append("\(tensor.names[0].quoted) is \(found) instead of \(tensor.shape)")
      case .unusable(let found): unusable.append("\(tensor.names[0].quoted) is \(found)")
      }
    }
    var problems: [String] = []
    if let first = missing.first {
      let hint = checkpoint.nearest(to: first).map { " (nearest there: \($0.quoted))" } ?? ""
      problems.append("\(missing.count) of \(all.count) tensors missing: \(first.quoted)\(hint)")
    }
    for faults in [misshapen, unusable] {
      guard let first = faults.first else { continue }
      problems.append(first + (faults.count > 1 ? ", and \(faults.count - 1) more such" : ""))
    }
    return problems
  }

  /// Tensors of a checkpoint that are none of these, in order.
  func strangers(in checkpoint: Checkpoint) -> [String] {
    let known = Set(all.flatMap(\.names))
    return checkpoint.names.filter { !known.contains($0) }
  }
}

extension ExpectedTensor {
  fileprivate init(names: [String], shape: [Int]) {
    self.names = names
    self.shape = shape
  }
}

extension Checkpoint {
  fileprivate enum State {
    case sound, missing
    case misshapen([Int])
    case unusable(UnusableTensor)
  }

  fileprivate func state(of expected: ExpectedTensor) -> State {
    for name in expected.names {
      do {
        let found = try tensor(name).shape.dimensions
        // Attention of older files was saved as 1×1 convolutions.
        let isSame = found == expected.shape || found == expected.shape + [1, 1]
        return isSame ? .sound : .misshapen(found)
      } catch .unusableTensor(_, let found) {
        return .unusable(found)
      } catch {
        continue
      }
    }
    return .missing
  }
}
