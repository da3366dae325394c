import Checkpoints
public import Kernels
import Tensors

/// Says what requests will take, and learns from what they took.
public struct Forecaster: Sendable {
  public var calibration: MachineCalibration
  /// What the process held before any model was opened, in bytes.
  public var baseBytes: Int

  public init(calibration: MachineCalibration, baseBytes: Int) {
    self.calibration = calibration
    self.baseBytes = baseBytes
  }

  /// - Returns: Nil if a part of the model cannot be read.
  public func forecast(_ facts: RequestFacts, of model: ModelDescription) -> GenerationForecast? {
    guard let work = RequestWork(facts, of: model),
      let kinds = Kinds(facts, of: model)
    else { return nil }
    let denoising = calibration.rate(kinds.denoising)
    let decoding = calibration.rate(kinds.decoding)
    let encoding = calibration.rate(kinds.textEncoding)
    let perStep = work.step / denoising.value + Self.overhead(work)
    let count = Double(facts.count)
    let opening =
      calibration.loadingSeconds(kinds.loading) ?? 0.02 + work.packing / Self.packingRate
    let loading = Double(facts.openings) * opening
    let reading = calibration.readingSeconds(kinds.reading)
    let preparing =
      facts.preparesTextEncoder ? Double(work.textEncoderBytes) / Self.preparingRate : 0
    let textEncoding =
      facts.encodedTokens.isEmpty
      ? 0 : preparing + (reading ?? 0) + work.textEncoding / encoding.value
    let stages: [GenerationForecast.Stage: Double] = [
      .load: loading,
      .encode: textEncoding + work.preparation / denoising.value
        + work.imageEncoding / decoding.value,
      .denoise: count * Double(facts.steps) * perStep,
      .decode: count * work.decoding / decoding.value,
    ]
    let correction = calibration.memoryCorrection(kinds.memory)
    let peak = work.peak
    return GenerationForecast(
      peakBytes: max(0, baseBytes + peak.bytes + Int(correction ?? Self.usualCorrection)),
      peakStage: peak.stage, stages: stages, secondsPerStep: perStep,
      isCalibrated: denoising.isLearned && decoding.isLearned
        && (encoding.isLearned || reading != nil || facts.encodedTokens.isEmpty)
        && correction != nil)
  }

  /// Bytes a second that matrices are packed at where nothing is known of the machine.
  private static let packingRate = 2e9

  /// Bytes a second that come of packing weights for the cache folder: the disk decides.
  ///
  /// This is done once for a model, so nothing is learned from it.
  private static let preparingRate = 3e8

  /// What a run takes beyond its tensors: code, tables, scratch memory.
  private static let usualCorrection = 12e6

  /// Seconds of a step that do not grow with the picture: threads that meet after each operation.
  ///
  /// Only small models have steps so short that it counts.
  private static func overhead(_ work: RequestWork) -> Double { 0.0004 * Double(work.blocks) }

  /// Takes a finished request into account.
  ///
  public mutating func learn(
    _ facts: RequestFacts, of model: ModelDescription, from figures: RunFigures
  ) {
    guard let work = RequestWork(facts, of: model),
      let kinds = Kinds(facts, of: model)
    else { return }
    func measured(_ stage: GenerationForecast.Stage) -> Double {
      figures.seconds[stage.rawValue] ?? 0
    }
    let count = Double(facts.count)
    let steps = count * Double(facts.steps)
    // A first step may have waited for the disk.
    let denoising = figures.secondsPerStep.map { $0 * steps } ?? measured(.denoise)
    calibration.learn(
      kinds.denoising, operations: steps * work.step,
      seconds: denoising - steps * Self.overhead(work))
    calibration.learn(
      kinds.decoding, operations: count * work.decoding, seconds: measured(.decode))
    if work.imageEncoding == 0, !facts.encodedTokens.isEmpty, !facts.preparesTextEncoder,
      measured(.encode) > 0
    {
      let prepared = work.preparation / calibration.rate(kinds.denoising).value
      learnTextEncoding(
        facts, work, kinds, seconds: measured(.encode) - prepared)
    }
    if !facts.isLoaded, !facts.savesMemory, !figures.wasCold {
      calibration.learn(loading: kinds.loading, seconds: measured(.load))
    }
    if let peakBytes = figures.peakBytes {
      calibration.learn(
        memoryBeyond: Double(peakBytes - baseBytes - work.peak.bytes), of: kinds.memory)
    }
  }

  /// A few tokens tell how long the weights take to be read, many how fast they are computed with.
  private mutating func learnTextEncoding(
    _ facts: RequestFacts, _ work: RequestWork, _ kinds: Kinds, seconds: Double
  ) {
    let reading = calibration.readingSeconds(kinds.reading) ?? 0
    if facts.encodedTokens.max() ?? 0 >= Self.manyTokens, seconds > 2 * reading {
      calibration.learn(
        kinds.textEncoding, operations: work.textEncoding, seconds: seconds - reading)
    } else {
      calibration.learn(
        reading: kinds.reading,
        seconds: seconds - work.textEncoding / calibration.rate(kinds.textEncoding).value)
    }
  }

  /// From so many on computing takes longer than reading.
  private static let manyTokens = 64

  /// Times a few products, about 20 ms, where nothing is known of the machine.
  public mutating func guess(on device: any Device) {
    guard calibration.productRate == nil else { return }
    let (rows, side) = (192, 576)
    let matrix = device.matrix(
      StoredTensor(
        name: "timed", shape: [side, side],
        values: (0..<side * side).map { Float($0 % 13) * 0.01 }))
    let x = Tensor([rows, side], values: (0..<rows * side).map { Float($0 % 7) * 0.1 })
    let operations = 2 * Double(rows * side * side)
    let start = ContinuousClock.now
    var best = Double.infinity
    while (ContinuousClock.now - start).seconds < 0.02 {
      let began = ContinuousClock.now
      _ = matrix.multiply(x, bias: nil, activation: .identity).count
      best = min(best, (ContinuousClock.now - began).seconds)
    }
    calibration.productRate = operations / best
  }
}

extension RequestFacts {
  /// How often the model is opened, or the most of it.
  fileprivate var openings: Int {
    guard savesMemory else { return isLoaded ? 0 : 1 }
    return count + (encodesImage ? 1 : 0)
  }
}

extension RequestWork {
  /// The stage that needs most.
  var peak: (stage: GenerationForecast.Stage, bytes: Int) {
    [(.encode, encodingBytes), (.denoise, denoisingBytes), (.decode, decodingBytes)]
      .max { $0.1 < $1.1 } ?? (.decode, decodingBytes)
  }
}

/// The kinds of a model's work.
private struct Kinds {
  /// Which way of going about with the model's memory.
  let memory: String
  /// Which opening of the model.
  let loading: String
  /// Which text encoder's weights.
  let reading: String
  let textEncoding: WorkKind
  let denoising: WorkKind
  let decoding: WorkKind

  init?(_ facts: RequestFacts, of model: ModelDescription) {
    let precision = facts.precision
    guard let transformer = model.transformer, let textEncoder = model.textEncoder,
      let autoencoder = model.autoencoder
    else { return nil }
    textEncoding = .textEncoding(width: textEncoder.dModel, precision)
    memory = facts.savesMemory ? "\(model.name) in turns" : model.name
    loading = precision == .fp32 ? model.name : "\(model.name) \(precision)"
    reading = precision == .int8 ? "\(model.name) \(precision)" : model.name
    denoising = .denoising(width: transformer.hiddenSize, precision)
    switch autoencoder {
    case .kl(let kl): decoding = .decoding(channels: kl.blockOutChannels[0], precision)
    case .tiny(let tiny): decoding = .decoding(channels: tiny.decoderChannels, precision)
    }
  }
}
