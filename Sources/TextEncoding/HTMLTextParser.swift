/// Cuts an HTML fragment into tags and text as Python's `html.parser` (3.11) does.
///
/// That parser forgives in ways of its own, and captions are full of stray `<` and `&`: what it
/// makes of those is part of what the models were trained with. It reads the fragment, and once it
/// meets something unfinished it reads on from there knowing that nothing more will come.
struct HTMLTextParser {
  let source: ScalarText
  private var position = 0
  private var collector = HTMLTextCollector()
  /// `script` or `style` while inside of one: nothing but its end tag counts.
  private var rawElement: ScalarText?
  private var tags: HTMLStartTagScanner
  private var finder: HTMLMarkFinder

  private static let entityName = ScalarSet.letter + ScalarSet(["0"..."9"]) + "-."
  private static let sectionName = entityName + "_"
  private static let tagName = sectionName + ":"

  init(_ source: ScalarText) {
    self.source = source
    tags = HTMLStartTagScanner(source)
    finder = HTMLMarkFinder(source)
  }

  mutating func parse() -> ScalarText {
    read(isFinal: false)
    read(isFinal: true)
    if rawElement == nil, position < source.count { collector.append(source[position...]) }
    return collector.finish()
  }

  private mutating func read(isFinal: Bool) {
    while position < source.count {
      guard let mark = nextMark() else {
        if rawElement == nil { take(upTo: source.count) }
        return
      }
      take(upTo: mark)
      let goesOn =
        source[mark] == "<" ? readMarkup(isFinal: isFinal) : readReference(isFinal: isFinal)
      if !goesOn { return }
    }
  }

  private func nextMark() -> Int? {
    guard let rawElement else {
      return source[position...].firstIndex { $0 == "<" || $0 == "&" }
    }
    return (position..<source.count).first { endsRawElement(rawElement, at: $0) }
  }

  private func endsRawElement(_ name: ScalarText, at index: Int) -> Bool {
    guard starts(with: ["<", "/"], at: index) else { return false }
    let start = finder.skipSpaces(from: index + 2)
    guard source[start...].prefix(name.count).elementsEqual(name, by: { $0.isSame(as: $1) }) else {
      return false
    }
    let end = finder.skipSpaces(from: start + name.count)
    return end < source.count && source[end] == ">"
  }

  private mutating func take(upTo end: Int) {
    if end > position { collector.append(source[position..<end]) }
    position = end
  }

  private func scalar(at index: Int) -> TextScalar? {
    index < source.count ? source[index] : nil
  }

  private func starts(with prefix: ScalarText, at index: Int) -> Bool {
    source[index...].starts(with: prefix)
  }

  // MARK: Markup

  /// Reads what a "<" begins; false if it has to wait for more.
  private mutating func readMarkup(isFinal: Bool) -> Bool {
    guard let following = scalar(at: position + 1) else { return false }
    let end: Int?
    switch following {
    case _ where rawElement == nil && following.isASCIILetter: end = readStartTag()
    case "/": end = readEndTag()
    case "!": end = readDeclaration()
    case "?": end = readSection(endingAt: finder.index(of: ">", from: position + 2).map { $0 + 1 })
    default:
      take(upTo: position + 1)
      return true
    }
    if let end {
      position = end
    } else if isFinal {
      // Unfinished: taken for text.
      let close = finder.index(of: ">", from: position + 1).map { $0 + 1 }
      take(upTo: close ?? finder.index(of: "<", from: position + 1) ?? position + 1)
    }
    return end != nil || isFinal
  }

  private mutating func readStartTag() -> Int? {
    switch tags.scan(at: position) {
    case .unfinished: return nil
    case .bogus(let end):
      take(upTo: end)
      return end
    case .tag(let name, let closesItself, let end):
      collector.startTag(name.string, closesItself: closesItself)
      if !closesItself, name == ScalarText("script") || name == ScalarText("style") {
        rawElement = name
      }
      return end
    }
  }

  private mutating func readEndTag() -> Int? {
    guard let close = finder.index(of: ">", from: position + 1) else { return nil }
    let start = finder.skipSpaces(from: position + 2)
    let word = source[start...].prefix(while: Self.tagName.contains)
    if word.first?.isASCIILetter == true, scalar(at: finder.skipSpaces(from: word.endIndex)) == ">"
    {
      collector.endTag(ScalarText(word).lowercased.string)
      rawElement = nil
      return close + 1
    }
    guard let first = scalar(at: position + 2), first.isASCIILetter else {
      // "</>" leaves no trace; anything else is a comment.
      if close > position + 2 { collector.hiddenSection() }
      return close + 1
    }
    let name = source[(position + 2)...].prefix { !HTMLStartTagScanner.endsName.contains($0) }
    collector.endTag(ScalarText(name).lowercased.string)
    return close + 1
  }

  private mutating func readDeclaration() -> Int? {
    if starts(with: ["<", "!", "-", "-"], at: position) {
      return readSection(endingAt: finder.endOfComment(from: position + 4))
    }
    if starts(with: ["<", "!", "["], at: position) { return readMarkedSection() }
    let end = finder.index(of: ">", from: position + 2)
    return readSection(endingAt: end.map { $0 + 1 })
  }

  private mutating func readSection(endingAt end: Int?) -> Int? {
    if end != nil { collector.hiddenSection() }
    return end
  }

  private mutating func readMarkedSection() -> Int? {
    let start = position + 3
    let word = source[start...].prefix(while: Self.sectionName.contains)
    guard finder.skipSpaces(from: word.endIndex) < source.count else { return nil }
    switch ScalarText(word).lowercased.string {
    case "cdata":
      guard let section = finder.markedSection(from: start) else { return nil }
      if scalar(at: word.endIndex) == "[", section.lowerBound > word.endIndex {
        collector.cdataSection(source[(word.endIndex + 1)..<section.lowerBound])
      } else {
        collector.hiddenSection()
      }
      return section.upperBound
    case "temp", "ignore", "include", "rcdata":
      return readSection(endingAt: finder.markedSection(from: start)?.upperBound)
    case "if", "else", "endif":
      return readSection(endingAt: finder.endOfOfficeSection(from: start))
    default:
      return readSection(endingAt: finder.index(of: ">", from: start).map { $0 + 1 })
    }
  }

  // MARK: References

  /// Reads what a "&" begins; false if it has to wait for more.
  private mutating func readReference(isFinal: Bool) -> Bool {
    guard let following = scalar(at: position + 1) else { return false }
    if following == "#" { return readNumber() }
    guard following.isASCIILetter else {
      take(upTo: position + 1)
      return true
    }
    var word = source[(position + 1)...].prefix(while: Self.entityName.contains)
    if word.endIndex == source.count {
      // A name has to be followed by something that cannot be in one.
      guard let last = word.lastIndex(where: { $0 == "-" || $0 == "." }) else {
        // Python loses the ampersand of a single letter at the end.
        if isFinal, word.count == 1 { position += 1 }
        return false
      }
      word = word[..<last]
    }
    let name = ScalarText(word)
    collector.append((HTMLEntities.named(name.string) ?? ["&"] + name)[...])
    position = word.endIndex + (source[word.endIndex] == ";" ? 1 : 0)
    return true
  }

  private mutating func readNumber() -> Bool {
    let start = position + 2
    let isHexadecimal = scalar(at: start) == "x" || scalar(at: start) == "X"
    let digits = source[min(isHexadecimal ? start + 1 : start, source.count)...].prefix {
      isHexadecimal ? $0.hexadecimal != nil : $0.isASCIIDigit
    }
    guard !digits.isEmpty, let following = scalar(at: digits.endIndex), following.hexadecimal == nil
    else {
      if finder.index(of: ";", from: position) != nil { take(upTo: start) }
      return false
    }
    let value = HTMLEntities.number(digits, radix: isHexadecimal ? 16 : 10)
    let number = value == 0 ? 0xFFFD : HTMLEntities.windows1252(value)
    collector.append([TextScalar(Unicode.Scalar(number) ?? "\u{FFFD}")])
    position = digits.endIndex + (following == ";" ? 1 : 0)
    return true
  }
}

extension TextScalar {
  /// Equal but for the case of ASCII letters.
  fileprivate func isSame(as other: TextScalar) -> Bool {
    self == other || (isASCIILetter && other.isASCIILetter && value | 0x20 == other.value | 0x20)
  }
}
