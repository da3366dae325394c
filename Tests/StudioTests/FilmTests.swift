import Foundation
import Gallery
@testable import Generation
import Jobs
import Tensors
import Testing

@testable import Studio

/// Steps of pictures, gone back to and branched from.
@Suite struct FilmTests {
  private func film(
    _ id: Int, job: Int, steps: Int = 20, isWhole: Bool = true, prompt: String = "a fox"
  ) -> Film {
    var request = JobRequest(prompt: prompt)
    request.seed = 7
    return Film(
      id: id, job: job, request: request, steps: steps, isWhole: isWhole,
      image: PixelImage(width: 1, height: 1, bytes: [1, 2, 3]), path: isWhole ? "/p/\(id).png" : nil
    )
  }

  private let summary = GenerationSummary(seconds: [:], trace: nil)

  /// A studio that has made one picture and shows its step 18.
  private func scrubbed() -> ScreenScript {
    var studio = ScreenScript()
    studio.press("ctrl-u")
    studio.type("a fox")
    studio.press("enter")
    studio.send(
      .saved(
        job: 1, entry: PictureEntry(path: "/p/1.png", title: "a fox", detail: ""),
        image: PixelImage(width: 1, height: 1, bytes: [1, 2, 3])))
    studio.send(.filmed(film(1, job: 1)))
    studio.send(.engine(job: 1, .finished(summary)))
    studio.press("esc 4 [ [")
    return studio
  }

  /// What the last branch asked the desk for.
  private func branch(of studio: ScreenScript) -> (request: JobRequest, from: FilmStep)? {
    for case .branch(_, let request, let step) in studio.effects.reversed() {
      return (request, step)
    }
    return nil
  }

  @Test func branchesWithTheSettingsAsTheyAre() throws {
    var studio = scrubbed()
    #expect(studio.effects.last == .showStep(FilmStep(film: 1, step: 18)))
    studio.press("b")
    let same = try #require(branch(of: studio))
    #expect(same.from == FilmStep(film: 1, step: 18))
    #expect(same.request.prompt == "a fox" && same.request.seed == 7)
    #expect(same.request.branch.map(\.at) == [18])

    studio.send(.engine(job: 2, .finished(summary)))
    studio.press("[ 1")
    studio.type(" in snow")
    studio.press("esc 4 b")
    let other = try #require(branch(of: studio))
    #expect(other.request.prompt == "a fox in snow")
    #expect(other.request.branch.map(\.prompt) == ["a fox"])
    // A seed that is fresh for each run is not taken for a wish.
    #expect(other.request.seed == 7)
  }

  /// A waiting branch that is taken back and changed is made from nothing: it is no branch then.
  @Test func aChangedJobIsNoBranch() {
    var studio = scrubbed()
    studio.press("5 p 4 b 5 G e")
    studio.type(" at night")
    studio.press("enter")
    #expect(studio.state.queue[2]?.request.branch == [])
    studio.press("esc 5 p")
    guard case .start(job: 2, let request, resumes: false) = studio.effects.last else {
      Issue.record("\(String(describing: studio.effects.last))")
      return
    }
    #expect(request.prompt == "a fox at night")
  }

  @Test func goesNoFurtherThanItsSteps() {
    var studio = scrubbed()
    studio.press("] ] ] ]")
    #expect(studio.state.scrub == FilmStep(film: 1, step: 20))
    let jobs = studio.state.queue.jobs.count
    studio.press("b")
    #expect(studio.state.queue.jobs.count == jobs)
    #expect(studio.state.notice?.text.contains("nothing is left") == true)
    for _ in 0..<30 { studio.press("[") }
    #expect(studio.state.scrub == FilmStep(film: 1, step: 1))
  }

  @Test func staysWhereItIsWhenAFilmGoes() {
    var studio = scrubbed()
    studio.send(.filmGone(1))
    studio.press("[ b D T")
    #expect(studio.state.run == nil && studio.state.chooser == nil)
  }

  @Test func decodesOnlyWhileNothingRuns() {
    var studio = scrubbed()
    studio.press("D")
    #expect(studio.effects.last == .decodeStep(FilmStep(film: 1, step: 18)))
    studio.press("ctrl-c")
    #expect(studio.effects.last == .stopDecoding)
    studio.send(.stepNotDecoded(nil))
    studio.press("r")
    let count = studio.effects.count
    studio.press("[ D")
    #expect(!studio.effects[count...].contains { if case .decodeStep = $0 { true } else { false } })
  }

  @Test func drawsBranchesUnderWhatTheyLeft() {
    var shelf = FilmShelf()
    for id in 1...4 { shelf.add(film(id, job: id)) }
    shelf.note(FilmStep(film: 1, step: 5), of: 3)
    shelf.note(FilmStep(film: 3, step: 9), of: 4)
    #expect(shelf.tree.map { [$0.film.id, $0.depth] } == [[1, 0], [3, 1], [4, 2], [2, 0]])
    shelf.remove(3)
    // What it left stands for itself.
    #expect(shelf.tree.map { [$0.film.id, $0.depth] } == [[1, 0], [2, 0], [4, 0]])
  }

  @Test func aStoppedRunThatWentOnKeepsItsBranches() {
    var shelf = FilmShelf()
    shelf.add(film(1, job: 1, steps: 6, isWhole: false))
    #expect(shelf.films[0].branchableSteps == 6)
    shelf.note(FilmStep(film: 1, step: 4), of: 2)
    shelf.add(film(2, job: 2))
    shelf.add(film(3, job: 1))
    #expect(shelf.films.map(\.id) == [2, 3])
    #expect(shelf.origin(of: shelf.films[0]) == FilmStep(film: 3, step: 4))
    #expect(shelf.films[1].branchableSteps == 19)
  }
}
