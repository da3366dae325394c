import Autoencoders
import Conditioning
import Schedulers
public import Tensors

extension EdgeMap {
  /// As the autoencoder sees it: -1 where nothing is, 1 on edges, three times the same.
  var picture: Picture {
    let channel = values.map { ($0 - 0.5) / 0.5 }
    return Picture(height: height, width: width, values: channel + channel + channel)
  }
}

extension RequestControl {
  /// The seed of the noise that the condition's latents are drawn with.
  ///
  /// The official code draws them from the encoder's distribution anew for each picture. Here they
  /// are the same for all pictures of a condition: a seed decides the picture's noise only.
  static let conditionSeed: UInt64 = 0

  /// Latents of the condition: fitted, its edges, encoded.
  ///
  /// - Parameters:
  ///   - size: That pictures are made at.
  ///   - progress: Called with the share of the work that is done.
  /// - Throws: `CancellationError`, or what is wrong with the edge detector.
  func encode(
    _ size: PictureSize, with autoencoder: any Autoencoder, tiling: Tiling?,
    cancellation: Cancellation, progress: (Double) -> Void
  ) throws -> Latents {
    let fitted = asked.condition.fitted(width: size.width, height: size.height)
    let edges = try detector.edges(of: fitted, cancellation: cancellation) { progress($0 / 2) }
    let factor = autoencoder.spatialFactor
    let (height, width) = (size.height / factor, size.width / factor)
    var generator = TorchGenerator(seed: Self.conditionSeed)
    let noise = Latents(
      count: 1, channels: autoencoder.latentChannels, height: height, width: width,
      values: generator.randn(autoencoder.latentChannels * height * width))
    return try autoencoder.encode(
      edges.strengthened(by: asked.strength).picture, noise: noise, tiling: tiling,
      cancellation: cancellation
    ) { progress(0.5 + $0 / 2) }
  }
}

extension StepPlan {
  /// Which shares of a picture's steps lie before and behind a step.
  ///
  /// They are those of its sampler's schedule, from where the picture begins in it. So the first steps
  /// of a branch have the shares that they had before.
  ///
  /// - Parameters:
  ///   - step: Of the picture, from 0.
  ///   - number: The stretch it belongs to.
  func shares(ofStep step: Int, in number: Int) -> (before: Double, after: Double) {
    let first = stretches[0]
    let begin = Double(first.index) / Double(first.scheduler.timesteps.count)
    let stretch = stretches[number]
    let index = stretch.index + step - stretch.steps.lowerBound
    let count = Double(stretch.scheduler.timesteps.count)
    func share(_ index: Int) -> Double { (Double(index) / count - begin) / (1 - begin) }
    return (share(index), share(index + 1))
  }

  /// Whether a step is led.
  func isLed(_ step: Int, in number: Int, within span: ControlSpan) -> Bool {
    let shares = shares(ofStep: step, in: number)
    return span.covers(from: shares.before, to: shares.after)
  }

  /// Steps that are led.
  func ledSteps(within span: ControlSpan) -> Int {
    stretches.indices.reduce(0) { sum, number in
      sum + stretches[number].steps.count { isLed($0, in: number, within: span) }
    }
  }
}

extension ModelDescription {
  /// How many steps of one picture of a request a ControlNet leads.
  ///
  /// - Parameter strength: Nil without a picture to begin with.
  /// - Returns: Nil if the scheduler's configuration cannot be read.
  /// - Throws: `SchedulerError`, and ``GenerationError`` for a branch where there is no step.
  public func ledSteps(
    of request: GenerationRequest, within span: ControlSpan, strength: Double?
  ) throws -> Int? {
    try scheduler.map {
      try StepPlan(request, scheduler: $0, strength: strength).ledSteps(within: span)
    }
  }
}

extension ModelDescription {
  /// The size a condition is fitted to.
  ///
  /// - Parameter asked: Of the pictures; the trained one that suits the condition if nil.
  /// - Returns: Nil if the model's configuration cannot be read.
  /// - Throws: ``GenerationError`` for a size that cannot be.
  public func conditionSize(
    _ condition: PixelImage, asked: PictureSize?, snapsToBin: Bool
  ) throws(GenerationError) -> PictureSize? {
    let suiting = transformer.flatMap {
      ControlRequest(condition: condition).size(of: $0, factor: latentFactor)
    }
    return try madeSize(asked ?? suiting, snapsToBin: snapsToBin)
  }
}
