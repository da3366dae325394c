import Checkpoints
import Kernels
import Synchronization
import Tensors
import Transformers

/// A model's transformer, with or without adapters, which can leave memory and come back.
///
/// Its file stays open meanwhile, so it comes back as it was whatever happens to the file's name.
final class RecallableTransformer: Sendable {
  private struct Opened: Sendable {
    /// Whose matrices were made already.
    let weights: Weights
    let transformer: PixArtTransformer
  }

  private let configuration: TransformerConfiguration
  private let makeWeights: @Sendable () throws -> Weights
  /// Nil for weights that are nowhere but in memory.
  private let checkpoint: Checkpoint?
  /// The same without adapters; nil if there are none.
  private let base: RecallableTransformer?
  // Only the engine's thread comes here, but the model around it is handed from place to place.
  private let opened = Mutex<Opened?>(nil)

  /// Opens nothing yet.
  ///
  /// - Parameter device: Of the precision wanted.
  init(_ checkpoint: Checkpoint, configuration: TransformerConfiguration, device: any Device) {
    self.configuration = configuration
    self.checkpoint = checkpoint
    base = nil
    makeWeights = { Weights(checkpoint, device: device).keepingMatrices() }
  }

  /// One whose weights are in memory, where they stay.
  init(_ weights: Weights, configuration: TransformerConfiguration) throws {
    self.configuration = configuration
    checkpoint = nil
    base = nil
    makeWeights = { weights.keepingMatrices() }
    _ = try open()
  }

  private init(_ base: RecallableTransformer, _ layers: AdaptedLayers) {
    configuration = base.configuration
    checkpoint = base.checkpoint
    self.base = base
    makeWeights = { try base.weights().adapted(by: layers) }
  }

  /// The same with these adapters and no others; matrices are shared, nothing is opened yet.
  func adapted(by layers: AdaptedLayers) -> RecallableTransformer {
    RecallableTransformer(withoutAdapters, layers)
  }

  /// The same as its files have it.
  var withoutAdapters: RecallableTransformer { base ?? self }

  var isOpen: Bool { opened.withLock { $0 != nil } }

  /// The transformer, whose matrices are packed first where the precision demands it and they are not.
  ///
  /// - Throws: `CheckpointError` if a tensor is missing or has another shape; `CancellationError` once
  ///   the current `Cancellation` is raised, as what is packed after that is garbage.
  func open() throws -> PixArtTransformer { try ready().transformer }

  private func weights() throws -> Weights { try ready().weights }

  private func ready() throws -> Opened {
    try opened.withLock { opened in
      if let opened { return opened }
      let weights = try makeWeights()
      let made = Opened(
        weights: weights,
        transformer: try PixArtTransformer(weights, configuration: configuration))
      try Cancellation.current?.check()
      opened = made
      return made
    }
  }

  /// Gives its memory back, once nobody holds what ``open()`` gave.
  func letGo() {
    guard let checkpoint else { return }
    opened.withLock { $0 = nil }
    base?.letGo()
    checkpoint.letGo()
  }
}
