import Tensors

extension RandomTensors {
  /// An adapter for all linear layers of a model, made up, for timing.
  public func adapter(rank: Int, for configuration: TransformerConfiguration) throws -> [String:
    AdapterLayer]
  {
    var layers: [String: AdapterLayer] = [:]
    for (name, shape) in ExpectedTensors(configuration).adaptable where shape.count == 2 {
      layers[name] = AdapterLayer(
        down: try tensor("\(name).down", shape: [rank, shape[1]]),
        up: try tensor("\(name).up", shape: [shape[0], rank]), factor: 1)
    }
    return layers
  }
}
