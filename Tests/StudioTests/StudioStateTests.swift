import Foundation
@testable import Generation
import Jobs
import Prompts
import Tensors
import Terminal
import Testing

@testable import Studio

/// What the studio does where a screen alone would not show it.
@Suite struct StudioStateTests {
  @Test func keepsAJobThatQuittingStoppedBeforeItsFirstStep() {
    var studio = ScreenScript()
    studio.press("enter")
    #expect(studio.effects.contains { if case .start(job: 1, _, _) = $0 { true } else { false } })
    studio.send(.terminated)
    studio.send(.suspended(job: 1, step: nil, preview: nil))
    #expect(studio.state.session.queue[1]?.status == .waiting)
  }

  @Test func doesNotRepeatABackgroundJobThatEndedWhileItWasToStepAside() {
    var studio = ScreenScript()
    studio.press("esc B")
    studio.press("r")
    #expect(studio.effects.contains(.cancel(job: 1)))
    // The engine was faster than the request to stop.
    studio.send(.engine(job: 1, .finished(summary)))
    #expect(studio.state.queue[1]?.status == .done)
    #expect(studio.state.run?.job == 2)
    studio.send(.engine(job: 2, .finished(summary)))
    #expect(studio.state.run == nil)
  }

  @Test func letsABackgroundJobGoOnAfterTheOther() {
    var studio = ScreenScript()
    studio.press("esc B r")
    studio.send(.suspended(job: 1, step: 3, preview: nil))
    #expect(studio.state.run?.job == 2)
    studio.send(.engine(job: 2, .finished(summary)))
    let resumed = studio.effects.last
    guard case .start(job: 1, _, resumes: true) = resumed else {
      Issue.record("\(String(describing: resumed))")
      return
    }
  }

  @Test func forgetsWhatWasKeptOfAJobThatIsChanged() {
    var studio = ScreenScript()
    studio.press("enter esc")
    studio.send(.suspended(job: 1, step: 3, preview: nil))
    studio.press("5 p e")
    studio.type("!")
    studio.press("enter")
    #expect(studio.effects.contains(.forget(job: 1)))
    #expect(studio.state.queue[1]?.request.prompt.hasSuffix("!") == true)
  }

  @Test func takesAltForEscapeWhereSomethingIsOpen() {
    var studio = ScreenScript()
    studio.press("f1")
    #expect(studio.state.chooser != nil)
    studio.press("ctrl-alt-s")
    #expect(studio.state.chooser == nil)
    #expect(studio.effects.contains(.writeScreen))
    // Alt with a number has a meaning of its own, and is no text.
    studio.press("f1 alt-6")
    #expect(studio.state.chooser == nil)
    #expect(studio.state.focus == .pictures)
    // Of what Escape does not close nothing happens.
    let before = studio.state.session
    studio.press("alt-q")
    #expect(studio.state.session == before && !studio.state.hasQuit)
  }

  @Test func changesNoJobAfterAnotherPromptWasTaken() {
    var studio = ScreenScript()
    studio.press("esc 5 p 1 enter")
    studio.press("esc 5 e")
    studio.send(.recipe(SavedRecipe(prompt: "a boat", negative: "", settings: RequestSettings())))
    studio.press("enter")
    #expect(studio.state.queue.jobs.map(\.request.prompt) == [SessionRecord.firstPrompt, "a boat"])
  }

  @Test func refusesOnlyForWhatIsWrongNow() {
    var studio = ScreenScript()
    var assessment = Assessment()
    assessment.problems = [.init(field: .steps, isError: true, message: "no")]
    studio.send(.assessed(revision: studio.state.revision, assessment))
    studio.press("enter")
    #expect(studio.state.run == nil)
    studio.type("s")
    studio.press("enter")
    #expect(studio.state.run?.job == 1)
  }

  @Test func leavesTheSearchWithAClick() {
    var studio = ScreenScript(columns: 120, rows: 36)
    studio.press("esc 5 /")
    studio.send(.input(.mouse(MouseEvent(.press, x: 3, y: 1))))
    studio.type("x")
    #expect(studio.state.prompt.text.contains("x"))
    #expect(studio.state.filters[.prompt] == nil)
  }

  /// Numbers of a file may be anything; what typing refuses must not come in another way.
  @Test func bringsNumbersOfFilesIntoTheirRanges() throws {
    let json = """
      {"steps": 9223372036854775807, "count": -3, "guidance": 1e300, "strength": -1,
       "variationStrength": 7}
      """
    let settings = try JSONDecoder().decode(RequestSettings.self, from: Data(json.utf8))
    #expect(settings.steps == 1000 && settings.count == 1)
    #expect(settings.guidance == 100 && settings.strength == RequestSettings().strength)
    #expect(settings.variationStrength == 0)
    let queue = try JSONDecoder().decode(
      JobQueue.self,
      from: Data(
        #"{"lastID": 9223372036854775807, "jobs": [{"id": -1, "request": {"prompt": "a"}}]}"#.utf8))
    #expect(queue.jobs.isEmpty)
    var next = queue
    #expect(next.add(JobRequest(prompt: "b")).id == 1)
  }

  /// While there is a variation its seed is the one that changes from run to run.
  @Test func variesAroundASeed() {
    let studio = ScreenScript(columns: 120, rows: 36)
    let rows = studio.state.settingsRows
    #expect(rows.contains(.variationStrength) && !rows.contains(.variationSeed))
    var settings = studio.state.settings
    for text in ["-0.1", "1.5", "nan", "much"] {
      #expect(
        settings.set(.variationStrength, to: text)
          == "'\(text)' is no strength of a variation; numbers from 0 to 1 are.")
    }
    settings.step(.variationStrength, 1, models: [], styles: [])
    #expect(settings.variationStrength == 0.05)
    #expect(SettingsRow.visible(for: settings, styles: []).contains(.variationSeed))
    (settings.seed, settings.seedMode, settings.count) = (7, .next, 3)
    settings.changingSeed &+= UInt64(settings.count)
    #expect(settings.seed == 7 && settings.variationSeed == 3)
    let request = settings.request(prompt: "a", negative: "")
    #expect(request.variationStrength == 0.05 && request.variationSeed == 3)
    settings.step(.variationStrength, -1, models: [], styles: [])
    #expect(settings.changingSeed == 7)
    #expect(settings.request(prompt: "a", negative: "").variationSeed == 0)
  }

  /// A run of a varied request leaves its seed and draws another variation.
  @Test func drawsVariations() {
    var studio = ScreenScript(columns: 120, rows: 36)
    studio.press("esc")
    studio.press(":")
    studio.type("variation-strength 0.2")
    studio.press("enter")
    let before = studio.state.settings
    #expect(before.variationStrength == 0.2 && before.seedMode == .fresh)
    studio.press("1 enter")
    #expect(studio.state.settings.seed == before.seed)
    #expect(studio.state.settings.variationSeed != before.variationSeed)
    #expect(studio.state.queue.jobs.last?.request.variationSeed == before.variationSeed)
  }

  @Test func showsAForecastOfMoreThanCanBeCounted() {
    var studio = ScreenScript(columns: 120, rows: 36)
    var assessment = Assessment()
    assessment.expansions = .max
    assessment.forecast = .init(
      seconds: .infinity, peakBytes: .max, availableBytes: 0, isCalibrated: false)
    studio.send(.assessed(revision: studio.state.revision, assessment))
    #expect(!studio.screen.isEmpty)
  }

  private var summary: GenerationSummary { GenerationSummary(seconds: [:], trace: nil) }
}
