import Gallery
import Generation
import Jobs
import Testing

@testable import Studio

/// An adapter that makes a latent consistency model of a model brings its settings along.
@Suite struct AdapterHabitsTests {
  private func studio() -> ScreenScript {
    var studio = ScreenScript()
    studio.send(.models([ModelChoice(name: "default", summary: "")]))
    return studio
  }

  private func obey(_ line: String, in studio: inout ScreenScript) -> String? {
    var effects: [StudioEffect] = []
    return studio.state.obey(line, &effects)
  }

  @Test func anLCMAdapterBringsItsSamplerAndTakesItAway() {
    var studio = studio()
    #expect(obey("lora lcm-lora:0.9, ink", in: &studio) == nil)
    var settings = studio.state.settings
    #expect(settings.steps == 4 && settings.guidance == 0 && settings.sampler == "lcm")
    #expect(
      studio.state.notice?.text
        == "lcm-lora distils a model to 2 to 8 steps with guidance built in: sampler lcm, 4 steps, "
        + "no guidance.")
    #expect(obey("lora ink", in: &studio) == nil)
    settings = studio.state.settings
    #expect(settings.steps == 20 && settings.guidance == 4.5 && settings.sampler == nil)
    #expect(settings.lora == [.init(file: "ink")])
  }

  @Test func othersLeaveSettingsAlone() {
    var studio = studio()
    #expect(obey("steps 14", in: &studio) == nil)
    #expect(obey("lora ink:0.5", in: &studio) == nil)
    #expect(studio.state.settings.steps == 14)
    #expect(
      obey("lora ink:500", in: &studio) == "500.0 is no scale of an adapter; -100 to 100 is.")
    #expect(studio.state.settings.lora == [.init(file: "ink", scale: 0.5)])
  }

  @Test func goIntoTheRequest() {
    var studio = studio()
    #expect(obey("lora ink:0.5", in: &studio) == nil)
    let request = studio.state.settings.request(prompt: "x", negative: "")
    #expect(request.lora == [.init(file: "ink", scale: 0.5)])
    var other = RequestSettings()
    other.adopt(request)
    #expect(other.lora == request.lora)
  }
}
