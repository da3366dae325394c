import Schedulers
import Tensors

/// ε = 0.5 · input + 0.001 · t on four numbers: enough to tell samplers apart.
enum FakeModel {
  static func latents(_ values: [Float]) -> Latents {
    Latents(count: 1, channels: values.count, height: 1, width: 1, values: values)
  }

  static func run(
    _ scheduler: any Scheduler, from sample: Latents, at start: Int = 0, noise: () -> Latents
  ) -> [SchedulerStep] {
    var (scheduler, sample) = (scheduler, sample)
    return scheduler.timesteps.indices.dropFirst(start).map { index in
      let time = Float(scheduler.timesteps[index])
      let input = scheduler.scaledInput(sample, at: index)
      let step = scheduler.step(
        noisePrediction: input.with(input.values.map { 0.5 * $0 + 0.001 * time }), at: index,
        sample: sample, noise: noise)
      sample = step.sample
      return step
    }
  }
}
