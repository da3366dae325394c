@testable import Generation
import Tensors
import Terminal
import Testing

@testable import Studio

/// A thousand things in random order, ten times: nothing traps, and nothing gets stuck.
@Suite struct StudioFuzzTests {
  @Test(arguments: 1...10) func survives(_ seed: UInt64) {
    var random = SeedSource(state: seed)
    var studio = ScreenScript(columns: 120, rows: 40)
    studio.library = FakeGallery(40)
    for _ in 0..<1000 {
      studio.send(event(&random, studio.state))
      let surface = studio.state.surface
      #expect(surface.rows.count == studio.state.rows)
      if let cursor = surface.cursor {
        #expect(surface.bounds.contains(x: cursor.x, y: cursor.y))
      }
      for image in surface.images {
        #expect(surface.bounds.intersection(image.area) == image.area)
      }
      if studio.state.hasQuit {
        studio = ScreenScript(session: studio.state.session)
        studio.library = FakeGallery(40)
      }
    }
    // Whatever is open, this leads to a prompt that runs.
    studio.send(.input(.resized(columns: 120, rows: 40)))
    studio.press("esc esc esc esc")
    if let run = studio.state.run { studio.send(.suspended(job: run.job, step: nil, preview: nil)) }
    while let run = studio.state.run {
      studio.send(.engine(job: run.job, .finished(GenerationSummary(seconds: [:], trace: nil))))
    }
    studio.press("esc alt-1 ctrl-a ctrl-k")
    studio.send(.input(.paste("a fox")))
    let (jobs, edited) = (studio.state.queue.jobs.count, studio.state.editedJob)
    studio.send(.assessed(revision: studio.state.revision, Assessment()))
    studio.press("enter")
    let isSubmitted =
      studio.state.queue.jobs.count > jobs || edited != nil || studio.expands
    #expect(isSubmitted)
    #expect(studio.state.run != nil || studio.state.queue.isPaused || studio.expands)
  }

  private static let keys = [
    "enter", "esc", "tab", "shift-tab", "up", "down", "left", "right", "home", "end", "pageup",
    "pagedown", "backspace", "delete", "space", "ctrl-u", "ctrl-k", "ctrl-y", "ctrl-w", "ctrl-r",
    "ctrl-_", "alt-enter", "alt-x", "f1", "f2", "alt-1", "alt-3", "alt-5", "ctrl-up", "ctrl-down",
    "ctrl-l", "ctrl-s", "?", ":", "/", "1", "2", "3", "4", "5", "6", "z", "r", "B", "c", "u", "t",
    "m", "s", "v", "n", "d", "M", "f", "y", "i", "x", "e", "a", "p", "K", "J", "b", "X", "g", "G",
    "o", "7", "alt-7", "space", ",", "S", "Y", "0", "l", "h", "é", "漢", "{", "|", "}", "(", ")",
    "9", ".", "q", "ctrl-c",
  ]

  private func event(_ random: inout SeedSource, _ state: StudioState) -> StudioEvent {
    func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
    switch pick(20) {
    case 0:
      return .input(.resized(columns: pick(180), rows: pick(60)))
    case 1, 2:
      let kinds: [MouseEvent.Kind] = [
        .press, .doublePress, .scrollUp, .scrollDown, .drag, .release,
      ]
      return .input(
        .mouse(MouseEvent(kinds[pick(kinds.count)], x: pick(200) - 5, y: pick(70) - 5)))
    case 3: return .input(.paste(["a {b|c}", "x\ny\tz", "", "🦊漢字", "steps 12"][pick(5)]))
    case 4, 5, 6: return engineEvent(pick(7), state)
    case 8:
      return .pictureRoom(
        [nil, PictureRoom(cellWidth: 1, cellHeight: 2), PictureRoom(cellWidth: 9, cellHeight: 20)][
          pick(3)])
    case 7: return .memory(now: pick(1 << 30), peak: pick(1 << 31), threads: 2)
    default:
      let notation = Self.keys[pick(Self.keys.count)]
      guard let key = KeyPress(notation: notation) else { return .tick }
      return .input(.key(key))
    }
  }

  /// What the engine may tell of the job it has.
  private func engineEvent(_ kind: Int, _ state: StudioState) -> StudioEvent {
    guard let run = state.run else { return .tick }
    let pixels = PixelImage(width: 1, height: 1, bytes: [1, 2, 3])
    switch kind {
    case 0: return .engine(job: run.job, .loading(part: "transformer", index: 0, count: 4))
    case 1: return .engine(job: run.job, .progressed(.step(1, picture: 0), fraction: 0.5))
    case 2: return .engine(job: run.job, .decoding(picture: 0, fraction: 0.4))
    case 3:
      return .saved(
        job: run.job, entry: PictureEntry(path: "/p/\(run.job).png", title: "a", detail: "b"),
        image: pixels)
    case 4: return .suspended(job: run.job, step: 2, preview: pixels)
    case 5: return .notSaved(job: run.job, message: "The disk is full.")
    default:
      return .engine(job: run.job, .finished(GenerationSummary(seconds: [:], trace: nil)))
    }
  }
}

extension ScreenScript {
  /// Whether a template is on its way to the expander.
  fileprivate var expands: Bool {
    effects.contains { if case .expand = $0 { true } else { false } }
  }
}
