package import Tensors
import Transformers

/// What a run asks for noise: hides the model, its captions and its batch from the sampler's loop.
protocol NoisePredictor: Sendable {
  /// - Parameters:
  ///   - latents: One picture, as the scheduler scaled it.
  ///   - progress: Called with the share of the work that is done, above 0 up to 1.
  func callAsFunction(_ latents: Latents, timestep: Double, progress: (Double) -> Void)
    throws(CancellationError) -> NoisePrediction
}

/// The network's output of one step.
struct NoisePrediction: Sendable {
  /// All channels, for the negative prompt; nil without guidance.
  let unconditional: Latents?
  /// All channels, for the prompt.
  let text: Latents
  /// Predicted noise after guidance.
  let guided: Latents
}

/// A transformer with everything that stays the same over a run.
struct GuidedTransformer: NoisePredictor {
  let transformer: PixArtTransformer
  let context: TransformerContext
  /// What leads the step; nothing in steps outside of its share.
  var control: ControlContext?
  let guidance: Double
  let cancellation: Cancellation

  /// Classifier-free guidance: the negative prompt's and the prompt's half in one batch.
  func callAsFunction(_ latents: Latents, timestep: Double, progress: (Double) -> Void)
    throws(CancellationError) -> NoisePrediction
  {
    let batch = Latents(
      count: context.count, channels: latents.channels, height: latents.height,
      width: latents.width, values: (0..<context.count).flatMap { _ in latents.values })
    let output: Latents
    if let control {
      output = try transformer(
        batch, timestep: Float(timestep), context: context, control: control,
        cancellation: cancellation, progress: progress)
    } else {
      output = try transformer(
        batch, timestep: Float(timestep), context: context, cancellation: cancellation,
        progress: progress)
    }
    guard context.count == 2 else {
      return NoisePrediction(
        unconditional: nil, text: output, guided: output.noise(channels: latents.channels))
    }
    let (unconditional, text) = (output.picture(0), output.picture(1))
    let guidance = Float(guidance)
    let guided = text.with(
      zip(unconditional.values, text.values).map { $0 + guidance * ($1 - $0) })
    return NoisePrediction(
      unconditional: unconditional, text: text,
      guided: guided.noise(channels: latents.channels))
  }
}

extension Latents {
  /// One picture of a batch.
  package func picture(_ index: Int) -> Latents {
    let size = channels * height * width
    return Latents(
      count: 1, channels: channels, height: height, width: width,
      values: Array(values[index * size..<(index + 1) * size]))
  }

  /// The first channels of a single picture: the noise, without the variance behind it.
  func noise(channels: Int) -> Latents {
    Latents(
      count: 1, channels: channels, height: height, width: width,
      values: Array(values[..<(channels * height * width)]))
  }
}
