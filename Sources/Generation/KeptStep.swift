public import Tensors

/// What a finished step left behind, so that a run can be gone back to.
///
/// Three latents of one picture in float32: 48 bytes a latent pixel, which are 192 KB a step at
/// 512 px, 768 KB at 1024 px and 12 MB at 4096 px.
public struct KeptStep: Sendable, Equatable {
  /// The noise that was predicted, after guidance.
  let prediction: Latents
  /// Where the picture was after the step.
  public let latents: Latents
  /// The clean latents predicted on the way.
  public let denoised: Latents
}
