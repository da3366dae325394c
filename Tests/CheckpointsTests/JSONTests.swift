import Checkpoints
import Foundation
import Testing

@Suite struct JSONTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Data(text.utf8)) }

  @Test func readsEveryKindOfValue() throws {
    let text = #"{"a":[1,-2,3.5,1e3,true,false,null,"x"],"b":{},"c":[],"d":-0}"#
    #expect(
      try parse(text)
        == .object([
          "a": .array([
            .integer(1), .integer(-2), .number(3.5), .number(1000), .bool(true), .bool(false),
            .null, .string("x"),
          ]), "b": .object([:]), "c": .array([]), "d": .integer(0),
        ]))
  }

  /// What Python's `json` writes for numbers that are none.
  @Test func readsWhatPythonWrites() throws {
    guard case .array(let values) = try parse("[-Infinity, Infinity, NaN]"),
      case .number(let nan) = values[2]
    else {
      Issue.record("no list of three numbers")
      return
    }
    #expect(values[..<2] == [.number(-.infinity), .number(.infinity)])
    #expect(nan.isNaN)
  }

  @Test func resolvesEscapes() throws {
    #expect(
      try parse(#""\"\\\/\b\f\n\r\té\ud83d\ude00 α""#)
        == .string("\"\\/\u{8}\u{c}\n\r\t\u{e9}😀 α"))
  }

  @Test func integersBeyondInt64BecomeNumbers() throws {
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
  }

  @Test(arguments: [
    ("", "there is the end at byte 0 where a value was needed"),
    ("[1 2]", "there is '2' at byte 3 where ']' or ',' was needed"),
    ("[1,]", "there is ']' at byte 3 where a value was needed"),
    (#"{"a":1,}"#, "there is '}' at byte 7 where a key was needed"),
    (#"{"a" 1}"#, "there is '1' at byte 5 where ':' was needed"),
    (#"{"a":1,"a":2}"#, "the key 'a' comes a second time at byte 7"),
    ("1e999", "the number at byte 0 is too large"),
    ("01", "there is a leading zero at byte 0 where a number was needed"),
    ("-", "there is the end at byte 1 where a value was needed"),
    ("1.", "there is the end at byte 2 where a digit was needed"),
    ("-NaN", "there is 'N' at byte 1 where a value was needed"),
    ("nul", "there is 'n' at byte 0 where 'null' was needed"),
    ("true false", "there is 'f' at byte 5 where the end was needed"),
    (#""a"#, "there is the end at byte 2 where the closing quote was needed"),
    (#""\q""#, "there is 'q' at byte 2 where an escape was needed"),
    (#""\u12g4""#, "there is another text at byte 3 where four hexadecimal digits was needed"),
    (#""\ud83d""#, "there is half a surrogate pair at byte 1 where a character was needed"),
    (
      "\"\u{1}\"",
      "there is the byte 0x1 at byte 1 where text without control characters was needed"
    ),
  ])
  func saysWhatIsWrong(_ text: String, _ fault: String) {
    #expect(message { _ = try parse(text) } == fault)
  }

  @Test func invalidUTF8IsAFault() {
    let text = Data([0x22, 0x61, 0xC3, 0x28, 0x22])
    #expect(throws: JSONFault.invalidUTF8(at: 2)) { try JSONValue(parsing: text) }
  }

  @Test func nestingIsBounded() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try parse(nested(64))
    #expect(throws: JSONFault.tooDeep(limit: 64, at: 64)) { try parse(nested(65)) }
  }

  /// Code that reads `JSONSerialization`'s results must be able to read ours.
  @Test func foundationValuesCastAsJSONSerializationsDo() throws {
    let text = #"{"i":3,"d":0.5,"b":true,"s":"x","l":[1,2],"n":null,"m":-Infinity}"#
    let values = try #require(parse(text).foundation as? [String: Any])
    #expect(values["i"] as? Int == 3)
    #expect(values["i"] as? Double == 3)
    #expect(values["d"] as? Double == 0.5)
    #expect(values["b"] as? Bool == true)
    #expect(values["s"] as? String == "x")
    #expect(values["l"] as? [Int] == [1, 2])
    #expect(values["n"] is NSNull)
    #expect(values["m"] as? Double == -.infinity)
  }
}
