public import Foundation

/// A model on disk in the layout of diffusers: `model_index.json` and one folder for each part.
///
/// Parts may be absent, as in the published repositories that hold a transformer only;
/// ``completed(among:)`` borrows them from other models.
public struct ModelFolder: Sendable {
  /// Where one part lies.
  public struct Location: Sendable, Equatable {
    public let folder: URL
    /// Name of the model it is borrowed from; nothing if it is the model's own.
    public let lender: String?
  }

  /// What the model is called, such as `ORG/NAME`, or the folder's own name.
  public let name: String
  public let folder: URL
  /// The transformer's, for a model of one file; nothing for a folder.
  public let file: URL?
  public let family: ModelFamily
  /// How the family was found out, for `pixart models inspect`.
  public let familyEvidence: String
  /// As `model_index.json` names it; nothing without that file.
  public let pipelineClass: String?
  public internal(set) var parts: [ModelPart: Location]
  /// Configurations of parts that have no file of theirs.
  private let stated: [ModelPart: ConfigurationFile]
  /// Of a model of one file, which was mapped to find out what it is.
  private let transformer: Checkpoint?
  /// Whether that file is a ControlNet's, which its transformer comes with.
  let fileHoldsControlNet: Bool

  init(
    name: String, folder: URL, file: URL, family: ModelFamily, familyEvidence: String,
    parts: [ModelPart: Location], stated: [ModelPart: ConfigurationFile], transformer: Checkpoint,
    fileHoldsControlNet: Bool
  ) {
    self.name = name
    self.folder = folder
    self.file = file
    self.family = family
    self.familyEvidence = familyEvidence
    self.parts = parts
    self.stated = stated
    self.transformer = transformer
    self.fileHoldsControlNet = fileHoldsControlNet
    pipelineClass = nil
  }

  /// - Parameters:
  ///   - name: Nothing takes it from the path.
  ///   - family: Nothing finds it out.
  /// - Throws: ``ModelError`` if the folder is no model, ``ConfigurationError`` if a file in it
  ///   that says what it is cannot be read.
  public init(_ folder: URL, name: String? = nil, family: ModelFamily? = nil) throws {
    let folder = folder.standardizedFileURL
    guard FileManager.default.fileExists(atPath: folder.path) else {
      throw ModelError.missingFolder(folder.path)
    }
    guard folder.isFolder else { throw ModelError.notAFolder(folder.path) }
    self.folder = folder
    self.name = name ?? Self.name(of: folder)
    file = nil
    stated = [:]
    transformer = nil
    fileHoldsControlNet = false
    let index = try Self.index(of: folder)
    pipelineClass = try index?.string("_class_name")
    if let pipelineClass, ModelFamily(pipelineClass: pipelineClass) == nil {
      throw ModelError.otherPipeline(folder: folder.path, found: pipelineClass.quoted)
    }
    parts = Self.ownParts(of: folder, index: index)
    guard !parts.isEmpty else { throw try Self.nothing(in: folder) }
    if let family {
      (self.family, familyEvidence) = (family, "as asked for")
    } else {
      (self.family, familyEvidence) =
        FamilyEvidence(
          name: self.name, pipelineClass: pipelineClass, parts: parts
        ).conclusion
    }
  }

  /// Parts that the model neither has nor borrows.
  public var missing: [ModelPart] { ModelPart.allCases.filter { parts[$0] == nil } }

  public var hasTransformer: Bool { parts[.transformer] != nil }

  /// What is borrowed and from where, such as `text encoder, tokenizer from NAME`.
  public var borrowings: [String] {
    let borrowed = ModelPart.allCases.filter { parts[$0]?.lender != nil }
    let lenders = Set(borrowed.compactMap { parts[$0]?.lender }).sorted()
    return lenders.map { lender in
      "\(borrowed.filter { parts[$0]?.lender == lender }.titles) from \(lender)"
    }
  }

  // MARK: Contents

  /// The folder of a part.
  ///
  /// - Throws: ``ModelError/noModel(folder:found:)`` if the part is neither there nor borrowed.
  public func location(_ part: ModelPart) throws -> Location {
    guard let location = parts[part] else {
      throw ModelError.noModel(
        folder: folder.appending(path: part.rawValue).path, found: [])
    }
    return location
  }

  /// Maps a part's weights, under diffusers' names.
  ///
  /// - Throws: ``CheckpointError`` if they are missing or damaged.
  public func checkpoint(_ part: ModelPart) throws -> Checkpoint {
    if part == .transformer, let transformer { return transformer }
    return try Checkpoint(folder: location(part).folder).inDiffusersNames()
  }

  /// The settings of a part; for the scheduler they are all there is.
  ///
  /// - Throws: ``ConfigurationError`` if the file cannot be read.
  public func configuration(_ part: ModelPart) throws -> ConfigurationFile {
    if let configuration = stated[part] { return configuration }
    return try ConfigurationFile(location(part).folder.appending(path: part.configurationName))
  }

  /// - Throws: ``ConfigurationError``.
  public func transformerConfiguration(_ checkpoint: Checkpoint) throws
    -> TransformerConfiguration
  {
    let file = try configuration(.transformer)
    let configuration = try TransformerConfiguration(file).agreeing(with: checkpoint)
    guard !configuration.useAdditionalConditions || configuration.hiddenSize % 3 == 0 else {
      throw file.bad("attention_head_dim", "heads · attention_head_dim to be a multiple of 3")
    }
    return configuration
  }

  /// - Throws: ``ConfigurationError``.
  public func textEncoderConfiguration() throws -> T5Configuration {
    try T5Configuration(configuration(.textEncoder))
  }

  /// - Throws: ``ConfigurationError``.
  public func autoencoderConfiguration() throws -> AutoencoderConfiguration {
    try AutoencoderConfiguration(configuration(.autoencoder))
  }

  /// The SentencePiece model, `spiece.model`.
  public func tokenizerFile() throws -> URL {
    try location(.tokenizer).folder.appending(path: ModelPart.tokenizer.configurationName)
  }

  // MARK: Opening

  private static func index(of folder: URL) throws -> ConfigurationFile? {
    let file = folder.appending(path: "model_index.json")
    return file.isFile ? try ConfigurationFile(file) : nil
  }

  private static func ownParts(of folder: URL, index: ConfigurationFile?) -> [ModelPart: Location] {
    var parts: [ModelPart: Location] = [:]
    for part in ModelPart.allCases where index?.values[part.rawValue] != .absentComponent {
      let location = folder.appending(path: part.rawValue)
      if location.appending(path: part.configurationName).isFile {
        parts[part] = Location(folder: location, lender: nil)
      }
    }
    return parts
  }

  /// What the folder is instead of a model.
  private static func nothing(in folder: URL) throws -> ModelError {
    let configuration = folder.appending(path: "config.json")
    if configuration.isFile {
      let file = try ConfigurationFile(configuration)
      for key in ["_class_name", "model_type"] {
        if case .string(let name) = file[key] {
          return .singlePart(folder: folder.path, name: name)
        }
      }
    }
    return .noModel(folder: folder.path, found: folder.visibleNames)
  }

  /// `ORG/NAME` in the Hugging Face cache, else the last name of the path.
  private static func name(of folder: URL) -> String {
    let repository = folder.deletingLastPathComponent().deletingLastPathComponent()
    return HuggingFaceCache.name(ofRepository: repository.lastPathComponent)
      ?? folder.lastPathComponent
  }
}

extension JSONValue {
  /// `[null, null]`, which says that the model comes without this part.
  fileprivate static let absentComponent = JSONValue.array([.null, .null])
}
