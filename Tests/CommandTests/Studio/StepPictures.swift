import Checkpoints
import Foundation
import Generation
import Jobs
import Kernels
import Tensors
import Testing

/// What each step of a saved picture looks like, made again from its recipe.
struct StepPictures {
  /// An eighth of the size, the first step's first.
  let coarse: [PixelImage]
  private let engine: GenerationActor
  private let request: GenerationRequest
  private let run: SuspendedRun

  init(of picture: URL) async throws {
    let nowhere = URL(filePath: "/nonexistent")
    let engine = GenerationActor(
      library: ModelLibrary(
        environment: Workplace.goldenModels, home: nowhere,
        executable: nowhere.appending(path: "pixart")),
      device: CPU(threads: 1), cache: nil)
    let request = try Replay(file: picture).makeRequest()
    var made: SuspendedRun?
    for await event in engine.generate(request).events {
      if case .picture(let picture) = event { made = picture.kept }
    }
    let run = try #require(made, "the picture cannot be made again")
    (self.engine, self.request, self.run) = (engine, request, run)
    coarse = run.finished.indices.map { run.preview(ofStep: $0) }
  }

  /// A step in full, from 1.
  func decoded(_ step: Int) async throws -> PixelImage {
    try await engine.decode(run.finished[step - 1].denoised, of: request)
  }
}
