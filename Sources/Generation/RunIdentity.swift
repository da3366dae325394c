import Kernels
import Schedulers
import Tensors

/// Everything that decides a request's pictures, field by field, as texts.
struct RunIdentity: Sendable, Equatable, Codable {
  struct Field: Sendable, Equatable, Codable {
    /// Named like the command line's option.
    let name: String
    let value: String
  }

  let fields: [Field]

  /// - Parameters:
  ///   - model: Its name in the library.
  ///   - size: The size that pictures are handed out in.
  ///   - precision: Also if the request left it open.
  ///   - adapters: With their hashes; nil if there are none.
  ///   - edges: Where a condition's come from if the request leaves that open.
  init(
    _ request: GenerationRequest, model: String, size: String, precision: String,
    adapters: String?, edges: String? = nil
  ) {
    var fields = [
      Field(name: "model", value: model),
      Field(name: "prompt", value: request.prompt),
      Field(name: "negative", value: request.negative),
      Field(name: "size", value: size),
      Field(name: "bin", value: "\(request.snapsToBin)"),
      Field(name: "steps", value: "\(request.steps)"),
      Field(name: "guidance", value: "\(request.guidance)"),
      Field(name: "sampler", value: request.sampler?.rawValue ?? "the model's own"),
      Field(name: "seed", value: "\(request.seed)"),
      Field(name: "count", value: "\(request.count)"),
      Field(name: "raw-prompt", value: "\(!request.cleansPrompts)"),
      Field(name: "tile", value: "\(request.tilesDecoding)"),
    ]
    var image = "none"
    if let picture = request.initImage {
      image = "\(picture.width)x\(picture.height) \(Fingerprint(picture.bytes))"
      fields.append(Field(name: "strength", value: "\(request.strength)"))
    }
    fields.append(Field(name: "init-image", value: image))
    let noise = request.initialLatents.map { "\($0.shape) \(Fingerprint($0.values))" }
    fields.append(Field(name: "initial-latents", value: noise ?? "none"))
    if request.isVaried {
      fields += [
        Field(name: "variation-strength", value: "\(request.variationStrength)"),
        Field(name: "variation-seed", value: "\(request.variationSeed)"),
      ]
    }
    // Runs that were kept before there was a choice say nothing of it.
    if precision != Precision.fp32.rawValue {
      fields.append(Field(name: "precision", value: precision))
    }
    if let adapters { fields.append(Field(name: "lora", value: adapters)) }
    if let control = request.control { fields += Self.fields(of: control, edges: edges) }
    if !request.branch.isEmpty {
      fields.append(
        Field(name: "branch", value: request.branch.map(\.description).joined(separator: "; ")))
    }
    self.fields = fields
  }

  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// The first field that another identity has otherwise, with both values.
  func difference(from other: RunIdentity) -> (name: String, own: String, other: String)? {
    let others = Dictionary(
      other.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    for field in fields where others[field.name] != field.value {
      return (field.name, field.value, others[field.name] ?? "none")
    }
    let own = Set(fields.map(\.name))
    return other.fields.first { !own.contains($0.name) }.map { ($0.name, "none", $0.value) }
  }
}

extension [AdapterChoice] {
  /// Two lists are the same if these are; nil for none.
  var identity: String? { isEmpty ? nil : map(\.description).joined(separator: ", ") }
}

extension BranchPoint {
  /// Two points are the same if these are.
  fileprivate var description: String {
    "until \(at): \(settings.prompt.debugDescription), \(settings.negative.debugDescription), "
      + "\(settings.guidance), \(settings.sampler?.rawValue ?? "the model's own"), \(settings.seed)"
  }
}

/// A 64-bit FNV-1a hash: tells damage and changes, not attacks.
struct Fingerprint: CustomStringConvertible {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  init() {}

  init(_ bytes: [UInt8]) { add(bytes) }

  init(_ floats: [Float]) { add(floats) }

  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// Whole words at a time.
  mutating func add(_ floats: [Float]) {
    for float in floats { value = (value ^ UInt64(float.bitPattern)) &* 0x100_0000_01b3 }
  }

  var description: String { String(value, radix: 16) }
}
