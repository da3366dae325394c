import Foundation
import Generation
import Kernels
import Tensors

/// Times the same work without and with something, in turns, so that what else the machine does meets
/// both alike.
struct AdapterComparison {
  /// Of one run.
  struct Times {
    var seconds: [Double] = []
    /// That all threads computed together: what other programs take is not in it.
    var processorSeconds: [Double] = []

    mutating func measure(_ body: () throws -> Void) throws {
      let (start, processor) = (ContinuousClock.now, Self.processorTime)
      try body()
      processorSeconds.append(Self.processorTime - processor)
      let duration = (ContinuousClock.now - start).components
      seconds.append(Double(duration.seconds) + Double(duration.attoseconds) * 1e-18)
    }

    private static var processorTime: Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
  }

  let rank: Int
  let size: Int
  private(set) var without = Times()
  private(set) var with = Times()

  init(rank: Int, size: Int) {
    self.rank = rank
    self.size = size
  }

  /// One of each to warm up, then as many pairs as `runs` says.
  mutating func run(
    _ runs: Int, without plain: () throws -> Void, with adapted: () throws -> Void
  ) throws {
    try plain()
    try adapted()
    for _ in 0..<runs {
      try without.measure(plain)
      try with.measure(adapted)
    }
  }

  /// - Parameter benchmark: Whose options it ran with.
  func tell(_ benchmark: Benchmark) throws {
    let (options, device) = (benchmark.options, benchmark.device)
    let (plain, adapted) = (Self.median(without.seconds), Self.median(with.seconds))
    // Of pairs, which share what else the machine did meanwhile.
    let ratio = Self.median(zip(with.seconds, without.seconds).map { $0 / $1 })
    let processorRatio = Self.median(
      zip(with.processorSeconds, without.processorSeconds).map { $0 / $1 })
    guard !options.json else {
      let object: [String: Any] = [
        "seconds_per_step": plain, "seconds_per_step_with_lora": adapted, "ratio": ratio,
        "processor_time_ratio": processorRatio, "seconds": without.seconds,
        "seconds_with_lora": with.seconds, "lora_rank": rank, "size": size, "runs": options.runs,
        "processor": device.name, "threads": device.threads.width,
        "precision": options.precision.rawValue,
      ]
      let data = try JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
      return Console.output(String(decoding: data, as: UTF8.self))
    }
    Console.output(
      String(
        format: "guided step, %dx%d px: %.2f s, with a LoRA of rank %d %.2f s: %.1f %% more "
          + "(processor time %.1f %%), medians of %d pairs", size, size, plain, rank, adapted,
        100 * (ratio - 1), 100 * (processorRatio - 1), options.runs))
    Console.output("  on \(device.name), \(device.threads.width) threads, \(options.precision)")
  }

  private static func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }
}
