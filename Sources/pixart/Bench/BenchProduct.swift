import ArgumentParser
import Foundation
import Kernels
import Tensors

struct BenchProduct: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "product",
    abstract: "The transformer's products beside OpenBLAS's sgemm (fp32), in turn.")

  @Option(help: "Rows: tokens of the batch.")
  var rows = 2048

  @OptionGroup var options: BenchOptions

  func validate() throws {
    guard (1...1 << 20).contains(rows) else {
      throw ValidationError("--rows takes 1 to \(1 << 20), not \(rows).")
    }
  }

  func run() throws {
    let device = CPU(threads: options.threads, precision: options.precision)
    let peak = device.measurePeakOperationsPerSecond(options.precision)
    for (inputs, outputs) in [(1152, 1152), (1152, 4608), (4608, 1152)] {
      let x = Tensor([rows, inputs], values: numbers(rows * inputs))
      let values = numbers(outputs * inputs)
      let w = Tensor([outputs, inputs], values: values)
      let matrix = device.matrix(
        StoredTensor(name: "transformer_blocks.w", shape: [outputs, inputs], values: values))
      var (ours, theirs): ([Double], [Double]) = ([], [])
      for _ in 0...options.runs {
        ours.append(seconds { _ = matrix.multiply(x, bias: nil, activation: .identity).count })
        theirs.append(
          seconds { _ = OpenBLAS.product(x, w, threads: device.threads.width).count })
      }
      try report(
        inputs, outputs, ours: median(ours), theirs: median(theirs), peak: peak, device: device.name
      )
    }
  }

  private func report(
    _ inputs: Int, _ outputs: Int, ours: Double, theirs: Double, peak: Double, device: String
  ) throws {
    let operations = 2 * Double(rows) * Double(inputs) * Double(outputs)
    guard !options.json else {
      let object: [String: Any] = [
        "inputs": inputs, "outputs": outputs, "rows": rows, "seconds": ours,
        "openblas_seconds": theirs, "operations": operations, "processor": device,
        "peak_operations_per_second": peak, "precision": options.precision.rawValue,
      ]
      let data = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
      Console.output(String(decoding: data, as: UTF8.self))
      return
    }
    Console.output(
      String(
        format: "%d x %d x %d: %.1f GFLOP/s, %.0f %% of the peak; OpenBLAS fp32 %.1f, ratio %.2f",
        rows, inputs, outputs, operations / ours / 1e9, 100 * operations / ours / peak,
        operations / theirs / 1e9, theirs / ours))
  }

  private func numbers(_ count: Int) -> [Float] { (0..<count).map { Float($0 % 17) * 0.05 - 0.4 } }

  /// The first run warms up and does not count.
  private func median(_ values: [Double]) -> Double {
    values.dropFirst().sorted()[options.runs / 2]
  }

  private func seconds(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    let duration = (ContinuousClock.now - start).components
    return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
  }
}
