import Autoencoders
import Kernels
import Tensors

@testable import Generation

extension LatentDigest {
  static let example = LatentDigest(
    steps: [1, 2, 3].map { value in
      Latents(count: 1, channels: 1, height: 1, width: 1, values: [value])
    })
}

extension GeneratedPicture {
  /// Two pixels, as an engine hands them out.
  static func example(
    index: Int = 0, seed: UInt64, variationSeed: UInt64? = nil, adapters: [AdapterChoice] = [],
    control: ControlSummary? = nil
  ) -> GeneratedPicture {
    GeneratedPicture(
      index: index, image: PixelImage(width: 2, height: 1, bytes: [1, 2, 3, 4, 5, 6]), seed: seed,
      variationSeed: variationSeed, madeSize: PictureSize(width: 2, height: 1), sampler: "euler",
      cleanedPrompt: "a red fox",
      model: "small", modelHash: "0123456789abcdef", adapters: adapters, precision: .fp32,
      digest: .example, control: control,
      kept: SuspendedRun(
        picture: index, steps: 3, finished: [],
        previewMap: LatentPreview(weights: [.zero], bias: .zero),
        identity: RunIdentity(
          GenerationRequest(model: "small", prompt: "a red fox"), model: "small", size: "2x1",
          precision: "fp32", adapters: nil)))
  }
}
