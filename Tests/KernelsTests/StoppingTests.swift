import CKernels
import Kernels
import Tensors
import Testing

/// Kernels that obey a flag leave their output alone once it is raised.
@Suite(.serialized) struct StoppingTests {
  private static let untouched: Float = -7

  /// Runs `body` with an output of -7 and a flag, and checks that it was written only if not raised.
  private func expectObedience(
    _ count: Int, _ body: (UnsafeMutablePointer<Float>, UnsafePointer<UInt8>) -> Void
  ) {
    withEveryInstructionSet { set in
      for raised in [false, true] {
        var flag: UInt8 = raised ? 1 : 0
        var output = [Float](repeating: Self.untouched, count: count)
        output.withUnsafeMutableBufferPointer { output in
          guard let base = output.baseAddress else { return }
          withUnsafePointer(to: &flag) { body(base, $0) }
        }
        #expect(output.allSatisfy { ($0 == Self.untouched) == raised }, "\(set), raised: \(raised)")
      }
    }
  }

  @Test(arguments: [Precision.fp32, .bf16, .int8]) func productsStop(precision: Precision) {
    // Zeros are zeros in every format.
    let input = Tensor(zeros: [20, 8])
    let weights = Tensor(zeros: [1, 8 * 16])
    expectObedience(20 * 16) { output, stop in
      var product = px_product()
      product.format = precision == .int8 ? PX_INT8 : precision == .bf16 ? PX_BFLOAT16 : PX_FLOAT32
      product.input = UnsafeRawPointer(input.pointer)
      product.input_stride = 8
      product.input_scales = input.pointer
      product.weights = UnsafeRawPointer(weights.pointer)
      product.weight_scales = weights.pointer
      product.weight_starts = UnsafeRawPointer(weights.pointer).assumingMemoryBound(to: Int32.self)
      product.output = output
      (product.output_stride, product.outputs, product.depth) = (16, 16, 8)
      product.stop = stop
      px_multiply_rows(&product, 0, 20)
    }
  }

  @Test func attentionStops() {
    let tokens = Tensor(zeros: [100, 8])
    let scratch = Tensor([px_attention_scratch(8)])
    expectObedience(50 * 8) { output, stop in
      var head = px_attention_head()
      (head.queries, head.keys, head.values) = (tokens.pointer, tokens.pointer, tokens.pointer)
      head.output = output
      (head.query_stride, head.key_stride, head.value_stride, head.output_stride) = (8, 8, 8, 8)
      (head.query_count, head.key_count, head.dim, head.scale) = (50, 100, 8, 1)
      head.stop = stop
      px_attention_tile(&head, 0, 50, scratch.mutablePointer)
    }
  }

  @Test func narrowAttentionStops() {
    let tokens = Tensor(zeros: [100, 8])
    let words = UnsafeMutableRawPointer(tokens.mutablePointer).assumingMemoryBound(to: Int32.self)
    let scratch = Tensor([px_attention_scratch(8)])
    expectObedience(50 * 8) { output, stop in
      var head = px_attention_head()
      (head.queries, head.keys, head.values) = (tokens.pointer, tokens.pointer, tokens.pointer)
      head.output = output
      (head.query_stride, head.key_stride, head.value_stride, head.output_stride) = (8, 8, 8, 8)
      (head.query_count, head.key_count, head.dim, head.scale) = (50, 100, 8, 1)
      head.stop = stop
      px_narrow_attention_tile(&head, words, words, 0, 50, scratch.mutablePointer)
    }
  }

  @Test(arguments: ConvolutionMethod.allCases) func convolutionsStop(method: ConvolutionMethod) {
    let pixels = Tensor(zeros: [8, 8, 4])
    let weights = Tensor(zeros: [2, method.packedSize(inputs: 4, kernel: 3)])
    let scratch = Tensor([method.scratchSize(inputs: 4, kernel: 3, pieces: 64)])
    expectObedience(64 * 32) { output, stop in
      var convolution = px_convolution()
      convolution.input = px_picture(
        pixels: pixels.pointer, height: 8, width: 8, channels: 4, upsampling: 1)
      (convolution.kernel, convolution.stride, convolution.pad) = (3, 1, 1)
      convolution.format = method.format
      convolution.weights = UnsafeRawPointer(weights.pointer)
      convolution.output = output
      (convolution.output_height, convolution.output_width, convolution.outputs) = (8, 8, 32)
      convolution.stop = stop
      method.run(
        &convolution, from: 0, count: method.pieces(height: 8, width: 8),
        scratch: scratch.mutablePointer)
    }
  }

  /// An operation on a device under a raised cancellation returns without doing its work.
  @Test func devicesObeyTheCurrentCancellation() {
    let device = CPU(threads: 2)
    let matrix = device.matrix(
      StoredTensor(
        name: "w", shape: [512, 512], values: [Float](repeating: 1, count: 512 * 512)))
    let x = Tensor([512, 512], values: [Float](repeating: 1, count: 512 * 512))
    /// How many numbers of the product are what they should be.
    func sums() -> Int {
      let product = matrix.multiply(x, bias: nil, activation: .identity)
      return UnsafeBufferPointer(start: product.pointer, count: product.count)
        .count { $0 == 512 }
    }
    let cancellation = Cancellation()
    // Before the other: its memory may be given to the next product as it is.
    cancellation.cancel()
    #expect(cancellation.whileCurrent { sums() } < 512 * 512)
    #expect(Cancellation().whileCurrent { sums() } == 512 * 512)
  }
}
