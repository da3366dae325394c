import Checkpoints
import TextEncoding

/// A text encoder with the files that its weights are read from.
///
/// Its memory goes when the last copy of it goes.
struct OpenedTextEncoder: Sendable {
  let encoder: T5Encoder
  /// Nil for weights that are nowhere but in memory.
  private let checkpoint: Checkpoint?
  private let prepared: PreparedFile?

  init(_ encoder: T5Encoder, from checkpoint: Checkpoint?, _ prepared: PreparedFile?) {
    self.encoder = encoder
    self.checkpoint = checkpoint
    self.prepared = prepared
  }

  /// Gives back the memory of all weights that were read; what is used again is read again.
  func letGo() {
    checkpoint?.letGo()
    prepared?.letGo()
  }
}
