import Foundation
import Testing

@testable import Jobs

/// Axes as people write them.
@Suite struct SheetAxisTests {
  private var job: JobRequest { JobRequest(prompt: "a red fox, red grass") }

  private func values(_ text: String) throws -> [String] { try SheetAxis(text, of: job).values }

  private func fault(_ text: String, _ prompt: String? = nil) -> SheetError? {
    var job = self.job
    if let prompt { job.prompt = prompt }
    do {
      _ = try SheetAxis(text, of: job)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("steps=4,8,16", ["4", "8", "16"]), ("steps = 4 , 8", ["4", "8"]),
    ("steps=1..4", ["1", "2", "3", "4"]),
    ("steps=4..20:8", ["4", "12", "20"]), ("steps=4..19:8", ["4", "12"]),
    ("steps=9..4:2", ["9", "7", "5"]),
    ("steps=2,4..6,30", ["2", "4", "5", "6", "30"]), ("steps=5..5", ["5"]),
    (
      "seed=18446744073709551614..18446744073709551615",
      ["18446744073709551614", "18446744073709551615"]
    ),
    ("guidance=1..7:2", ["1", "3", "5", "7"]), ("guidance=4.5,1", ["4.5", "1"]),
    ("guidance=7..5.5:0.5", ["7", "6.5", "6", "5.5"]),
    // 0.1 + 0.1 + 0.1 is 0.30000000000000004.
    ("variation-strength=0..0.3", ["0", "0.1", "0.2", "0.3"]),
    ("strength=0.2..0.8:0.3", ["0.2", "0.5", "0.8"]),
    ("sampler=ddim, euler-a", ["ddim", "euler-a"]),
    ("size=512x512,64x1024", ["512x512", "64x1024"]),
    ("model=default,/models/a b", ["default", "/models/a b"]),
    ("prompt=red|green|dark blue", ["red", "green", "dark blue"]),
    ("prompt=red|", ["red", ""]), (#"prompt=red|a\|b|c\\d|\e"#, ["red", "a|b", #"c\d"#, #"\e"#]),
    ("prompt=red|a=b,c", ["red", "a=b,c"]), ("negative=|blurry, dark", ["", "blurry, dark"]),
    ("variation-seed=7", ["7"]),
  ])
  func readsValues(text: String, values: [String]) throws {
    #expect(try self.values(text) == values)
  }

  @Test func namesEveryFault() {
    #expect(fault("stesp=4") == .unknownSetting("stesp"))
    #expect(fault("") == .unknownSetting(""))
    #expect(fault("=4") == .unknownSetting(""))
    for text in ["steps", "steps=", "steps=4,", "steps=,4", "sampler=", "size= "] {
      let setting = SheetAxis.Setting(rawValue: String(text.prefix { $0 != "=" }))
      #expect(fault(text) == setting.map { .noValues($0) }, "\(text)")
    }
    let unusable: [(String, SheetAxis.Setting, String)] = [
      ("steps=four", .steps, "four"), ("steps=0", .steps, "0"), ("steps=1001", .steps, "1001"),
      ("steps=-4", .steps, "-4"),
      ("steps=4.5", .steps, "4.5"), ("steps=4..x", .steps, "x"), ("steps=4..", .steps, ""),
      ("steps=4..8:0", .steps, "4..8:0"),
      ("steps=4..8:x", .steps, "4..8:x"), ("guidance=nan", .guidance, "nan"),
      ("guidance=101", .guidance, "101"),
      ("guidance=1..7:0", .guidance, "1..7:0"), ("guidance=1..7:-1", .guidance, "1..7:-1"),
      ("guidance=1..7:inf", .guidance, "1..7:inf"), ("guidance=-1..2", .guidance, "-1"),
      ("seed=-1", .seed, "-1"), ("seed=18446744073709551616", .seed, "18446744073709551616"),
      ("sampler=ddim,heun", .sampler, "heun"), ("size=512", .size, "512"),
      ("size=0x8", .size, "0x8"),
      ("strength=0,1", .strength, "0"), ("strength=1.1", .strength, "1.1"),
      ("variation-strength=2", .variationStrength, "2"),
    ]
    for (text, setting, value) in unusable {
      #expect(fault(text) == .unusable(setting, value), "\(text)")
    }
    #expect(fault("steps=1..51") == .tooManyValues(.steps, count: 51))
    #expect(fault("steps=1..50") == nil)
    #expect(fault("steps=1..30,1..30") == .tooManyValues(.steps, count: 60))
    #expect(fault("guidance=0..100:0.001") == .tooManyValues(.guidance, count: 100_001))
    #expect(fault("seed=0..18446744073709551615") == .tooManyValues(.seed, count: .max))
    #expect(fault("prompt=cat|dog") == .notInPrompt("cat"))
    #expect(fault("prompt=|dog") == .notInPrompt(""))
    #expect(fault("alternatives") == .noAlternatives)
    #expect(fault("alternatives=red|green", "a {b|c}") == .alternativesWithValues)
    #expect(
      fault("alternatives", "{a|b}{c|d}{e|f}{g|h}{i|j}{k|l}")
        == .tooManyValues(.alternatives, count: 64))
    if case .template = fault("alternatives", "a {red|green} __animals__") {
    } else {
      Issue.record("a wildcard that is not there was taken")
    }
  }

  @Test func saysWhatToDo() {
    #expect(
      "\(SheetError.unknownSetting("stesp"))"
        == "There is no axis 'stesp'. The axes are prompt, alternatives, negative, model, size, steps, "
        + "guidance, sampler, seed, strength, variation-strength, variation-seed.")
    #expect(
      "\(SheetError.unusable(.guidance, "x"))"
        == "'x' is no guidance; 0 to 100 are, as in guidance=1,4.5 or guidance=1..7:2.")
    #expect(
      "\(SheetError.tooManyValues(.seed, count: .max))"
        == "The axis 'seed' has too many values, but 50 are the most. Take a larger step, or several "
        + "sheets.")
    // What is told as an example is no fault.
    for setting in SheetAxis.Setting.allCases {
      for text in setting.example.components(separatedBy: " or ") {
        #expect(fault(text, "a {red|green} fox") == nil, "\(text)")
      }
    }
  }

  /// Each alternative by the words that only it has; nested ones and several groups too.
  @Test func takesThePromptsAlternatives() throws {
    var job = JobRequest(prompt: "a {red|dark green|} fox {in snow|on a {hill|roof}} today")
    let axis = try SheetAxis("alternatives", of: job)
    #expect(axis.values.count == 9 && axis.values[4] == "a dark green fox on a hill today")
    #expect(axis.headings[4] == "dark green fox on a hill" && axis.headings[6] == "fox in snow")
    job.prompt = "a r{e|o}d"
    #expect(try SheetAxis("alternatives", of: job).headings == ["red", "rod"])
    job.prompt = "a{ red|}"
    #expect(try SheetAxis("alternatives", of: job).headings == ["red", "(nothing)"])
  }
}
