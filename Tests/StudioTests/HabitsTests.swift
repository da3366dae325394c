import Generation
import Testing

@testable import Studio

/// Another model brings along what its kind takes.
@Suite struct HabitsTests {
  private func studio() -> ScreenScript {
    var studio = ScreenScript()
    let few = SamplingHabits(
      steps: 4, guidance: 0, reason: "few was distilled to 2 to 8 steps: 4 steps, no guidance.")
    studio.send(
      .models([
        ModelChoice(name: "default", summary: ""), ModelChoice(name: "usual", summary: ""),
        ModelChoice(name: "few", summary: "", sampler: "lcm", habits: few),
      ]))
    return studio
  }

  private func obey(_ line: String, in studio: inout ScreenScript) {
    var effects: [StudioEffect] = []
    #expect(studio.state.obey(line, &effects) == nil)
  }

  @Test func takesStepsAndGuidanceAlongAndSaysWhy() {
    var studio = studio()
    obey("sampler euler", in: &studio)
    obey("model few", in: &studio)
    let settings = studio.state.settings
    #expect(settings.steps == 4 && settings.guidance == 0 && settings.sampler == nil)
    #expect(
      studio.state.notice?.text == "few was distilled to 2 to 8 steps: 4 steps, no guidance.")
    obey("model usual", in: &studio)
    #expect(studio.state.settings.steps == 20 && studio.state.settings.guidance == 4.5)
  }

  @Test func leavesWhatWasSetForModelsOfOneKind() {
    var studio = studio()
    obey("steps 14", in: &studio)
    obey("model usual", in: &studio)
    #expect(studio.state.settings.steps == 14)
    obey("model few", in: &studio)
    obey("steps 8", in: &studio)
    #expect(studio.state.settings.steps == 8)
  }

  @Test func putsTheModelsDefaultBack() {
    var studio = studio()
    obey("model few", in: &studio)
    obey("steps 8", in: &studio)
    studio.state.reset(.steps)
    #expect(studio.state.settings.steps == 4)
  }
}
