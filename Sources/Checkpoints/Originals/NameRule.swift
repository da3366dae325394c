/// How one layer of an original checkpoint is called in diffusers.
///
/// In names `*` stands for a number, and `~` for one that counts the other way around.
struct NameRule {
  /// Components of the original name.
  let original: [Substring]
  /// More than one for a layer whose rows become several layers of equal size.
  let diffusers: [String]
  /// Whether it is a layer with a `weight` and a `bias`, or one tensor.
  let isLayer: Bool

  /// - Parameter diffusers: None for what diffusers does without.
  init(_ original: String, _ diffusers: String..., isLayer: Bool = true) {
    self.init(original: original.split(separator: "."), diffusers: diffusers, isLayer: isLayer)
  }

  init(original: [Substring], diffusers: [String], isLayer: Bool) {
    self.original = original
    self.diffusers = diffusers
    self.isLayer = isLayer
  }

  /// The names in diffusers of a tensor.
  ///
  /// - Parameters:
  ///   - name: Components of its original name.
  ///   - levels: How many `~` counts.
  /// - Returns: Nothing if the rule is about another tensor.
  func names(for name: [Substring], levels: Int) -> [String]? {
    var numbers: [Int] = []
    guard name.count == original.count + (isLayer ? 1 : 0) else { return nil }
    for (part, found) in zip(original, name) {
      switch part {
      case "*", "~":
        guard let number = Int(found), number >= 0, part == "*" || number < levels else {
          return nil
        }
        numbers.append(part == "*" ? number : levels - 1 - number)
      default:
        guard part == found else { return nil }
      }
    }
    let suffix = isLayer ? "." + name[name.count - 1] : ""
    guard !isLayer || suffix == ".weight" || suffix == ".bias" else { return nil }
    return diffusers.map { Self.fill($0, with: numbers) + suffix }
  }

  private static func fill(_ pattern: String, with numbers: [Int]) -> String {
    var numbers = numbers[...]
    return pattern.split(separator: ".").map { part in
      (part == "*" || part == "~") ? numbers.popFirst().map(String.init) ?? "" : String(part)
    }.joined(separator: ".")
  }
}
