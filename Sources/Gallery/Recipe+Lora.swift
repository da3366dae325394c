import Foundation

extension Recipe {
  /// An adapter of the transformer: `{"file": "ink.safetensors", "scale": 0.8, "hash": "..."}`.
  ///
  /// People may write it in one word, as the command line has it: `ink.safetensors:0.8`.
  public struct Lora: Codable, Sendable, Hashable, CustomStringConvertible {
    /// A path, or a name known to the model library.
    public var file: String
    public var scale: Double
    /// Tells its contents from others, whatever it is called; nil where that does not matter.
    public var hash: String?

    public init(file: String, scale: Double = 1, hash: String? = nil) {
      self.file = file
      self.scale = scale
      self.hash = hash
    }

    /// Reads `FILE` or `FILE:SCALE`; what stands behind the last colon counts if it is a number.
    ///
    /// - Returns: Nil without a file.
    public init?(_ text: some StringProtocol) {
      let text = String(text)
      if let colon = text.lastIndex(of: ":"), let scale = Double(text[text.index(after: colon)...])
      {
        self.init(file: String(text[..<colon]), scale: scale)
      } else {
        self.init(file: text)
      }
      if file.isEmpty { return nil }
    }

    /// As ``init(_:)`` reads it, without the hash.
    public var description: String {
      // A name that ends like a scale needs one behind it.
      let needsScale = scale != 1 || Self(file)?.file != file
      return needsScale ? "\(file):\(scale)" : file
    }

    private enum CodingKeys: CodingKey {
      case file, scale, hash
    }

    public init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        guard let read = Self(text) else {
          throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "an adapter without a file"))
        }
        self = read
        return
      }
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        file: try values.decode(String.self, forKey: .file),
        scale: try values.decodeIfPresent(Double.self, forKey: .scale) ?? 1,
        hash: try values.decodeIfPresent(String.self, forKey: .hash))
    }
  }
}
