/// The parts of a model, named like their folders.
public enum ModelPart: String, Sendable, CaseIterable {
  case transformer
  case textEncoder = "text_encoder"
  case tokenizer
  case autoencoder = "vae"
  case scheduler

  /// For people.
  public var title: String {
    switch self {
    case .transformer: "transformer"
    case .textEncoder: "text encoder"
    case .tokenizer: "tokenizer"
    case .autoencoder: "autoencoder"
    case .scheduler: "scheduler"
    }
  }

  /// Its configuration, or what stands for it.
  var configurationName: String {
    switch self {
    case .tokenizer: "spiece.model"
    case .scheduler: "scheduler_config.json"
    default: "config.json"
    }
  }

  var hasWeights: Bool {
    switch self {
    case .transformer, .textEncoder, .autoencoder: true
    case .tokenizer, .scheduler: false
    }
  }
}
