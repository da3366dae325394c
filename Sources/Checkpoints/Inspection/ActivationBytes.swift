/// Estimates of working memory in bytes: what the largest layer holds at a time, in `Float`.

extension TransformerConfiguration {
  /// - Parameter size: Side of the picture in pixels.
  func activationBytes(size: Int) -> Int {
    let side = max(1, size / 8 / patchSize)
    // The sum, its norm, queries, keys, values, the attention's result; four times the width
    // inside the feed-forward layer. Twice for guidance.
    return 2 * side * side * hiddenSize * (6 + 4) * 4
  }
}

extension T5Configuration {
  func activationBytes(tokens: Int) -> Int {
    // The sum and its norm; queries, keys, values and result; two gates.
    tokens * (2 * dModel + 4 * innerDim + 2 * dFF) * 4
  }
}

extension AutoencoderConfiguration {
  /// - Parameter size: Side of the picture in pixels.
  func activationBytes(size: Int) -> Int {
    switch self {
    case .kl(let configuration):
      // The last stage takes the channels of the one before at full size, twice with its norm,
      // beside three own maps.
      let channels = configuration.blockOutChannels
      let widest = channels.count > 1 ? channels[1] : channels[0]
      return size * size * (2 * widest + 3 * channels[0]) * 4
    case .tiny(let configuration):
      return size * size * 4 * configuration.decoderChannels * 4
    }
  }
}
