import Schedulers
import Tensors
import Testing

@testable import Generation

/// ε = 0.5 x + 0.001 t, for which published numbers of the samplers exist.
private struct FormulaPredictor: NoisePredictor {
  func callAsFunction(_ latents: Latents, timestep: Double, progress: (Double) -> Void)
    throws(CancellationError) -> NoisePrediction
  {
    let noise = latents.with(latents.values.map { 0.5 * $0 + 0.001 * Float(timestep) })
    return NoisePrediction(unconditional: nil, text: noise, guided: noise)
  }
}

@Suite struct DenoisingTests {
  private func makeDenoising(_ sampler: SamplerName, steps: Int) throws -> Denoising {
    Denoising(
      predictor: FormulaPredictor(),
      scheduler: try sampler.makeScheduler(configuration: SchedulerConfiguration(), steps: steps),
      generator: TorchGenerator(seed: 3),
      latents: Latents(count: 1, channels: 4, height: 1, width: 1, values: [1, -0.5, 0.25, 2]))
  }

  /// The latents that diffusers 0.42.1 gives for this predictor with the published scheduler.
  @Test func followsTheScheduler() throws {
    var denoising = try makeDenoising(.dpmPlusPlus2M, steps: 4)
    let expected: [[Float]] = [
      [-3.049896, -10.632426, -6.841162, 2.005126],
      [-8.517339, -26.191048, -17.354195, 3.265139],
      [-10.814555, -33.955254, -22.384905, 4.612582],
      [-10.035765, -30.997536, -20.516651, 3.938752],
    ]
    for (index, want) in expected.enumerated() {
      let step = try #require(try denoising.next())
      #expect(step.index == index)
      for (got, want) in zip(step.latents.values, want) { #expect(abs(got - want) < 2e-5 * 34) }
    }
    let isOver = try denoising.next() == nil
    #expect(isOver)
  }

  /// A copy after any step goes on to the same end, noise still to come included.
  @Test(arguments: [SamplerName.dpmPlusPlus2M, .eulerAncestral, .saSolver])
  func branchesByCopying(sampler: SamplerName) throws {
    var whole = try makeDenoising(sampler, steps: 6)
    var branches: [Denoising] = [whole]
    while try whole.next() != nil { branches.append(whole) }
    #expect(branches.count == 7)
    for var branch in branches {
      while try branch.next() != nil {}
      #expect(branch.latents == whole.latents)
    }
  }

  /// The noise predicted at the first steps leads to the same place without the model.
  @Test(arguments: SamplerName.allCases.filter { $0 != .dmd }) func repeatsSteps(
    sampler: SamplerName
  ) throws {
    var whole = try makeDenoising(sampler, steps: 6)
    var predictions: [Latents] = []
    while let step = try whole.next() { predictions.append(step.prediction.guided) }
    for count in 0...predictions.count {
      var again = try makeDenoising(sampler, steps: 6)
      for guided in predictions.prefix(count) { again.repeatStep(guided: guided) }
      #expect(again.index == count)
      while try again.next() != nil {}
      #expect(again.latents == whole.latents, "after \(count) steps")
    }
  }
}
