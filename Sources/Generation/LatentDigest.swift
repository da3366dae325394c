public import Tensors

/// Tells whether two runs computed the same, bit for bit, and at which step they parted.
public struct LatentDigest: Sendable, Equatable {
  /// SHA-256 of the last latents, each number's four bytes the lowest first; 64 hexadecimal digits.
  public let latents: String
  /// Of the latents after each step, the first 8 digits.
  public let steps: [String]

  /// - Parameter steps: The latents after each step; not empty.
  public init(steps: [Latents]) {
    let digests = steps.map { latents in
      var hash = SHA256()
      hash.add(latents.values)
      return hash.hexadecimal
    }
    latents = digests.last ?? ""
    self.steps = digests.map { String($0.prefix(8)) }
  }
}
