import Gallery

/// What sets two pictures apart.
struct GalleryComparison: Sendable, Equatable {
  struct Setting: Sendable, Equatable {
    var name: String
    /// `—` where a recipe does not tell.
    var left: String
    var right: String
  }

  /// A word of a prompt.
  struct Word: Sendable, Equatable {
    var text: String
    /// Whether the other prompt lacks it.
    var isOwn: Bool
  }

  /// Settings that differ.
  var settings: [Setting]
  /// The prompts; empty if they are the same.
  var prompt: (left: [Word], right: [Word]) { (leftPrompt, rightPrompt) }
  var negative: (left: [Word], right: [Word]) { (leftNegative, rightNegative) }
  private var leftPrompt: [Word] = []
  private var rightPrompt: [Word] = []
  private var leftNegative: [Word] = []
  private var rightNegative: [Word] = []

  /// More words of a prompt than these are compared as one.
  private static let mostWords = 400

  init(_ left: GalleryPicture, _ right: GalleryPicture) {
    let (a, b) = (Self.rows(left), Self.rows(right))
    let names = a.map(\.name) + b.map(\.name).filter { name in !a.contains { $0.name == name } }
    settings = names.compactMap { name in
      let values = [a, b].map { rows in rows.first { $0.name == name }?.value ?? "—" }
      return values[0] == values[1] ? nil : Setting(name: name, left: values[0], right: values[1])
    }
    (leftPrompt, rightPrompt) = Self.words(left.recipe?.prompt, right.recipe?.prompt)
    (leftNegative, rightNegative) = Self.words(left.recipe?.negative, right.recipe?.negative)
  }

  private static func rows(_ picture: GalleryPicture) -> [(name: String, value: String)] {
    var rows = picture.settings
    if !rows.contains(where: { $0.name == "Size" }), let size = picture.size {
      rows.append(("Size", size))
    }
    if let origin = picture.origin { rows.append(("Made by", origin.rawValue)) }
    rows.append(("Rating", picture.marks.rating > 0 ? "\(picture.marks.rating)" : "none"))
    return rows
  }

  /// Both texts in words, those marked that are not in a longest common sequence of them.
  private static func words(_ left: String?, _ right: String?) -> ([Word], [Word]) {
    let (left, right) = (left ?? "", right ?? "")
    if left == right { return ([], []) }
    let a = left.split(whereSeparator: \.isWhitespace).map(String.init)
    let b = right.split(whereSeparator: \.isWhitespace).map(String.init)
    guard max(a.count, b.count) <= mostWords else {
      return ([Word(text: left, isOwn: true)], [Word(text: right, isOwn: true)])
    }
    let difference = b.difference(from: a)
    var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    return (
      a.enumerated().map { Word(text: $1, isOwn: removed.contains($0)) },
      b.enumerated().map { Word(text: $1, isOwn: inserted.contains($0)) }
    )
  }
}
