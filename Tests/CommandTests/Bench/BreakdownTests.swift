import Kernels
import Tensors
import Testing

@testable import pixart

/// Where a benchmark's time goes: the same numbers as without it, kind by kind.
@Suite struct BreakdownTests {
  private let base = CPU(threads: 1)
  private let meter = WorkMeter()
  private var device: MeteredDevice { MeteredDevice(base, meter: meter) }

  private func tensor(_ shape: Shape) -> Tensor {
    Tensor(shape, values: (0..<shape.count).map { Float($0 % 13) - 6 })
  }

  private func stored(_ name: String, _ shape: Shape) -> StoredTensor {
    StoredTensor(
      name: name, shape: shape, values: (0..<shape.count).map { Float($0 % 7) / 7 - 0.4 })
  }

  @Test func countsProducts() {
    let weight = stored("transformer_blocks.3.ff.net.0.proj.weight", [6, 5])
    let x = tensor([4, 5])
    let y = device.matrix(weight).multiply(x, bias: nil, activation: .silu)
    #expect(
      y.values == base.matrix(weight).multiply(x, bias: nil, activation: .silu).values)
    let figures = meter.figures[.feedForwardIn]
    #expect(figures?.operations == 2 * 4 * 5 * 6 && figures?.calls == 1)
    #expect(figures?.format == .fp32 && meter.figures.count == 1)
  }

  @Test func countsNarrowProducts() {
    let narrow = device.with(.int8, .packed)
    _ =
      narrow.matrix(stored("transformer_blocks.0.attn1.to_q.weight", [128, 128]))
      .multiply(tensor([2, 128]), bias: nil, activation: .identity).count
    // What every block depends on stays as it is.
    _ =
      narrow.matrix(stored("adaln_single.linear.weight", [128, 128]))
      .multiply(tensor([1, 128]), bias: nil, activation: .identity).count
    #expect(meter.figures[.queriesKeysValues]?.format == .int8)
    #expect(meter.figures[.otherProducts]?.format == .fp32)
  }

  @Test func countsConvolutions() {
    let layer = device.convolution(
      stored("decoder.conv_in.weight", [5, 3, 3, 3]), bias: nil, geometry: .upsampling3x3)
    _ = layer.apply(tensor([4, 6, 3])).count
    let figures = meter.figures[.convolution(side: 8)]
    #expect(figures?.operations == 2 * 8 * 12 * 5 * 3 * 9 && figures?.calls == 1)
  }

  /// Of a picture with itself, and with a text.
  @Test func tellsAttentionsApart() {
    func attend(keys: Range<Int>) {
      _ =
        device.attention(
          queries: tensor([6, 8]), keys: tensor([6, 8]), values: tensor([6, 8]),
          layout: AttentionLayout(
            heads: 2, scale: 1, segments: [.init(queries: 0..<6, keys: keys)])
        ).count
    }
    attend(keys: 0..<6)
    attend(keys: 1..<4)
    #expect(meter.figures[.attention]?.operations == 1152.0)
    #expect(meter.figures[.crossAttention]?.operations == 576.0)
  }

  @Test func knowsWeightsByName() {
    let names = [
      "transformer_blocks.27.attn1.to_out.0.weight": WorkKind.attentionOutput,
      "transformer_blocks.0.attn2.to_q.weight": .crossQueries,
      "transformer_blocks.0.ff.net.2.weight": .feedForwardOut,
      "encoder.block.5.layer.0.SelfAttention.v.weight": .queriesKeysValues,
      "encoder.block.5.layer.1.DenseReluDense.wi_1.weight": .feedForwardIn,
      "proj_out.weight": .otherProducts,
    ]
    for (name, kind) in names { #expect(WorkKind.product(with: name) == kind) }
  }

  /// Two runs of a second each, half of it one product at half the peak.
  @Test func sharesOutTheTime() {
    meter.add(.feedForwardOut, seconds: 0.75, operations: 30e9, format: .bf16)
    meter.add(.feedForwardOut, seconds: 0.25, operations: 10e9, format: .bf16)
    meter.add(.norms, seconds: 0.5)
    let breakdown = Breakdown(meter.figures, runs: 2, seconds: 2, peaks: [.bf16: 80e9])
    #expect(
      breakdown.lines == [
        "                     seconds   share   calls  GFLOP/s  of the peak",
        "  feed-forward out    0.5000   50.0 %       1       40   50 % bf16",
        "  norms               0.2500   25.0 %       0",
        "  everything else     0.2500   25.0 %       0",
      ])
    let first = breakdown.json.first
    #expect(first?["kind"] as? String == "feed-forward out")
    #expect(first?["peak_share"] as? Double == 0.5 && first?["format"] as? String == "bf16")
  }
}
