import Checkpoints
import Kernels

/// The operations and the memory of a request, from configurations alone.
///
/// Operations count a multiply-add as two; what is not a product is left out. Memory is what the
/// layers hold at once, with what the pool keeps for the next ones.
struct RequestWork {
  /// Of the text encoder, for all prompts that are in no cache.
  let textEncoding: Double
  /// Of what is prepared once a request: caption keys and values for every block.
  let preparation: Double
  let imageEncoding: Double
  /// Of one step.
  let step: Double
  /// Bytes of matrices that are packed when the model is opened.
  let packing: Double
  /// Bytes of the packed matrices, which are no pages of a file.
  let packedBytes: Int
  /// Transformer blocks of one step.
  let blocks: Int
  /// Of decoding one picture.
  let decoding: Double
  /// Bytes of the text encoder's weights that a prompt meets.
  let textEncoderBytes: Int
  /// Peaks of the stages, in bytes, without what the process needs anyway.
  let encodingBytes: Int
  let denoisingBytes: Int
  let decodingBytes: Int

  /// Products pack their weights first, which costs as much as this many rows.
  private static let packingRows = 12.0

  /// - Returns: Nil if a part of the model cannot be read.
  init?(_ facts: RequestFacts, of model: ModelDescription) {
    guard let transformer = model.transformer, let autoencoder = model.autoencoder,
      let textEncoder = model.textEncoder
    else { return nil }
    let pictures = AutoencoderWork(autoencoder)
    let factor = model.sizeMultiple
    let patches = Double(facts.size.width / factor * (facts.size.height / factor))
    let batch = facts.isGuided ? 2.0 : 1.0
    blocks = transformer.numLayers + (facts.control?.copies ?? 0)
    let (width, layers) = (Double(transformer.hiddenSize), Double(transformer.numLayers))
    let (rows, captions) = (batch * patches, Double(facts.promptTokens.reduce(0, +)))
    // Rows that look at one token ask nothing.
    let asked = facts.promptTokens.filter { $0 > 1 }
    let asking = rows - Double(facts.promptTokens.count - asked.count) * patches

    // A ControlNet's copies are blocks like others, in the steps that it leads.
    let copies = Double(facts.control?.copies ?? 0)
    let led = copies * Double(facts.control?.ledSteps ?? 0) / Double(max(1, facts.steps))

    let packed = facts.precision == .int8 ? 0 : Self.packingRows
    textEncoding = facts.encodedTokens.reduce(0) {
      $0 + Self.operations(textEncoder, tokens: $1, packed)
    }
    preparation = Self.product(
      rows: captions,
      weights: width * (Double(transformer.captionChannels) + width)
        + (layers + copies) * 2 * width * width)
    let pictureCount = (facts.encodesImage ? 1.0 : 0) + (facts.control == nil ? 0 : 1)
    imageEncoding =
      2 * pictureCount * pictures.encoding(facts.size, tiled: facts.tilesDecoding)
      + (facts.control?.edgeOperations(facts.size) ?? 0)
    // Self-attention's four products, cross-attention's two for the picture, feed-forward's eight.
    step =
      (layers + led)
      * (Self.product(rows: rows, weights: 12 * width * width)
        + Self.product(rows: asking, weights: 2 * width * width)
        + 4 * width * patches * (rows + Double(asked.reduce(0, +))))
      + led * Self.product(rows: rows, weights: width * width)
      + Self.product(rows: 1, weights: 8 * width * width)
    decoding = 2 * pictures.decoding(facts.size, tiled: facts.tilesDecoding)

    let weights = PartBytes(model, transformer: transformer, facts.precision)
    let matrices = 17 * Int(copies * width * width)
    let controlBytes =
      switch facts.precision {
      case .fp32: facts.control?.bytes ?? 0
      case .bf16: 2 * matrices
      case .int8: matrices
      }
    packedBytes = facts.precision == .fp32 ? 0 : weights.transformer
    packing = facts.precision == .fp32 ? 0 : Double(model.bytes[.transformer] ?? 0)
    textEncoderBytes = weights.textEncoder
    let tokens = facts.encodedTokens.max() ?? 0
    let encoderTensors =
      tokens
      * (6 * max(textEncoder.dModel, textEncoder.innerDim)
        + 2 * textEncoder.dFF) * 4
    // In turns, a block of the text encoder at a time, and the transformer only for steps.
    let turns = facts.savesMemory
    // What was packed at opening, and what an earlier run of the same model touched, stays.
    let kept =
      (turns ? 0 : facts.isLoaded ? weights.transformer : packedBytes)
      + (facts.isLoaded ? weights.autoencoder : 0)
    let encoderWeights = turns ? weights.textEncoder / textEncoder.numLayers : weights.textEncoder
    encodingBytes =
      max(
        facts.encodedTokens.isEmpty ? 0 : encoderWeights + encoderTensors + kept,
        facts.control?.edgeBytes(facts.size) ?? 0)
    // For all rows: positions, hidden state, norm, queries, keys, values and their mix, and four
    // times as much inside the feed-forward.
    let captionBytes = Int(captions * (layers + copies) * 2 * width) * 4
    // The condition's tokens, and those that the copies work on.
    let controlTokens = facts.control == nil ? 0 : 2 * Int(rows * width) * 4
    let context = Int(rows * width) * 4 + captionBytes + controlTokens + controlBytes
    // Three latents in float32 of every step, as KeptStep has them.
    let latents = Int(patches) * transformer.patchSize * transformer.patchSize
    let stepBytes = facts.steps * 3 * transformer.inChannels * latents * 4
    denoisingBytes =
      weights.transformer + facts.adapterBytes + encoderTensors + context + 10 * Int(rows * width)
      * 4 + stepBytes
      + (facts.isLoaded || pictureCount > 0 || facts.count > 1 ? weights.autoencoder : 0)
    decodingBytes =
      (turns ? 0 : weights.transformer + facts.adapterBytes) + weights.autoencoder + context
      + stepBytes
      + pictures.decodingBytes(facts.size, tiled: facts.tilesDecoding)
  }

  /// What every step or a decode holds at once; a text encoder's pages can be given up meanwhile.
  ///
  /// - Parameter available: Bytes that can be had.
  /// - Throws: ``GenerationError/notEnoughMemory(needed:available:size:)``.
  func checkFits(_ size: PictureSize, into available: Int, isLoaded: Bool) throws(GenerationError) {
    let needed = max(denoisingBytes, decodingBytes) - (isLoaded ? packedBytes : 0)
    guard needed > available else { return }
    throw .notEnoughMemory(needed: needed, available: available, size: size)
  }

  private static func product(
    rows: Double, weights: Double, packed packingRows: Double = packingRows
  ) -> Double {
    rows > 0 ? 2 * weights * (rows + packingRows) : 0
  }

  private static func operations(
    _ t5: T5Configuration, tokens: Int, _ packingRows: Double
  ) -> Double {
    let (width, inner, count) = (Double(t5.dModel), Double(t5.innerDim), Double(tokens))
    return Double(t5.numLayers)
      * (product(
        rows: count, weights: 4 * width * inner + 3 * width * Double(t5.dFF), packed: packingRows)
        + 4 * count * count * inner)
  }
}

/// Bytes of the weights that a run touches.
private struct PartBytes {
  let transformer: Int
  let textEncoder: Int
  /// Of the half that decodes.
  let autoencoder: Int

  init(
    _ model: ModelDescription, transformer shape: TransformerConfiguration, _ precision: Precision
  ) {
    let matrices = 16 * shape.numLayers * shape.hiddenSize * shape.hiddenSize
    // Packed matrices take the place of the stored ones.
    transformer =
      switch precision {
      case .fp32: model.bytes[.transformer] ?? 0
      case .bf16: 2 * matrices
      case .int8: matrices
      }
    let stored = Double(model.bytes[.textEncoder] ?? 0)
    if let t5 = model.textEncoder {
      // A prompt looks up a few rows of the vocabulary.
      let layer =
        4 * Double(t5.dModel) * Double(t5.innerDim) + 3 * Double(t5.dModel) * Double(t5.dFF)
      let layers = Double(t5.numLayers) * layer
      let all = layers + Double(t5.vocabSize) * Double(t5.dModel)
      // Prepared weights take a byte each, those that end a feed-forward two.
      let prepared = layers + Double(t5.numLayers) * Double(t5.dModel) * Double(t5.dFF)
      textEncoder = Int(precision == .int8 ? prepared : stored * layers / all)
    } else {
      textEncoder = Int(stored)
    }
    // The decoder has a block more a stage.
    autoencoder = Int(Double(model.bytes[.autoencoder] ?? 0) * 0.6)
  }
}
