public import Foundation
import Gallery

extension CatalogQuery {
  /// Reads a query.
  ///
  /// - `fox red`: prompts with words that begin so, all of them; `"red fox"`: these words in a row.
  /// - `prompt:` and `negative:` say where; `model:`, `sampler:` and `origin:` find a part of a name.
  /// - `steps>20 rating>=4 seed=7 guidance<5 width>512 size:512x768`; sizes are more or less in pixels.
  /// - `date:2026-11`, `date>=2026-11-23`, `date:today`: a year, month or day of the calendar.
  /// - `star` is the mark, `"star"` the word; a `-` before anything means pictures for which it does not hold.
  ///
  /// - Throws: ``CatalogQueryError`` naming the faulty part.
  public init(parsing text: String, calendar: Calendar = .current, now: Date = Date())
    throws(CatalogQueryError)
  {
    var terms: [Term] = []
    var rest = text.drop(while: \.isWhitespace)
    while !rest.isEmpty {
      let isNegated = rest.first == "-"
      if isNegated { rest = rest.dropFirst() }
      guard let first = rest.first, !first.isWhitespace else { throw .loneDash }
      let condition = try Self.condition(from: &rest, calendar: calendar, now: now)
      if let condition { terms.append(Term(isNegated: isNegated, condition: condition)) }
      rest = rest.drop(while: \.isWhitespace)
    }
    self.init(terms: terms)
  }

  /// Cuts one term off; nil for a quote with nothing in it.
  private static func condition(
    from rest: inout Substring, calendar: Calendar, now: Date
  ) throws(CatalogQueryError) -> Condition? {
    let start = rest
    if rest.first == "\"" {
      let phrase = try value(from: &rest, part: start)
      return phrase.isEmpty ? nil : .words(phrase, in: .prompt, isExact: true)
    }
    let name = rest.prefix { $0.isASCII && $0.isLetter }
    let behind = rest[name.endIndex...]
    guard !name.isEmpty,
      let sign = QueryOperator.allCases.first(where: { behind.hasPrefix($0.rawValue) })
    else {
      let word = rest.prefix { !$0.isWhitespace }
      rest = rest[word.endIndex...]
      if word.lowercased() == QueryField.star.rawValue { return .star(true) }
      return .words(String(word), in: .prompt, isExact: false)
    }
    guard let field = QueryField(rawValue: name.lowercased()) else {
      throw .unknownField(String(name), part: String(rest.prefix { !$0.isWhitespace }))
    }
    guard field.operators.contains(sign) else {
      throw .wrongOperator(field, found: sign.rawValue)
    }
    rest = behind.dropFirst(sign.rawValue.count)
    let isQuoted = rest.first == "\""
    let value = try value(from: &rest, part: start)
    guard !value.isEmpty else { throw .missingValue(part: "\(name)\(sign.rawValue)") }
    return try condition(
      field, sign, value, isQuoted: isQuoted, calendar: calendar, now: now)
  }

  /// Cuts a value off: to the next space or, if it begins with a quote, to the next quote.
  private static func value(from rest: inout Substring, part: Substring) throws(CatalogQueryError)
    -> String
  {
    guard rest.first == "\"" else {
      let value = rest.prefix { !$0.isWhitespace }
      rest = rest[value.endIndex...]
      return String(value)
    }
    let inside = rest.dropFirst()
    guard let end = inside.firstIndex(of: "\"") else { throw .openQuote(part: String(part)) }
    rest = inside[inside.index(after: end)...]
    return inside[..<end].trimmingCharacters(in: .whitespaces)
  }

  private static func condition(
    _ field: QueryField, _ sign: QueryOperator, _ value: String, isQuoted: Bool,
    calendar: Calendar, now: Date
  ) throws(CatalogQueryError) -> Condition {
    func wrong(_ needed: String) -> CatalogQueryError {
      .wrongValue(field, found: value, needed: needed)
    }
    switch field {
    case .prompt, .negative:
      return sign == .equal ? .equals(field, value) : .words(value, in: field, isExact: isQuoted)
    case .model, .sampler, .origin:
      return sign == .equal ? .equals(field, value) : .contains(field, value)
    case .star:
      guard let isStarred = ["yes": true, "no": false][value.lowercased()] else {
        throw wrong("yes or no")
      }
      return .star(isStarred)
    case .seed:
      guard let seed = UInt64(value) else { throw wrong("a whole number from 0") }
      return .seed(sign, seed)
    case .guidance:
      guard let number = Double(value), number.isFinite else { throw wrong("a number") }
      return .number(field, sign, number)
    case .size:
      guard let size = Recipe.Size(value.lowercased()), size.width < 1 << 31, size.height < 1 << 31
      else { throw wrong("width and height in pixels, such as 512x768") }
      return .size(sign, width: size.width, height: size.height)
    case .date:
      guard let interval = interval(value.lowercased(), calendar: calendar, now: now) else {
        throw wrong("a day, month or year such as 2026-11-23, 2026-11, 2026, or today, yesterday")
      }
      return .date(sign, interval)
    case .steps, .width, .height, .rating:
      guard let number = UInt32(value) else { throw wrong("a whole number from 0") }
      if field == .rating, !PictureMarks.ratings.contains(Int(number)) {
        throw wrong("a number from 0 to 5")
      }
      return .number(field, sign, Double(number))
    }
  }

  private static func interval(_ text: String, calendar: Calendar, now: Date) -> DateInterval? {
    switch text {
    case "today": return calendar.dateInterval(of: .day, for: now)
    case "yesterday":
      return calendar.date(byAdding: .day, value: -1, to: now)
        .flatMap { calendar.dateInterval(of: .day, for: $0) }
    default: break
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.count <= 4 ? UInt16($0).map(Int.init) : nil }
    guard numbers.count == parts.count, (1...3).contains(parts.count), parts[0].count == 4 else {
      return nil
    }
    let (month, day) = (numbers.dropFirst().first, numbers.dropFirst(2).first)
    let components = DateComponents(year: numbers[0], month: month ?? 1, day: day ?? 1)
    guard let date = calendar.date(from: components),
      // 31 February would become 3 March.
      calendar.dateComponents([.year, .month, .day], from: date) == components
    else { return nil }
    return calendar.dateInterval(of: day != nil ? .day : month != nil ? .month : .year, for: date)
  }
}
