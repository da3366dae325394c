public import ArgumentParser
import Foundation
import Generation
public import Kernels
import Tensors

/// What all benchmarks take.
struct BenchOptions: ParsableArguments {
  @Option(help: "Timed runs, after one to warm up; the median counts.")
  var runs = 5

  @Option(help: "Threads that compute. All cores if not given.")
  var threads: Int?

  @Option(help: "Precision of large products: fp32, bf16 or int8.")
  var precision = Precision.fp32

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if runs < 1 { throw ValidationError("--runs takes 1 or more, not \(runs).") }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes 1 to 1024, not \(threads).")
    }
  }
}

extension Precision: ExpressibleByArgument {}

/// Times one kind of work and prints what came out.
struct Benchmark {
  let options: BenchOptions
  let device: CPU
  private let meter: WorkMeter?

  /// - Parameter hasBreakdown: Whether the time of each kind of work is measured.
  init(_ options: BenchOptions, hasBreakdown: Bool = false) {
    self.options = options
    device = CPU(threads: options.threads, precision: options.precision)
    meter = hasBreakdown ? WorkMeter() : nil
  }

  /// What models are made on.
  var modelDevice: any Device { meter.map { MeteredDevice(device, meter: $0) } ?? device }

  /// - Parameters:
  ///   - what: What is timed, for people.
  ///   - key: Name of the median in the JSON.
  ///   - operations: Multiplications and additions of one run.
  ///   - weightBytes: What one run reads of weights, where that may be what takes the time.
  ///   - facts: More for the JSON.
  func run(
    _ what: String, key: String, operations: Double, weightBytes: Double? = nil,
    facts: [String: Any] = [:], _ body: () throws -> Void
  ) throws {
    try body()
    meter?.reset()
    var seconds: [Double] = []
    for _ in 0..<options.runs {
      let start = ContinuousClock.now
      try body()
      let duration = (ContinuousClock.now - start).components
      seconds.append(Double(duration.seconds) + Double(duration.attoseconds) * 1e-18)
    }
    let median = seconds.sorted()[seconds.count / 2]
    let memory = ProcessMemory.now
    let peak = device.measurePeakOperationsPerSecond(options.precision)
    let breakdown = meter.map { meter in
      Breakdown(
        meter.figures, runs: options.runs, seconds: seconds.reduce(0, +),
        peaks: peaks(of: Set(meter.figures.values.compactMap(\.format)), known: peak))
    }
    let choice = PrecisionChoice.asked(options.precision, on: device)
    let bandwidth = weightBytes.map { _ in device.measureReadBytesPerSecond() }
    guard !options.json else {
      var facts = facts
      facts["weight_bytes"] = weightBytes
      facts["peak_bytes_per_second"] = bandwidth
      var object: [String: Any] = [
        key: median, "seconds": seconds, "runs": options.runs, "operations": operations,
        "peak_operations_per_second": peak, "peak_rss_bytes": memory.peak,
        "anonymous_bytes": memory.anonymous, "processor": device.name,
        "threads": device.threads.width, "precision": options.precision.rawValue,
        "precision_reason": "\(choice)",
      ].merging(facts) { _, new in new }
      if let breakdown { object["breakdown"] = breakdown.json }
      let data = try JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
      Console.output(String(decoding: data, as: UTF8.self))
      return
    }
    let rate = operations / median
    Console.output(
      String(
        format: "%@: %.2f s (median of %d, best %.2f), %.0f of %.0f GFLOP/s (%.0f %%), "
          + "peak RSS %.2f GB, anonymous %.2f GB", what, median, options.runs,
        seconds.min() ?? median, rate / 1e9, peak / 1e9, 100 * rate / peak,
        Double(memory.peak) / 1e9, Double(memory.anonymous) / 1e9))
    if let weightBytes, let bandwidth {
      Console.output(
        String(
          format: "  weights read at %.1f of memory's %.1f GB/s (%.0f %%)",
          weightBytes / median / 1e9, bandwidth / 1e9, 100 * weightBytes / median / bandwidth))
    }
    Console.output(
      "  on \(device.name), \(device.threads.width) threads, "
        + (choice.lacksInstructions ? "\(choice)" : "\(options.precision)"))
    for line in breakdown?.lines ?? [] { Console.output(line) }
  }

  /// - Parameter known: Of the precision that is timed.
  private func peaks(of formats: Set<Precision>, known: Double) -> [Precision: Double] {
    var peaks = [options.precision: known]
    for format in formats where peaks[format] == nil {
      peaks[format] = device.measurePeakOperationsPerSecond(format)
    }
    return peaks
  }
}
