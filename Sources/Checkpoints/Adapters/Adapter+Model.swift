import Tensors

extension Adapter {
  /// Its pairs under the names of a model's layers, in the shapes of these.
  ///
  /// - Parameter model: Its name, for messages.
  /// - Throws: ``AdapterError`` if a layer is none of the model's, or of another shape.
  public func layers(for configuration: TransformerConfiguration, model: String)
    throws(AdapterError) -> [String: AdapterLayer]
  {
    let known = ExpectedTensors(configuration).adaptable
    let flat = Dictionary(
      known.keys.map { ($0.replacing(".", with: "_"), $0) }, uniquingKeysWith: { first, _ in first }
    )
    func find(_ layer: String, _ pair: Pair) -> String? {
      known[layer] != nil ? layer : pair.isFlat ? flat[layer] : nil
    }
    let sorted = pairs.sorted { $0.key < $1.key }
    if let first = sorted.first, !sorted.contains(where: { find($0.key, $0.value) != nil }) {
      throw .otherModel(adapter: name, example: first.key, model: model)
    }
    var layers: [String: AdapterLayer] = [:]
    for (layer, pair) in sorted {
      guard let found = find(layer, pair), let shape = known[found] else {
        let names = pair.isFlat ? Array(flat.keys) : Array(known.keys)
        throw .unknownLayer(
          layer, adapter: name, nearest: closest(to: layer, among: names), model: model)
      }
      guard layers[found] == nil else { throw .twice(layer: found, adapter: name) }
      layers[found] = try fit(pair, layer: layer, to: shape)
    }
    return layers
  }

  /// - Parameter shape: Of the layer's weight: outputs, inputs, and a convolution's kernel.
  private func fit(_ pair: Pair, layer: String, to shape: [Int]) throws(AdapterError)
    -> AdapterLayer
  {
    let (outputs, rank) = (shape[0], pair.rank)
    let inputs = shape.dropFirst().reduce(1, *)
    // Linear layers are saved as 1×1 convolutions by some.
    let downs = [[rank] + shape.dropFirst(), [rank, inputs, 1, 1]]
    guard downs.contains(pair.down.shape.dimensions) else {
      throw .wrongShape(
        layer: layer, part: "lora_A (lora_down)", found: pair.down.shape,
        needed: "\(Shape(downs[0]))", adapter: name)
    }
    guard [[outputs, rank], [outputs, rank, 1, 1]].contains(pair.up.shape.dimensions) else {
      throw .wrongShape(
        layer: layer, part: "lora_B (lora_up)", found: pair.up.shape,
        needed: "\(Shape([outputs, rank]))", adapter: name)
    }
    if let magnitude = pair.magnitude, magnitude.shape.count != outputs {
      throw .wrongShape(
        layer: layer, part: "the magnitude", found: magnitude.shape,
        needed: "\(Shape([outputs]))", adapter: name)
    }
    return AdapterLayer(
      down: pair.down.reshaped([rank, inputs]), up: pair.up.reshaped([outputs, rank]),
      factor: factor(of: pair, layer: layer), magnitude: pair.magnitude?.reshaped([outputs]))
  }
}

extension ExpectedTensors {
  /// Shapes of the weights that adapters are for, by the names of their layers.
  var adaptable: [String: [Int]] {
    let ending = ".weight"
    var layers: [String: [Int]] = [:]
    for tensor in all where tensor.shape.count >= 2 && tensor.names[0].hasSuffix(ending) {
      layers[String(tensor.names[0].dropLast(ending.count))] = tensor.shape
    }
    return layers
  }
}
