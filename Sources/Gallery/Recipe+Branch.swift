extension Recipe {
  /// A step after which a run went on with other settings, and those that were in force until then.
  ///
  /// A run that made 3 steps of a fox, then 4 of a wolf and its last ones with more guidance has the
  /// recipe `{"prompt": "a wolf", "guidance": 7, ..., "branch": [{"at": 3, "prompt": "a fox",
  /// "guidance": 4.5, ...}, {"at": 7, "prompt": "a wolf", "guidance": 4.5, ...}]}`.
  public struct BranchPoint: Codable, Sendable, Hashable {
    /// Finished steps of the picture.
    public var at: Int
    public var prompt: String
    public var negative: String
    public var guidance: Double
    /// The one the model is published with if nil.
    public var sampler: String?
    /// Where it changes, the noise still to come is another; what was drawn before stays.
    public var seed: UInt64

    public init(
      at: Int, prompt: String, negative: String, guidance: Double, sampler: String?, seed: UInt64
    ) {
      self.at = at
      self.prompt = prompt
      self.negative = negative
      self.guidance = guidance
      self.sampler = sampler
      self.seed = seed
    }
  }
}
