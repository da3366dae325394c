import Foundation
@testable import Generation
import Jobs
import Prompts
import Tensors
import Terminal

@testable import Studio

/// A text file of things that happen and screens that come of them.
///
/// One verb a line; `screen` is followed by the expected picture, each row after `|`. Run with
/// `PIXART_WRITE_SCREENS=1` the pictures are written anew; read the difference before keeping it.
///
///     size 100 30            press ctrl-u alt-enter       type a red fox
///     paste line one\nline two   click 10 3   double 10 3  wheel 10 3 down
///     wait 2.5               models / styles / themes / pictures / assess ...: see `play`
struct ScreenScript {
  var state: StudioState
  private(set) var now = 0.0
  private(set) var effects: [StudioEffect] = []
  /// Answers what the gallery's screen asks for.
  var library: FakeGallery?

  init(columns: Int = 100, rows: Int = 30, session: SessionRecord? = nil) {
    state = StudioState(
      columns: columns, rows: rows, session: session, history: .init(), preferences: Preferences(),
      randomSeed: 1)
  }

  @discardableResult
  mutating func send(_ event: StudioEvent) -> [StudioEffect] {
    now += 0.01
    let new = state.update(event, at: now)
    effects += new
    for case .gallery(let request) in new {
      for answer in library?.answer(request) ?? [] { send(.gallery(answer)) }
    }
    return new
  }

  mutating func press(_ keys: String) {
    for notation in keys.split(separator: " ") {
      guard let key = KeyPress(notation: String(notation)) else {
        preconditionFailure("'\(notation)' is no key")
      }
      send(.input(.key(key)))
    }
  }

  mutating func type(_ text: String) {
    for character in text { send(.input(.key(KeyPress(.character(character))))) }
  }

  mutating func wait(_ seconds: Double) {
    now += seconds
    send(.tick)
  }

  var screen: [String] { state.surface.rows }

  /// Plays a script and returns it with the pictures that came out.
  static func play(_ script: String) throws -> String {
    var player = ScreenScript()
    var played: [String] = []
    for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("|") { continue }
      played.append(String(line))
      if line == "screen" {
        played += player.screen.map { "|\($0)" }
      } else {
        try player.play(line: line)
      }
    }
    return played.joined(separator: "\n")
  }

  private mutating func play(line: Substring) throws {
    let words = line.split(separator: " ").map(String.init)
    guard let verb = words.first, !verb.hasPrefix("#") else { return }
    let rest = line.dropFirst(verb.count + 1)
    let numbers = words.dropFirst().compactMap { Double($0) }
    switch verb {
    case "size":
      send(.input(.resized(columns: Int(numbers[0]), rows: Int(numbers[1]))))
    case "press": press(String(rest))
    case "type": type(String(rest))
    case "paste": send(.input(.paste(String(rest).replacing("\\n", with: "\n"))))
    case "click", "double", "wheel":
      let kind: MouseEvent.Kind =
        verb == "click"
        ? .press : verb == "double" ? .doublePress : words[3] == "up" ? .scrollUp : .scrollDown
      send(.input(.mouse(MouseEvent(kind, x: Int(numbers[0]), y: Int(numbers[1])))))
    case "wait": wait(numbers[0])
    case "library": library = FakeGallery(Int(numbers[0]))
    case "outside":
      // outside delete NAME
      library?.changeOutside { pictures in pictures.removeAll { $0.name == words[2] } }
    case "assess":
      send(.assessed(revision: state.revision, Self.assessment(words, String(rest))))
    case "edged":
      // edged METHOD: what was asked for last
      guard let question = state.condition.asked else { throw ScriptError.unknownVerb(verb) }
      let answer = ConditionAnswer(
        source: PixelImage(width: 1, height: 1, bytes: [4, 4, 4]),
        edges: PixelImage(width: 1, height: 1, bytes: [255, 255, 255]), method: words[1])
      send(.conditionShown(question, answer))
    case "session": self = ScreenScript(session: try Self.session(String(rest)))
    default:
      guard let event = try Self.event(verb, words, String(rest)) else {
        throw ScriptError.unknownVerb(verb)
      }
      send(event)
    }
  }

  enum ScriptError: Error { case unknownVerb(String) }

  private static func session(_ json: String) throws -> SessionRecord {
    try JSONDecoder().decode(SessionRecord.self, from: Data(json.utf8))
  }

  /// Things that come from outside, always with the same figures.
  private static func event(_ verb: String, _ words: [String], _ rest: String) throws
    -> StudioEvent?
  {
    switch verb {
    case "models":
      return .models([
        ModelChoice(
          name: "default", summary: "Σ, 128 px, comes with the program", nativeSize: "128x128",
          sizes: ["128x128"], sizeMultiple: 16, sampler: "dpm++2m"),
        ModelChoice(
          name: "PixArt-Sigma-XL-2-512-MS", summary: "Σ, 512 px", nativeSize: "512x512",
          sizes: ["512x512", "352x704", "704x352", "416x608"], sampler: "dpm++2m"),
        ModelChoice(name: "broken", summary: "", fault: "has no transformer", sizes: []),
      ])
    case "styles":
      return .styles([
        Style(name: "ink", prompt: "black ink drawing of {prompt}"),
        Style(name: "clay", prompt: "made of clay"),
      ])
    case "adapters":
      return .adapters([
        AdapterOffer(name: "clay", summary: "LoRA of rank 8, 252 layers"),
        AdapterOffer(name: "ink", summary: "LoRA of rank 32, 252 layers"),
        AdapterOffer(name: "org/lcm-lora", summary: "LoRA of rank 32, 252 layers"),
      ])
    case "themes":
      return .themes([
        ThemeOffer(name: "default", summary: "the terminal's own colours"),
        ThemeOffer(name: "nord", summary: "dark"), ThemeOffer(name: "mono", summary: "no colours"),
      ])
    case "pictures":
      return .pictures([
        PictureEntry(path: "/p/00002-7.png", title: "a fox", detail: "128x128 · 20 steps · seed 7"),
        PictureEntry(path: "/p/00001-1.png", title: "a pear", detail: "128x128 · 4 steps · seed 1"),
      ])
    case "graphics": return .graphics(rest)
    case "room":
      // room WIDTH HEIGHT: pixels of a cell
      return .pictureRoom(
        PictureRoom(
          cellWidth: Int(words[1]) ?? 8, cellHeight: Int(words[2]) ?? 16, largestWidth: 1000,
          largestHeight: 1000))
    case "indexing":
      return .gallery(.indexing(done: Int(words[1]) ?? 0, total: Int(words[2]) ?? 0))
    case "memory": return .memory(now: 1_234_000_000, peak: 2_500_000_000, threads: 2)
    case "tell": return .told(.info, rest)
    case "fail":
      return .engine(
        job: Int(words[1]) ?? 0, .failed(ScriptFailure(text: words[2...].joined(separator: " "))))
    case "loading":
      return .engine(job: Int(words[1]) ?? 0, .loading(part: words[2], index: 0, count: 4))
    case "encoded":
      return .engine(
        job: Int(words[1]) ?? 0,
        .promptEncoded(
          PromptSummary(
            cleaned: "", tokens: 12, tokensBeforeCut: 12, cutText: nil,
            unplacedWeights: [], wasCached: false)))
    case "step":
      // step JOB K OF SECONDS LEFT
      return .engine(
        job: Int(words[1]) ?? 0,
        .stepped(
          report(
            step: Int(words[2]) ?? 1, of: Int(words[3]) ?? 1, seconds: Double(words[4]) ?? 0,
            left: Double(words[5]))))
    case "history":
      let entries = rest.split(separator: ";").map {
        PromptHistory.Entry(prompt: $0.trimmingCharacters(in: .whitespaces), when: .distantPast)
      }
      return .history(PromptHistory(entries))
    case "opened":
      return .pictureOpened(
        PictureEntry(path: words[1], title: "a pear", detail: "128x128 · 4 steps · seed 1"),
        image: PixelImage(width: 1, height: 1, bytes: [0, 255, 0]))
    case "decoding":
      return .engine(
        job: Int(words[1]) ?? 0, .decoding(picture: 0, fraction: Double(words[2]) ?? 0))
    case "suspended":
      return .suspended(
        job: Int(words[1]) ?? 0, step: words.count > 2 ? Int(words[2]) : nil, preview: nil)
    case "finished":
      return .engine(
        job: Int(words[1]) ?? 0, .finished(GenerationSummary(seconds: [:], trace: nil)))
    case "saved":
      return .saved(
        job: Int(words[1]) ?? 0,
        entry: PictureEntry(path: "/p/\(words[2])", title: "a fox", detail: "128x128 · seed 7"),
        image: PixelImage(width: 1, height: 1, bytes: [255, 0, 0]))
    case "painted":
      return .sheetDrawn(
        Int(words[1]) ?? 0, PixelImage(width: 1, height: 1, bytes: [1, 2, 3]))
    case "filmed": return .filmed(film(words))
    case "shown":
      // shown FILM STEP
      return .stepShown(
        FilmStep(film: Int(words[1]) ?? 0, step: Int(words[2]) ?? 0),
        PixelImage(width: 1, height: 1, bytes: [7, 7, 7]), isDecoded: false)
    default: return nil
    }
  }
}

extension ScreenScript {
  /// `filmed FILM JOB STEPS FILE`, or no file for a run that was stopped.
  private static func film(_ words: [String]) -> Film {
    var request = JobRequest(prompt: "a red fox")
    request.seed = 7
    let path = words.count > 4 ? "/p/\(words[4])" : nil
    return Film(
      id: Int(words[1]) ?? 0, job: Int(words[2]) ?? 0, request: request,
      steps: Int(words[3]) ?? 1, isWhole: path != nil,
      image: PixelImage(width: 1, height: 1, bytes: [255, 0, 0]), path: path)
  }

  /// `assess error MESSAGE`, `assess forecast SECONDS BYTES`, `assess cut TOKENS LIMIT START`.
  private static func assessment(_ words: [String], _ rest: String) -> Assessment {
    var assessment = Assessment()
    switch words[1] {
    case "error":
      assessment.problems = [
        .init(field: .size, isError: true, message: words[3...].joined(separator: " "))
      ]
    case "forecast":
      assessment.forecast = .init(
        seconds: Double(words[2]) ?? 0, peakBytes: Int(words[3]) ?? 0,
        availableBytes: 8_000_000_000, isCalibrated: true)
    default:
      assessment.prompt = .init(
        count: Int(words[2]) ?? 0, limit: Int(words[3]) ?? 0, cutStart: Int(words[4]))
    }
    return assessment
  }

  private static func report(step: Int, of steps: Int, seconds: Double, left: Double?) -> StepReport
  {
    let latents = Latents(count: 1, channels: 1, height: 1, width: 1, values: [0])
    return StepReport(
      picture: 0, step: step, steps: steps, seconds: seconds, secondsLeft: left, latents: latents,
      denoised: latents, preview: PixelImage(width: 1, height: 1, bytes: [9, 9, 9]),
      previewSource: .denoisedLinear)
  }
}

private struct ScriptFailure: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}
