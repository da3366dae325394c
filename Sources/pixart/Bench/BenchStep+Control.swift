import ArgumentParser
import Checkpoints
import Foundation
import Kernels
import Tensors
import Transformers

/// A step without and with a ControlNet, by turns, so that both meet the same machine.
extension BenchStep {
  /// Blocks that the published ControlNets copy.
  static let publishedCopies = 13

  func runControl(
    _ benchmark: Benchmark, _ transformer: PixArtTransformer, source: any TensorSource,
    captions: [TokenEmbeddings], latents: Latents
  ) throws {
    let configuration = transformer.configuration
    let copies = min(Self.publishedCopies, configuration.numLayers - 1)
    let net = try ControlNet(
      Weights(
        model == nil ? source : RandomTensors(), device: benchmark.modelDevice),
      configuration: configuration, copies: copies)
    let context = transformer.prepare(
      captions: captions, height: latents.height, width: latents.width)
    let condition = Latents(
      count: 1, channels: latents.channels, height: latents.height, width: latents.width,
      values: latents.picture.map { -$0 })
    let control = transformer.prepare(
      net, condition: condition, captions: captions, context: context)
    func plain() throws {
      _ = try transformer(latents, timestep: 500, context: context, cancellation: Cancellation())
    }
    func led() throws {
      _ = try transformer(
        latents, timestep: 500, context: context, control: control,
        cancellation: Cancellation())
    }
    try plain()
    try led()
    var (without, with): ([Turn], [Turn]) = ([], [])
    for _ in 0..<options.runs {
      without.append(try Turn(plain))
      with.append(try Turn(led))
    }
    try report(Turns(without: without, with: with, copies: copies), benchmark)
  }

  /// One timed step.
  struct Turn {
    let seconds: Double
    /// Of all threads together: the same on a busy machine.
    let processorSeconds: Double

    init(_ body: () throws -> Void) throws {
      let (start, used) = (ContinuousClock.now, Self.processorSeconds)
      try body()
      let duration = (ContinuousClock.now - start).components
      seconds = Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
      processorSeconds = Self.processorSeconds - used
    }

    private static var processorSeconds: Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
  }

  private struct Turns {
    let without: [Turn]
    let with: [Turn]
    let copies: Int

    func medians(_ path: KeyPath<Turn, Double>) -> (without: Double, with: Double) {
      func median(_ turns: [Turn]) -> Double {
        turns.map { $0[keyPath: path] }.sorted()[turns.count / 2]
      }
      return (median(without), median(with))
    }
  }

  private func report(_ turns: Turns, _ benchmark: Benchmark) throws {
    let seconds = turns.medians(\.seconds)
    let used = turns.medians(\.processorSeconds)
    let (ratio, usedRatio) = (seconds.with / seconds.without, used.with / used.without)
    guard !options.json else {
      let object: [String: Any] = [
        "size": size, "copies": turns.copies, "runs": options.runs,
        "seconds_per_step": seconds.without, "seconds_per_step_with_control": seconds.with,
        "seconds": turns.without.map(\.seconds), "seconds_with_control": turns.with.map(\.seconds),
        "ratio": ratio, "processor_seconds": used.without,
        "processor_seconds_with_control": used.with, "processor_ratio": usedRatio,
        "processor": benchmark.device.name, "threads": benchmark.device.threads.width,
        "precision": options.precision.rawValue,
      ]
      let data = try JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
      Console.output(String(decoding: data, as: UTF8.self))
      return
    }
    Console.output(
      String(
        format: "guided step, %dx%d px: %.2f s, with %d copied blocks %.2f s (%+.1f %%; "
          + "by processor time %+.1f %%), medians of %d by turns",
        size, size, seconds.without, turns.copies, seconds.with, 100 * (ratio - 1),
        100 * (usedRatio - 1), options.runs))
    Console.output(
      "  on \(benchmark.device.name), \(benchmark.device.threads.width) threads, "
        + "\(options.precision)")
  }
}

extension Latents {
  /// The numbers of the first picture.
  fileprivate var picture: ArraySlice<Float> { values[..<(channels * height * width)] }
}
