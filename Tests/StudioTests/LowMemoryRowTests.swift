import Gallery
import Jobs
import Testing

@testable import Studio

/// The settings row of low memory, which belongs to the machine and not to pictures.
@Suite struct LowMemoryRowTests {
  private var settings: RequestSettings {
    var settings = RequestSettings()
    settings.lowMemory = true
    return settings
  }

  @Test func isShownForLargeModels() {
    let models = [
      ModelChoice(name: "default", summary: ""),
      ModelChoice(name: "large", summary: "", usualPrecision: "bf16"),
    ]
    func isShown(_ settings: RequestSettings) -> Bool {
      SettingsRow.visible(for: settings, styles: [], models: models).contains(.lowMemory)
    }
    var settings = RequestSettings()
    #expect(!isShown(settings))
    settings.model = "large"
    #expect(isShown(settings) && isShown(self.settings))
    #expect(settings.text(of: .lowMemory, model: nil) == "where needed")
    #expect(settings.set(.lowMemory, to: "yes") == nil && settings.lowMemory)
    #expect(settings.text(of: .lowMemory, model: nil) == "yes")
    #expect(settings.request(prompt: "a", negative: "").lowMemory)
  }

  @Test func staysWhenAPictureIsTakenOver() {
    var settings = settings
    settings.adopt(JobRequest(prompt: "a fox"))
    #expect(settings.lowMemory)
    #expect(SavedRecipe(Recipe(prompt: "a fox"), settings: settings).settings.lowMemory)
  }

  @Test func beginsAsTheFileSays() {
    var preferences = Preferences()
    #expect(!SessionRecord(preferences).settings.lowMemory)
    preferences.lowMemory = true
    #expect(SessionRecord(preferences).settings.lowMemory)
  }
}
