import Kernels
import Tensors

/// What stays the same over all steps of a run: captions, picture size, and all that follows.
///
/// Made by ``PixArtTransformer/prepare(captions:height:width:)``.
public final class TransformerContext: Sendable {
  /// Which rows look at which rows.
  struct Layouts: Sendable {
    let patches: AttentionLayout
    let caption: CaptionLayout
  }

  /// Pictures in the batch, one for each caption.
  public let count: Int
  /// Of the grid of patches.
  let rows: Int
  let columns: Int
  let conditions: MicroConditions?
  /// `[count · rows · columns, hiddenSize]`.
  let positions: Tensor
  let layouts: Layouts
  /// One for each block.
  let captions: [KeysAndValues]

  init(
    count: Int, rows: Int, columns: Int, conditions: MicroConditions?,
    positions: consuming Tensor, layouts: Layouts, captions: [KeysAndValues]
  ) {
    self.count = count
    self.rows = rows
    self.columns = columns
    self.conditions = conditions
    self.positions = positions
    self.layouts = layouts
    self.captions = captions
  }
}
