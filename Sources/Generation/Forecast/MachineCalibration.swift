import Kernels

/// What this machine's past runs taught: how fast each kind of work goes, what memory it takes.
///
/// Every figure is the median of its latest few values, so that one run beside a busy neighbour
/// does little harm.
public struct MachineCalibration: Codable, Sendable, Equatable {
  /// The latest values of one figure.
  struct Figure: Codable, Sendable, Equatable {
    private static let most = 9
    private(set) var latest: [Double] = []

    mutating func add(_ value: Double) {
      guard value.isFinite else { return }
      latest = Array((latest + [value]).suffix(Self.most))
    }

    /// The middle one, of two in the middle the lower; nil before the first.
    var median: Double? {
      latest.isEmpty ? nil : latest.sorted()[(latest.count - 1) / 2]
    }
  }

  /// Operations a second of products, measured in a moment rather than learned.
  public var productRate: Double?
  /// Operations a second, by kind of work.
  private(set) var rates: [String: Figure] = [:]
  /// Seconds of opening, by model.
  private(set) var loading: [String: Figure] = [:]
  /// Seconds of reading a text encoder beside what it computes, by model.
  private(set) var reading: [String: Figure] = [:]
  /// Bytes that runs took beyond what was computed, by model.
  private(set) var memory: [String: Figure] = [:]

  public init() {}

  /// Operations a second of a kind of work, and whether they were learned of this very kind.
  ///
  /// - Parameter guess: Times the rate of products, for a kind that never ran.
  func rate(_ kind: WorkKind) -> (value: Double, isLearned: Bool) {
    if let learned = rates[kind.key]?.median { return (learned, true) }
    // What other kinds reached of what was guessed for them.
    let reached = rates.compactMap { key, figure in
      figure.median.map { $0 / guess(WorkKind.ratio(ofKey: key)) }
    }.sorted()
    let share = reached.isEmpty ? 1 : reached[(reached.count - 1) / 2]
    return (guess(kind.ratio) * share, false)
  }

  private func guess(_ ratio: Double) -> Double { ratio * (productRate ?? Self.usualRate) }

  /// Of two cores with AVX2.
  private static let usualRate = 1.5e11

  func loadingSeconds(_ model: String) -> Double? { loading[model]?.median }

  func readingSeconds(_ model: String) -> Double? { reading[model]?.median }

  func memoryCorrection(_ model: String) -> Double? { memory[model]?.median }

  // MARK: Learning

  /// Seconds below which a stage's rate is mostly noise.
  private static let leastSeconds = 0.002

  mutating func learn(_ kind: WorkKind, operations: Double, seconds: Double) {
    guard operations > 0, seconds > Self.leastSeconds else { return }
    rates[kind.key, default: Figure()].add(operations / seconds)
  }

  mutating func learn(loading model: String, seconds: Double) {
    loading[model, default: Figure()].add(seconds)
  }

  mutating func learn(reading model: String, seconds: Double) {
    reading[model, default: Figure()].add(max(0, seconds))
  }

  mutating func learn(memoryBeyond bytes: Double, of model: String) {
    memory[model, default: Figure()].add(bytes)
  }
}

/// Work that goes at one speed: a stage of networks of one shape.
enum WorkKind {
  case textEncoding(width: Int, Precision)
  case denoising(width: Int, Precision)
  case decoding(channels: Int, Precision)

  /// In the file.
  var key: String {
    switch self {
    case .textEncoding(let width, .fp32): "encode \(width)"
    case .textEncoding(let width, let precision): "encode \(width) \(precision)"
    case .denoising(let width, .fp32): "denoise \(width)"
    case .denoising(let width, let precision): "denoise \(width) \(precision)"
    case .decoding(let channels, .fp32): "decode \(channels)"
    case .decoding(let channels, _): "decode \(channels) \(Precision.bf16)"
    }
  }

  /// Speed in times that of products, before anything was learned.
  var ratio: Double { Self.ratio(ofKey: key) }

  /// Convolutions count all multiplications but compute fewer.
  static func ratio(ofKey key: String) -> Double {
    if key.hasSuffix(" \(Precision.bf16)") { return key.hasPrefix("decode") ? 3.8 : 1.8 }
    if key.hasSuffix(" \(Precision.int8)") { return 3.2 }
    return key.hasPrefix("decode") ? 2.2 : key.hasPrefix("encode") ? 0.9 : 0.95
  }
}
