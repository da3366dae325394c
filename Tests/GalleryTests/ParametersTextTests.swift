import Gallery
import Testing

@Suite struct ParametersTextTests {
  /// Python: `json.dumps("a: \"b\",\\\n\té", ensure_ascii=False)`.
  @Test func quotesAsA1111Does() {
    let setting = ParametersText.Setting("Lora hashes", "a: \"b\",\\\n\té")
    let plain = ParametersText.Setting("Model", "with \"quotes\" only")
    let text = ParametersText(prompt: "p", negative: "", settings: [setting, plain])
    #expect(
      text.text == #"""
        p
        Lora hashes: "a: \"b\",\\\n\té", Model: with "quotes" only
        """#)
  }

  @Test func comesBackWithQuotes() {
    let text = ParametersText(
      prompt: "one\ntwo", negative: "three\nfour",
      settings: [
        .init("Steps", "20"), .init("Model", "a, \"b\": c\\"), .init("Seed", "7"),
        .init("Note", "first\nsecond"),
      ])
    #expect(ParametersText(parsing: text.text) == text)
  }

  @Test(arguments: [
    "just a prompt",
    // Two settings are fewer than A1111 takes for a line of settings.
    "a portrait, style: oil, light: soft",
    "",
  ])
  func takesALineWithFewSettingsForThePrompt(prompt: String) {
    #expect(
      ParametersText(parsing: prompt) == ParametersText(prompt: prompt, negative: "", settings: []))
  }

  @Test func survivesOddLines() {
    let text = ParametersText(
      parsing: "p\nSteps: 3, , : x, nonsense, Seed:, Model: \"open, Size: 8x8, 7: y, Steps: 4")
    #expect(text.prompt == "p")
    #expect(text["Steps"] == "4")
    #expect(text["Seed"] == "")
    #expect(text["Model"] == "\"open")
    #expect(text["Size"] == "8x8")
    #expect(text["7"] == nil)
  }

  /// `Hashes` and what Civitai adds are JSON without quotes around it; Civitai, "Generation data".
  @Test func readsUnquotedJSON() {
    let text = ParametersText(
      parsing: """
        a fox
        Negative prompt: dog,
        cat
        Steps: 20, Seed: 7, Size: 512x768, Hashes: {"vae": "735e4c", "model": "Steps: 9, x: y"}, \
        Civitai resources: [{"type":"checkpoint","modelName":"A, B]"}], Model: "a, b"
        """)
    #expect(text.negative == "dog,\ncat")
    #expect(text["Hashes"] == #"{"vae": "735e4c", "model": "Steps: 9, x: y"}"#)
    #expect(text["Civitai resources"] == #"[{"type":"checkpoint","modelName":"A, B]"}]"#)
    #expect(text["Model"] == "a, b")
    #expect(text["Steps"] == "20")
    #expect(ParametersText(parsing: text.text) == text)
  }

  /// sd-dynamic-prompts writes its template on lines of its own, after the settings.
  @Test func passesOverLinesAfterTheSettings() {
    let text = ParametersText(
      parsing: "a fox\nNegative prompt: dog\nSteps: 20, Sampler: Euler, Seed: 7\nTemplate: a {fox}")
    #expect(text.prompt == "a fox" && text.negative == "dog" && text["Seed"] == "7")
  }
}
