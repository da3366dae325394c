import Foundation
import Prompts
import Studio
import Terminal
import Testing

@Suite struct TextEditorTests {
  /// Text before with its cursor, keys, text after.
  @Test(arguments: [
    ("‸", "\"a fox\"", "a fox‸"),
    ("a‸c", "\"b\"", "ab‸c"),
    ("a‸", "alt-enter \"b\" ctrl-j", "a\nb\n‸"),
    ("ab‸", "left left left", "‸ab"),
    ("‸ab", "ctrl-f ctrl-f right", "ab‸"),
    ("ab‸", "ctrl-b", "a‸b"),
    ("a\n‸b", "left", "a‸\nb"),
    ("a red-fox‸", "alt-b", "a red-‸fox"),
    ("a red-fox‸", "ctrl-left ctrl-left", "a ‸red-fox"),
    ("a, ‸b", "alt-b alt-b", "‸a, b"),
    ("‸a red, fox", "alt-f", "a‸ red, fox"),
    ("a‸ red, fox", "ctrl-right alt-f alt-f", "a red, fox‸"),
    ("‸ (", "alt-f", " (‸"),
    ("one\ntw‸o\nthree", "ctrl-a", "one\n‸two\nthree"),
    ("one\ntw‸o\nthree", "ctrl-e", "one\ntwo‸\nthree"),
    ("one\ntw‸o\nthree", "ctrl-home", "‸one\ntwo\nthree"),
    ("one\ntw‸o\nthree", "alt->", "one\ntwo\nthree‸"),
    ("one\ntw‸o\nthree", "up", "on‸e\ntwo\nthree"),
    ("one\ntw‸o\nthree", "down", "one\ntwo\nth‸ree"),
    ("three\na\nthre‸e", "up up", "thre‸e\na\nthree"),
    ("three\na\nthre‸e", "up left up", "‸three\na\nthree"),
  ])
  func moves(before: String, keys: String, after: String) {
    check(before, keys, after)
  }

  @Test(arguments: [
    ("ab‸c", "backspace", "a‸c"),
    ("ab‸c", "ctrl-h ctrl-h ctrl-h", "‸c"),
    ("a‸bc", "delete", "a‸c"),
    ("a‸bc", "ctrl-d ctrl-d ctrl-d", "a‸"),
    ("a\n‸b", "backspace", "a‸b"),
    ("a‸\n\u{301}", "delete", "a\u{301}‸"),
    ("a red-fox‸ x", "ctrl-w", "a ‸ x"),
    ("a red  ‸", "ctrl-w", "a ‸"),
    ("a\nred‸", "ctrl-w", "a\n‸"),
    ("a red-fox‸ x", "alt-backspace", "a red-‸ x"),
    ("a ‸ red-fox", "alt-d", "a ‸-fox"),
    ("one\ntwo th‸ree", "ctrl-u", "one\n‸ree"),
    ("one\n‸two", "ctrl-u", "one‸two"),
    ("one t‸wo\nthree", "ctrl-k", "one t‸\nthree"),
    ("one‸\nthree", "ctrl-k", "one‸three"),
    ("‸", "ctrl-k ctrl-u ctrl-w alt-d alt-backspace backspace delete", "‸"),
  ])
  func deletes(before: String, keys: String, after: String) {
    check(before, keys, after)
  }

  @Test(arguments: [
    ("a red fox‸", "ctrl-w ctrl-a ctrl-y", "fox‸a red "),
    ("a red fox‸", "ctrl-w ctrl-w ctrl-y", "a red fox‸"),
    ("‸a red fox", "alt-d alt-d ctrl-e \" \" ctrl-y", " fox a red‸"),
    ("a red‸ fox", "ctrl-k ctrl-u ctrl-y", "a red fox‸"),
    ("a red fox‸", "ctrl-w left right ctrl-w ctrl-y ctrl-y", "a red red ‸"),
    ("one‸\ntwo", "ctrl-k ctrl-k ctrl-y", "one\ntwo‸"),
    ("a‸", "ctrl-w ctrl-w ctrl-y ctrl-y", "aa‸"),
    ("a‸", "ctrl-w right ctrl-w ctrl-y", "a‸"),
    ("a‸", "ctrl-y", "a‸"),
  ])
  func cutsAndPutsIn(before: String, keys: String, after: String) {
    check(before, keys, after)
  }

  @Test(arguments: [
    ("a‸bc", "ctrl-t", "ba‸c"),
    ("abc‸", "ctrl-t", "acb‸"),
    ("‸ab", "ctrl-t", "‸ab"),
    ("a\nb‸", "ctrl-t", "a\nb‸"),
    ("ab‸\nc", "ctrl-t", "ba‸\nc"),
    ("狐‸🦊", "ctrl-t", "🦊狐‸"),
    ("‸red fox", "alt-u", "RED‸ fox"),
    ("r‸ed fox", "alt-u", "rED‸ fox"),
    ("RED‸ FOX", "alt-l", "RED fox‸"),
    ("‸ rED fox", "alt-c alt-c", " Red Fox‸"),
    ("‸straße", "alt-u", "STRASSE‸"),
    ("a red f‸ox", "ctrl-up ctrl-up", "a red (f‸ox:1.2)"),
    ("(fo‸x:1.1)", "ctrl-down", "fo‸x"),
    ("a , ‸", "ctrl-up", "a , ‸"),
  ])
  func changes(before: String, keys: String, after: String) {
    check(before, keys, after)
  }

  /// No key leaves half of a character behind.
  @Test(arguments: [
    ("赤い狐‸", "left backspace", "赤‸狐"),
    ("👩‍👩‍👧‍👦‸x", "backspace", "‸x"),
    ("x‸🏳️‍🌈y", "right", "x🏳️‍🌈‸y"),
    ("x‸🏳️‍🌈y", "delete", "x‸y"),
    ("ne\u{301}‸", "backspace", "n‸"),
    ("👍🏽‸", "left", "‸👍🏽"),
    ("🇩🇪🇫🇷‸", "left \"x\"", "🇩🇪x‸🇫🇷"),
    ("한국‸", "backspace", "한‸"),
    ("שלום‸", "left \"x\" backspace", "שלו‸ם"),
    ("‸👧", "\"👩\u{200D}\"", "👩‍👧‸"),
    ("赤い 狐の森‸", "alt-b", "赤い ‸狐の森"),
  ])
  func keepsCharactersWhole(before: String, keys: String, after: String) {
    check(before, keys, after)
  }

  /// Typing is taken back word by word, deleting in one go, everything else by the key.
  @Test(arguments: [
    ("‸", "\"a red fox\" ctrl-_", "a red ‸"),
    ("‸", "\"a red fox\" alt-z alt-z", "a ‸"),
    ("‸", "\"a red fox\" ctrl-/ ctrl-/ ctrl-/ ctrl-/", "‸"),
    ("‸", "\"a red fox\" alt-z alt-z alt-r", "a red ‸"),
    ("‸", "\"a red fox\" alt-z alt-z alt-Z alt-Z alt-Z", "a red fox‸"),
    ("‸", "\"ab\" left right \"cd\" alt-z", "ab‸"),
    ("‸", "\"ab\" alt-z \"c\" alt-r", "c‸"),
    ("abc‸", "backspace backspace \"x\" alt-z alt-z", "abc‸"),
    ("‸abc", "delete delete alt-z", "‸abc"),
    ("abc‸", "backspace left backspace alt-z", "a‸b"),
    ("one two‸", "ctrl-w ctrl-w alt-z", "one ‸"),
    ("a fo‸x", "ctrl-up alt-z", "a fo‸x"),
    ("a fo‸x", "ctrl-up ctrl-up alt-z alt-z alt-r", "a (fo‸x:1.1)"),
    ("a‸b", "ctrl-t alt-z", "a‸b"),
  ])
  func undoesAndRedoes(before: String, keys: String, after: String) {
    check(before, keys, after)
  }

  @Test func joinsTypedMarks() {
    var editor = TextEditor(marked: "e‸x")
    let isTyped = editor.handle(KeyPress(.character("\u{301}")), width: 80)
    #expect(isTyped)
    #expect(editor.marked == "e\u{301}‸x")
  }

  @Test func takesPastesAsOneStep() {
    var editor = TextEditor(marked: "a‸b")
    editor.insert("1\r\n2\r3\t4\u{1B}[0m\u{7}\u{85}5\u{2028}")
    #expect(editor.marked == "a1\n2\n3  4[0m\n5\n‸b")
    editor.press("alt-z")
    #expect(editor.marked == "a‸b")
    editor.press("\"x\"")
    editor.insert("")
    editor.insert("y")
    editor.press("\"z\" alt-z alt-z")
    #expect(editor.marked == "ax‸b")
    #expect(TextEditor("a\r\nb\u{0}").text == "a\nb")
  }

  @Test func replacesEverythingAsOneStep() {
    var editor = TextEditor(marked: "a ré‸d fox")
    editor.replaceAll(with: "a rèd cat")
    #expect(editor.marked == "a rèd cat‸")
    editor.press("alt-z")
    #expect(editor.marked == "a ré‸d fox")
    editor.press("alt-r")
    #expect(editor.marked == "a rèd cat‸")
    editor.replaceAll(with: "")
    #expect(editor.isEmpty)
    editor.press("alt-z")
    #expect(editor.text == "a rèd cat")
  }

  @Test func leavesOtherKeysAlone() {
    for key in ["enter", "tab", "esc", "f1", "ctrl-z", "ctrl-c", "ctrl-r", "pageup", "alt-x"] {
      var editor = TextEditor(marked: "a‸b")
      let wasUsed = editor.press(key)
      #expect(!wasUsed, "\(key)")
      #expect(editor.marked == "a‸b")
    }
    var editor = TextEditor(marked: "a‸\nb")
    let used = ["up", "down", "down", "left backspace"].map { editor.press($0) }
    #expect(used == [false, true, false, true])
    let isTyped = editor.handle(KeyPress(.character("\u{7}")), width: 80)
    #expect(!isTyped)
  }

  /// Every command has one entry in the table, every key one command.
  @Test func bindsKeysOnce() {
    let bindings = EditorCommand.bindings
    #expect(bindings.map(\.command).count == EditorCommand.allCases.count)
    #expect(Set(bindings.map(\.command)) == Set(EditorCommand.allCases))
    let keys = bindings.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
    #expect(keys.count == 43)
    #expect(bindings.allSatisfy { !$0.keys.isEmpty && !$0.explanation.isEmpty })
  }

  @Test func isKept() throws {
    let editor = TextEditor(marked: "a 狐‸\nb")
    let data = try JSONEncoder().encode(editor)
    #expect(try JSONDecoder().decode(TextEditor.self, from: data) == editor)
    func decode(_ json: String) throws -> String {
      try JSONDecoder().decode(TextEditor.self, from: Data(json.utf8)).marked
    }
    #expect(try decode(#"{"text": "狐x", "cursor": 1}"#) == "狐‸x")
    #expect(try decode(#"{"text": "ab", "cursor": 99}"#) == "ab‸")
    #expect(try decode(#"{"text": "ab", "cursor": -1}"#) == "‸ab")
    #expect(try decode(#"{"text": "ab"}"#) == "ab‸")
  }

  /// Random keys: the cursor stays between characters, and undoing everything leads back.
  @Test(arguments: 0..<8)
  func standsRandomKeys(seed: UInt64) {
    var random = RandomKeys(state: seed)
    let pieces = ["a", "B", " ", "\n", "狐", "🏳️‍🌈", "\u{301}", "🇩", "(", ")", ":1.2", "ש", "ᄒ", "ᅡ"]
    let start = (0..<30).map { _ in random.pick(pieces) }.joined()
    var editor = TextEditor(start)
    let begin = editor.text
    let keys = EditorCommand.bindings.flatMap(\.keys)
    for _ in 0..<300 {
      let width = Int(random.next() % 12)
      switch random.next() % 4 {
      case 0: editor.insert(random.pick(pieces))
      case 1: _ = editor.handle(KeyPress(.character(random.pick(["a", " ", "狐"]))), width: width)
      case 2: _ = editor.handle(random.pick(keys), width: width)
      default:
        editor.moveTo(row: Int(random.next() % 9) - 1, column: Int(random.next() % 9), width: width)
      }
      #expect(String.Index(editor.cursor, within: editor.text) != nil)
      #expect(
        editor.layout(width: width).map(\.text).joined() == editor.text.replacing("\n", with: ""))
    }
    // A change, so that there is nothing more to do again.
    editor.insert("x")
    let end = editor.text
    for _ in 0..<400 { editor.press("alt-z") }
    #expect(editor.text == begin)
    for _ in 0..<400 { editor.press("alt-r") }
    #expect(editor.text == end)
  }

  private func check(_ before: String, _ keys: String, _ after: String) {
    var editor = TextEditor(marked: before)
    #expect(editor.marked == before)
    editor.press(keys)
    #expect(editor.marked == after)
    #expect(editor.text.utf8.elementsEqual(after.replacing("‸", with: "").utf8))
  }
}

/// A small linear congruential generator, enough for choosing keys.
struct RandomKeys {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }

  mutating func pick<Element>(_ list: [Element]) -> Element {
    list[Int(next() % UInt64(list.count))]
  }
}
