import Foundation
import Prompts
import Studio
import Testing

@Suite struct StylesFileTests {
  @Test func readsStylesByName() throws {
    let loaded = try parse(
      """
      [photo]
      prompt = "photograph of {prompt}, 50 mm"

      ["dark fantasy"]
      prompt = \"\"\"
      {prompt},
      dark fantasy\"\"\"
      negative = "bright"

      [clean]
      negative = "noise"
      """)
    #expect(loaded.problems.isEmpty)
    #expect(loaded.styles.map(\.name) == ["clean", "dark fantasy", "photo"])
    #expect(
      loaded.styles.map(\.prompt) == [
        "", "{prompt},\ndark fantasy", "photograph of {prompt}, 50 mm",
      ])
    #expect(loaded.styles.map(\.negative) == ["noise", "bright", ""])
  }

  @Test func warnsAndGoesOn() throws {
    let loaded = try parse(
      """
      version = 1
      [empty]
      [typed]
      prompt = 5
      negative = "kept"
      [odd]
      prompt = "kept"
      weight = 2
      """)
    #expect(loaded.styles.map(\.name) == ["odd", "typed"])
    #expect(
      loaded.problems.map(\.description) == [
        "styles.toml, line 1: 'version' is 1, but a style is a table: [version]. It is left out.",
        "styles.toml, line 2: 'empty' has neither 'prompt' nor 'negative'. It is left out.",
        "styles.toml, line 4: 'prompt' is 5, but needs a text. It is left out.",
        "styles.toml, line 8: 'weight' is no part of a style: 'prompt' and 'negative' are.",
      ])
  }

  private func parse(_ text: String) throws -> StylesFile.Loaded {
    try StylesFile.parse(Data(text.utf8), file: "styles.toml")
  }
}
