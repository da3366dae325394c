@testable import Catalog
import Foundation
import Testing

/// What is wrong with a query, word for word.
@Suite struct QueryParsingTests {
  private static let fields =
    "prompt, negative, model, sampler, seed, steps, guidance, size, width, height, rating, star, "
    + "date, origin"

  @Test(arguments: [
    ("fox \"red", "The quote in '\"red' is not closed. End it with \"."),
    ("prompt:\"red fox", "The quote in 'prompt:\"red fox' is not closed. End it with \"."),
    ("fox - dog", "A '-' stands alone. Write it before what should not be found: -dog."),
    ("fox -", "A '-' stands alone. Write it before what should not be found: -dog."),
    (
      "colour:red fox",
      "There is no field 'colour' in 'colour:red'. The fields are \(fields); "
        + "to find the words themselves, quote them: \"colour:red\"."
    ),
    ("prompt>fox", "'prompt' cannot be compared by '>', only by ':' and '='."),
    ("star>=1", "'star' cannot be compared by '>=', only by ':' and '='."),
    ("steps>", "Nothing follows 'steps>'. Write a value behind it."),
    ("fox model: x", "Nothing follows 'model:'. Write a value behind it."),
    ("model:\"\"", "Nothing follows 'model:'. Write a value behind it."),
    ("steps>many", "'steps' takes a whole number from 0, not 'many'."),
    ("steps>-1", "'steps' takes a whole number from 0, not '-1'."),
    (
      "seed:18446744073709551616", "'seed' takes a whole number from 0, not '18446744073709551616'."
    ),
    ("guidance<nan", "'guidance' takes a number, not 'nan'."),
    ("rating>5 rating>6", "'rating' takes a number from 0 to 5, not '6'."),
    ("star:maybe", "'star' takes yes or no, not 'maybe'."),
    ("size:512", "'size' takes width and height in pixels, such as 512x768, not '512'."),
    (
      "date:2026-02-30",
      "'date' takes a day, month or year such as 2026-11-23, 2026-11, 2026, or today, yesterday, "
        + "not '2026-02-30'."
    ),
    (
      "date>monday",
      "'date' takes a day, month or year such as 2026-11-23, 2026-11, 2026, or today, yesterday, "
        + "not 'monday'."
    ),
  ])
  func saysWhatIsWrong(query: String, message: String) {
    let error = #expect(throws: CatalogQueryError.self) { try CatalogQuery(parsing: query) }
    #expect(error?.description == message)
  }

  @Test(arguments: [
    ("fox   red", "fox red"), ("STEPS>20", "steps>20"), ("Star", "star"), ("star:yes", "star"),
    ("  fox ", "fox"), ("model:\"a b\"", "model:\" a b \""),
    ("date:today", "date:2026-11-23"), ("date<Yesterday", "date<2026-11-22"),
    ("date:2026-11-01", "date:2026-11-1"),
  ])
  func takesManyWaysOfWriting(first: String, second: String) throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "Europe/Zurich"))
    // 23 November 2026, 23:30 in Zürich.
    let now = Date(timeIntervalSince1970: 1_795_473_000)
    let queries = try [first, second].map {
      try CatalogQuery(parsing: $0, calendar: calendar, now: now)
    }
    #expect(queries[0] == queries[1])
  }

  @Test func keepsQuotedAndPlainWordsApart() throws {
    #expect(try CatalogQuery(parsing: "fox") != CatalogQuery(parsing: "\"fox\""))
    #expect(try CatalogQuery(parsing: "fox") != CatalogQuery(parsing: "-fox"))
    #expect(try CatalogQuery(parsing: "") == .everything)
  }
}
