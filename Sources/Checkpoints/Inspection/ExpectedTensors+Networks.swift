extension ExpectedTensors {
  /// `PixArtTransformer2DModel`.
  init(_ configuration: TransformerConfiguration) {
    let (width, head) = (configuration.hiddenSize, "adaln_single.emb")
    let patch = configuration.patchSize
    convolution("pos_embed.proj", configuration.inChannels, width, kernel: patch)
    twoLayers("\(head).timestep_embedder", 256, width)
    if configuration.useAdditionalConditions {
      twoLayers("\(head).resolution_embedder", 256, width / 3)
      twoLayers("\(head).aspect_ratio_embedder", 256, width / 3)
    }
    linear("adaln_single.linear", width, 6 * width)
    twoLayers("caption_projection", configuration.captionChannels, width)
    for block in 0..<configuration.numLayers {
      let prefix = "transformer_blocks.\(block)"
      add("\(prefix).scale_shift_table", shape: [6, width])
      for attention in ["attn1", "attn2"] {
        for layer in ["to_q", "to_k", "to_v", "to_out.0"] {
          linear("\(prefix).\(attention).\(layer)", width, width)
        }
      }
      linear("\(prefix).ff.net.0.proj", width, 4 * width)
      linear("\(prefix).ff.net.2", 4 * width, width)
    }
    add("scale_shift_table", shape: [2, width])
    linear("proj_out", width, patch * patch * configuration.outChannels)
  }

  /// `T5EncoderModel`.
  init(_ configuration: T5Configuration) {
    let (width, inner) = (configuration.dModel, configuration.innerDim)
    add(
      "shared.weight", "encoder.embed_tokens.weight", shape: [configuration.vocabSize, width])
    for block in 0..<configuration.numLayers {
      let attention = "encoder.block.\(block).layer.0"
      for layer in ["q", "k", "v"] {
        linear("\(attention).SelfAttention.\(layer)", width, inner, bias: false)
      }
      linear("\(attention).SelfAttention.o", inner, width, bias: false)
      if block == 0 {
        add(
          "\(attention).SelfAttention.relative_attention_bias.weight",
          shape: [configuration.relativeAttentionNumBuckets, configuration.numHeads])
      }
      add("\(attention).layer_norm.weight", shape: [width])
      let feedForward = "encoder.block.\(block).layer.1"
      linear("\(feedForward).DenseReluDense.wi_0", width, configuration.dFF, bias: false)
      linear("\(feedForward).DenseReluDense.wi_1", width, configuration.dFF, bias: false)
      linear("\(feedForward).DenseReluDense.wo", configuration.dFF, width, bias: false)
      add("\(feedForward).layer_norm.weight", shape: [width])
    }
    add("encoder.final_layer_norm.weight", shape: [width])
  }

  init(_ configuration: AutoencoderConfiguration) {
    switch configuration {
    case .kl(let configuration): self.init(configuration)
    case .tiny(let configuration): self.init(configuration)
    }
  }

  private init(_ configuration: AutoencoderTinyConfiguration) {
    tinyStages(
      "encoder", blocks: configuration.numEncoderBlocks, channels: configuration.encoderChannels,
      inputs: configuration.inChannels)
    convolution(
      "encoder.layers.\(configuration.numEncoderBlocks.layers)", configuration.encoderChannels,
      configuration.latentChannels)

    let channels = configuration.decoderChannels
    convolution("decoder.layers.0", configuration.latentChannels, channels)
    var layer = 2  // 1 is an activation
    for (stage, blocks) in configuration.numDecoderBlocks.enumerated() {
      for _ in 0..<blocks {
        tinyBlock("decoder.layers.\(layer)", channels)
        layer += 1
      }
      let isLast = stage == configuration.numDecoderBlocks.count - 1
      if !isLast { layer += 1 }  // doubles the picture
      convolution(
        "decoder.layers.\(layer)", channels, isLast ? configuration.outChannels : channels,
        bias: isLast)
      layer += 1
    }
  }

  private mutating func tinyStages(_ prefix: String, blocks: [Int], channels: Int, inputs: Int) {
    var layer = 0
    for (stage, count) in blocks.enumerated() {
      convolution(
        "\(prefix).layers.\(layer)", stage == 0 ? inputs : channels, channels, bias: stage == 0)
      layer += 1
      for _ in 0..<count {
        tinyBlock("\(prefix).layers.\(layer)", channels)
        layer += 1
      }
    }
  }

  private mutating func tinyBlock(_ name: String, _ channels: Int) {
    for layer in [0, 2, 4] { convolution("\(name).conv.\(layer)", channels, channels) }
  }
}

extension [Int] {
  /// Layers of the tiny encoder before its last one: a convolution and the blocks of each stage.
  fileprivate var layers: Int { count + reduce(0, +) }
}
