extension ExpectedTensors {
  init(_ configuration: AutoencoderKLConfiguration) {
    let channels = configuration.blockOutChannels
    let (first, last) = (channels[0], channels[channels.count - 1])
    let (latent, layers) = (configuration.latentChannels, configuration.layersPerBlock)

    convolution("encoder.conv_in", configuration.inChannels, first)
    stages("encoder.down_blocks", from: first, channels, resnets: layers, "downsamplers")
    middle("encoder.mid_block", last)
    norm("encoder.conv_norm_out", last)
    convolution("encoder.conv_out", last, 2 * latent)
    if configuration.useQuantConv {
      convolution("quant_conv", 2 * latent, 2 * latent, kernel: 1)
    }

    if configuration.usePostQuantConv {
      convolution("post_quant_conv", latent, latent, kernel: 1)
    }
    convolution("decoder.conv_in", latent, last)
    middle("decoder.mid_block", last)
    stages(
      "decoder.up_blocks", from: last, channels.reversed(), resnets: layers + 1, "upsamplers")
    norm("decoder.conv_norm_out", first)
    convolution("decoder.conv_out", first, configuration.outChannels)
  }

  private mutating func stages(
    _ prefix: String, from inputs: Int, _ channels: [Int], resnets: Int, _ sampler: String
  ) {
    var inputs = inputs
    for (stage, outputs) in channels.enumerated() {
      for index in 0..<resnets {
        resnet("\(prefix).\(stage).resnets.\(index)", inputs, outputs)
        inputs = outputs
      }
      if stage < channels.count - 1 {
        convolution("\(prefix).\(stage).\(sampler).0.conv", outputs, outputs)
      }
    }
  }

  private mutating func middle(_ name: String, _ channels: Int) {
    resnet("\(name).resnets.0", channels, channels)
    let attention = "\(name).attentions.0"
    norm("\(attention).group_norm", channels)
    let layers = [("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")]
    for (layer, older) in layers {
      add(
        "\(attention).\(layer).weight", "\(attention).\(older).weight",
        shape: [channels, channels])
      add("\(attention).\(layer).bias", "\(attention).\(older).bias", shape: [channels])
    }
    resnet("\(name).resnets.1", channels, channels)
  }

  private mutating func resnet(_ name: String, _ inputs: Int, _ outputs: Int) {
    norm("\(name).norm1", inputs)
    convolution("\(name).conv1", inputs, outputs)
    norm("\(name).norm2", outputs)
    convolution("\(name).conv2", outputs, outputs)
    if inputs != outputs { convolution("\(name).conv_shortcut", inputs, outputs, kernel: 1) }
  }
}
