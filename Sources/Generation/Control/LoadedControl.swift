import Checkpoints
import Conditioning
import Kernels
import Tensors
import Transformers

/// A ControlNet with its layers made for a model, and what finds edges for it.
struct LoadedControl: Sendable {
  let file: ControlNetFile
  let net: ControlNet
  let hash: String
  /// Of the model that it was made for.
  private let model: String
  private let precision: Precision

  /// - Throws: ``ControlNetError`` if it belongs to another model, ``CheckpointError``.
  init(_ file: ControlNetFile, for model: LoadedModel, device: any Device) throws {
    try file.check(fits: model.configuration, of: model.folder)
    self.file = file
    net = try ControlNet(
      Weights(file.checkpoint, device: device.with(model.precision, .packed)),
      configuration: model.configuration, copies: file.copies)
    hash = file.weightsHash
    self.model = model.hash
    precision = model.precision
  }

  /// Whether it is what a request asks for.
  func serves(_ file: ControlNetFile, for model: LoadedModel) -> Bool {
    file.place == self.file.place && model.hash == self.model && model.precision == precision
      && file.weightsHash == hash
  }
}

/// What leads a request's pictures.
struct RequestControl: Sendable {
  let asked: ControlRequest
  let loaded: LoadedControl
  let detector: EdgeDetector

  var summary: ControlSummary {
    ControlSummary(
      network: loaded.file.name, hash: loaded.hash, edges: detector.source,
      conditionDigest: asked.condition.digest)
  }
}
