import Testing

@testable import Prompts

@Suite struct PromptTemplateTests {
  @Test(arguments: [
    ("a fox", ["a fox"]),
    ("a {red|green} fox", ["a red fox", "a green fox"]),
    ("{a|b}{1|2|3}", ["a1", "a2", "a3", "b1", "b2", "b3"]),
    ("{a|{b|c}d|}", ["a", "bd", "cd", ""]),
    ("fox{| in snow}", ["fox", "fox in snow"]),
    ("{|}", ["", ""]),
    ("{ red | green }", [" red ", " green "]),
    ("(x:{1.1|1.3})", ["(x:1.1)", "(x:1.3)"]),
    ("{狐|é🦊}!", ["狐!", "é🦊!"]),
    ("", [""]),
  ])
  func standsForPrompts(template: String, prompts: [String]) throws {
    let template = try PromptTemplate(template)
    #expect(template.count == prompts.count)
    #expect(try template.all() == prompts)
  }

  @Test(arguments: [
    "{red}", "a | b", "}{", "{", "}", "{{{masterpiece}}}", "_a_", "__", "____", "__a", "__a b__",
    "__/a__", "__a/__", "__a//b__", "__a.b__", "C:\\path", "\\_/", "\\(a\\)",
  ])
  func leavesOtherTextAlone(text: String) throws {
    let template = try PromptTemplate(text)
    #expect(!template.hasChoices)
    #expect(try template.all() == [text])
  }

  @Test func readsEscapes() throws {
    #expect(try PromptTemplate("\\{a\\|b\\} \\__c__").all() == ["{a|b} __c__"])
    #expect(try PromptTemplate("{a\\|b|\\}}").all() == ["a|b", "}"])
    #expect(try PromptTemplate("a\\\\{b|c}").all() == ["a\\{b|c}"])
  }

  @Test func fillsInWildcards() throws {
    let table = WildcardTable([
      "colour": ["red", "{dark |}green"], "animals/birds": ["owl", "__colour__ robin"],
      "größe": ["big"],
    ])
    let template = try PromptTemplate("a __animals/birds__", wildcards: table)
    #expect(template.count == 4)
    #expect(template.hasChoices)
    #expect(
      try template.all() == ["a owl", "a red robin", "a dark green robin", "a green robin"])
    #expect(try PromptTemplate("__größe__", wildcards: table).all() == ["big"])
    #expect(
      try PromptTemplate("___colour___", wildcards: WildcardTable(["colour": ["x"]])).all()
        == ["_x_"])
  }

  @Test func refusesWhatItCannotFillIn() {
    let table = WildcardTable([
      "a": ["__b__"], "b": ["x", "__c__"], "c": ["__b__"], "bad": ["ok", "{x|y"], "none": [],
      "far": ["__near__"],
    ])
    func error(_ text: String) -> TemplateError? {
      do throws(TemplateError) {
        _ = try PromptTemplate(text, wildcards: table)
        return nil
      } catch { return error }
    }
    #expect(error("é {a|b") == .unclosed(position: 3))
    #expect(error("{a|{b}") == .unclosed(position: 1))
    #expect(error("__a__") == .cycle(["b", "c", "b"]))
    #expect(error("__bad__") == .inEntry("{x|y", of: "bad", .unclosed(position: 1)))
    #expect(error("__none__") == .wildcard(.empty(name: "none", place: "memory")))
    let place = "a, b, bad, c, far, none"
    #expect(error("__nix__") == .wildcard(.missing(name: "nix", place: place)))
    #expect(
      error("__far__")
        == .inEntry("__near__", of: "far", .wildcard(.missing(name: "near", place: place))))
    let deep = String(repeating: "{|", count: 65) + String(repeating: "}", count: 65)
    #expect(error(deep) == .tooDeep(position: 130 + 65, limit: 64))
    #expect(error(String(deep.dropFirst(2).dropLast())) == nil)
  }

  @Test func saysWhatToDo() {
    #expect(
      "\(TemplateError.cycle(["b", "c", "b"]))"
        == "Wildcards lead back to themselves: b → c → b. Take one of them out of its file.")
    #expect(
      "\(TemplateError.unclosed(position: 3))"
        == "The { at character 3 is never closed. Add } after the last alternative, or write \\{ "
        + "for a brace.")
    #expect(
      "\(TemplateError.tooMany(count: 1024, limit: 1000))"
        == "This is 1024 prompts, and at most 1000 are made at once. Take out some alternatives, "
        + "or let one be chosen by the seed.")
    #expect(
      "\(TemplateError.inEntry("{x|y", of: "bad", .unclosed(position: 1)))".hasPrefix(
        "In '{x|y' of the wildcard 'bad': The { at character 1"))
  }

  @Test func countsBeforeItExpands() throws {
    let many = try PromptTemplate(String(repeating: "{a|b}", count: 10))
    #expect(many.count == 1024)
    #expect(throws: TemplateError.tooMany(count: 1024, limit: 1000)) { try many.all() }
    #expect(try many.all(limit: 1024).count == 1024)
    #expect(try Set(many.all(limit: 1024)).count == 1024)
    let huge = try PromptTemplate(String(repeating: "{a|b|c}", count: 1000))
    #expect(huge.count == .max)
    #expect(huge.one(seed: 1).count == 1000)
    // Doubles with every wildcard: shared, not copied.
    let doubling = Dictionary(
      uniqueKeysWithValues: (0..<60).map { ("w\($0)", ["__w\($0 + 1)__ __w\($0 + 1)__"]) })
    let table = WildcardTable(doubling.merging(["w60": ["x", "y"]]) { $1 })
    #expect(try PromptTemplate("__w0__", wildcards: table).count == .max)
  }

  @Test func choosesBySeed() throws {
    let template = try PromptTemplate("{a|b{1|2}|c}{x|y}")
    #expect((0..<100).allSatisfy { template.one(seed: $0) == template.one(seed: $0) })
    let chosen = (0..<6000).map { template.one(seed: UInt64($0)) }
    #expect(try Set(chosen) == Set(template.all()))
    // Each of three alternatives a third of the time; five standard deviations are 180.
    let withB = chosen.count { $0.hasPrefix("b") }
    #expect(abs(withB - 2000) < 180)
  }

  /// SplitMix64's published numbers for seed 1234567.
  @Test func generatesPublishedNumbers() {
    var generator = SplitMix64(seed: 1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317)
    #expect(generator.next() == 3_203_168_211_198_807_973)
    #expect(generator.next() == 9_817_491_932_198_370_423)
  }

  /// An escaped text stands for itself and shows no marks.
  @Test func escapesAnything() throws {
    var random = RandomPrompts(seed: 5)
    for _ in 0..<5_000 {
      let text = random.next()
      let escaped = PromptTemplate.escaping(text)
      #expect(try PromptTemplate(escaped).all() == [text])
    }
  }
}
