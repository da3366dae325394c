public import Kernels

/// What of a request decides its time and its memory.
public struct RequestFacts: Sendable, Equatable {
  /// The size pictures are made at.
  public var size: PictureSize
  /// That are computed for one picture.
  public var steps: Int
  /// Whether each step computes the negative prompt's half too.
  public var isGuided = true
  public var count = 1
  public var tilesDecoding = false
  /// Tokens of each prompt that the transformer looks at.
  public var promptTokens: [Int]
  /// Tokens of each prompt that goes through the text encoder, because it is in no cache.
  public var encodedTokens: [Int] = []
  /// Whether the text encoder's 8-bit weights have to be packed and written to disk first.
  public var preparesTextEncoder = false
  public var encodesImage = false
  /// Of the adapters' files.
  public var adapterBytes = 0
  /// Whether text encoder, transformer and autoencoder take turns in memory.
  public var savesMemory = false
  /// What a ControlNet adds; nil without a condition.
  public var control: ControlFacts?
  /// Whether the model is open from the request before.
  public var isLoaded = false
  /// Of large products.
  public var precision = Precision.fp32

  public init(size: PictureSize, steps: Int, promptTokens: [Int]) {
    self.size = size
    self.steps = steps
    self.promptTokens = promptTokens
  }
}
