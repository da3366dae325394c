import CKernels
import Tensors

/// A convolution whose filters stay where they are stored.
///
/// Packed filters are made for each call and not kept: they take up to four times the memory of
/// the stored ones and about a fiftieth of a full-size decoder's time.
struct StoredConvolution: Convolution {
  private let stored: StoredTensor
  private let bias: Vector?
  private let geometry: ConvolutionGeometry
  private let method: ConvolutionMethod
  private let threads: ThreadPool

  private var outputs: Int { stored.shape[0] }
  private var inputs: Int { stored.shape[1] }

  /// - Parameter stored: `[outputs, inputs, kernel, kernel]`.
  init(
    _ stored: StoredTensor, bias: Vector?, geometry: ConvolutionGeometry,
    method: ConvolutionMethod, threads: ThreadPool
  ) {
    precondition(
      stored.shape.rank == 4 && stored.shape[2] == geometry.kernel
        && stored.shape[3] == geometry.kernel,
      "'\(stored.name)' \(stored.shape) for a kernel of \(geometry.kernel)")
    precondition(
      bias.map { $0.count == stored.shape[0] } ?? true, "'\(stored.name)': one bias an output")
    precondition(method.serves(geometry), "no \(method) convolution for \(geometry)")
    self.stored = stored
    self.bias = bias
    self.geometry = geometry
    self.method = method
    self.threads = threads
  }

  func apply(_ x: borrowing Tensor, activation: Activation) -> Tensor {
    let output = Tensor(outputShape(for: x))
    run(x, residual: nil, activation: activation, into: output)
    return output
  }

  func apply(_ x: borrowing Tensor, addingTo sum: consuming Tensor, activation: Activation)
    -> Tensor
  {
    let shape = outputShape(for: x)
    precondition(sum.shape == shape, "'\(stored.name)': \(sum.shape) += \(shape)")
    run(x, residual: sum.pointer, activation: activation, into: sum)
    return sum
  }

  private func outputShape(for x: borrowing Tensor) -> Shape {
    precondition(
      x.shape.rank == 3 && x.shape[2] == inputs,
      "'\(stored.name)' takes [height, width, \(inputs)], got \(x.shape)")
    return [geometry.outputExtent(x.shape[0]), geometry.outputExtent(x.shape[1]), outputs]
  }

  private func run(
    _ x: borrowing Tensor, residual: UnsafePointer<Float>?, activation: Activation,
    into output: borrowing Tensor
  ) {
    let weights = packedFilters()
    let work = px_convolution(
      input: px_picture(
        pixels: x.pointer, height: x.shape[0], width: x.shape[1], channels: inputs,
        upsampling: geometry.upsampling),
      kernel: geometry.kernel, stride: geometry.stride, pad: geometry.padBefore,
      format: method.format, weights: weights.pointer, bias: bias?.pointer, residual: residual,
      output: output.mutablePointer, output_height: output.shape[0],
      output_width: output.shape[1], outputs: outputs, activation: activation.kernel,
      stop: Cancellation.current?.flag)

    let pieces = method.pieces(height: output.shape[0], width: output.shape[1])
    let size = roundSize(pieces: pieces)
    let scratchSize = method.scratchSize(inputs: inputs, kernel: geometry.kernel, pieces: size)
    threads.parallel((pieces + size - 1) / size) { round in
      let first = round * size
      let scratch = Tensor([scratchSize])
      withUnsafePointer(to: work) {
        method.run(
          $0, from: first, count: min(size, pieces - first), scratch: scratch.mutablePointer)
      }
    }
  }

  /// `[panels, packed filters of 16 outputs]`.
  private func packedFilters() -> Tensor {
    let panel = Int(PX_PANEL)
    let panels = (outputs + panel - 1) / panel
    let size = method.packedSize(inputs: inputs, kernel: geometry.kernel)
    let packed = Tensor([panels, size])
    let target = packed.mutablePointer
    let filter = inputs * geometry.kernel * geometry.kernel
    threads.parallel(panels) { index in
      let count = min(panel, outputs - index * panel)
      stored.withFloats(from: index * panel * filter, count: count * filter) {
        method.pack(
          $0, outputs: count, inputs: inputs, kernel: geometry.kernel, into: target + index * size)
      }
    }
    return packed
  }

  /// Pieces a round: equal shares for all threads, in whole groups of six (what kernels take).
  private func roundSize(pieces: Int) -> Int {
    let limit = method.roundLimit(inputs: inputs)
    let rounds = max(1, (pieces + limit - 1) / limit)
    let even = (rounds + threads.width - 1) / threads.width * threads.width
    return max(6, ((pieces + even - 1) / even + 5) / 6 * 6)
  }
}

extension StoredTensor {
  /// Runs `body` on some of the numbers as `Float`: in place if they lie so, else widened.
  fileprivate func withFloats(
    from start: Int, count: Int, _ body: (UnsafePointer<Float>) -> Void
  ) {
    if format == .float32, Int(bitPattern: bytes) % 4 == 0 {
      body(bytes.assumingMemoryBound(to: Float.self) + start)
      return
    }
    let wide = Tensor([count])
    widen(from: start, count: count, into: wide.mutablePointer)
    body(wide.pointer)
  }
}
