/// What a tensor's name in an adapter's file means.
enum AdapterKey: Equatable {
  enum Role: Equatable {
    case down, up, alpha, magnitude
  }

  /// - Parameters:
  ///   - layer: As the file writes it, without what programs put before.
  ///   - isFlat: Whether `_` may stand for `.` in it.
  case layer(String, isFlat: Bool, Role)
  /// Of a text encoder, which is not adapted here.
  case textEncoder
  /// Of another method than LoRA.
  case unsupported(method: String)
  case unknown

  init(_ name: String) {
    if Self.textEncoders.contains(where: name.hasPrefix) {
      self = .textEncoder
      return
    }
    if let other = Self.otherMethods.first(where: { name.contains($0.mark) }) {
      self = .unsupported(method: other.method)
      return
    }
    guard let ending = Self.endings.first(where: { name.hasSuffix($0.text) }) else {
      self = .unknown
      return
    }
    var layer = name.dropLast(ending.text.count)
    while let prefix = Self.prefixes.first(where: layer.hasPrefix) {
      layer = layer.dropFirst(prefix.count)
    }
    if let prefix = Self.flatPrefixes.first(where: layer.hasPrefix) {
      self = .layer(String(layer.dropFirst(prefix.count)), isFlat: true, ending.role)
    } else {
      self = .layer(String(layer), isFlat: false, ending.role)
    }
  }

  /// What names of peft, diffusers and kohya's scripts end in; of two that fit the longer one is first.
  private static let endings: [(text: String, role: Role)] = [
    (".lora_A.default.weight", .down), (".lora_A.weight", .down), (".lora_down.weight", .down),
    (".lora.down.weight", .down),
    (".lora_B.default.weight", .up), (".lora_B.weight", .up), (".lora_up.weight", .up),
    (".lora.up.weight", .up),
    (".lora_magnitude_vector.default.weight", .magnitude),
    (".lora_magnitude_vector.weight", .magnitude), (".lora_magnitude_vector", .magnitude),
    (".dora_scale", .magnitude),
    (".alpha", .alpha),
  ]

  /// PixArt's scripts save through a pipeline that calls its network `unet`, whatever it is.
  private static let prefixes = ["base_model.model.", "unet.", "transformer.", "diffusion_model."]
  private static let flatPrefixes = ["lora_unet_", "lora_transformer_", "lycoris_"]
  private static let textEncoders = [
    "text_encoder.", "text_encoder_2.", "text_encoders.", "lora_te_", "lora_te1_", "lora_te2_",
    "lora_te3_",
  ]
  private static let otherMethods: [(mark: String, method: String)] = [
    (".hada_", "LoHa"), (".lokr_", "LoKr"), (".oft_", "OFT"), (".boft_", "BOFT"),
    (".lora_mid.", "LoCon with a middle matrix"), (".lora_embedding_", "LoRA of an embedding"),
    (".lora_B.bias", "LoRA with a bias"), (".ia3_", "IA3"), (".diff_b", "full differences"),
    (".vera_lambda_", "VeRA"),
  ]
}
