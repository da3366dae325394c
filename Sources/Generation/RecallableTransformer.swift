import Checkpoints
import Kernels
import Synchronization
import Tensors
import Transformers

/// A model's transformer, which can leave memory and come back.
///
/// Its file stays open meanwhile, so it comes back as it was whatever happens to the file's name.
final class RecallableTransformer: Sendable {
  private let configuration: TransformerConfiguration
  private let device: any Device
  /// Nil for weights that are nowhere but in memory.
  private let checkpoint: Checkpoint?
  // Only the engine's thread comes here, but the model around it is handed from place to place.
  private let opened: Mutex<PixArtTransformer?>

  /// Opens nothing yet.
  ///
  /// - Parameter device: Of the precision wanted.
  init(_ checkpoint: Checkpoint, configuration: TransformerConfiguration, device: any Device) {
    self.configuration = configuration
    self.device = device
    self.checkpoint = checkpoint
    opened = Mutex(nil)
  }

  /// One whose weights are in memory, where they stay.
  init(
    _ transformer: PixArtTransformer, configuration: TransformerConfiguration, device: any Device
  ) {
    self.configuration = configuration
    self.device = device
    checkpoint = nil
    opened = Mutex(transformer)
  }

  var isOpen: Bool { opened.withLock { $0 != nil } }

  /// The transformer, whose matrices are packed first where the precision demands it and they are not.
  ///
  /// - Throws: `CheckpointError` if a tensor is missing or has another shape; `CancellationError` once
  ///   the current `Cancellation` is raised, as what is packed after that is garbage.
  func open() throws -> PixArtTransformer {
    try opened.withLock { opened in
      if let opened { return opened }
      guard let checkpoint else { preconditionFailure("weights in memory are never let go") }
      let made = try PixArtTransformer(
        Weights(checkpoint, device: device), configuration: configuration)
      try Cancellation.current?.check()
      opened = made
      return made
    }
  }

  /// Gives its memory back, once nobody holds what ``open()`` gave.
  func letGo() {
    guard let checkpoint else { return }
    opened.withLock { $0 = nil }
    checkpoint.letGo()
  }
}
