import ArgumentParser
import Checkpoints
import Foundation
import Gallery
import Generation
import Jobs
import Kernels
import Schedulers
import Studio
import Tensors
import Terminal

struct GenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Makes pictures from a prompt, a picture's recipe or a file.",
    discussion: """
      The path of each picture goes to standard output, progress to standard error. On a terminal \
      that can show pictures, they are shown.

      Samplers:
      \(SamplerName.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))
      """)

  @OptionGroup var request: RequestOptions

  @Option(help: "Make the picture of this PNG again from its recipe, but for what options say.")
  var from: String?

  @Option(
    parsing: .unconditional,
    help: """
      With --from: keep this many steps, and let prompt, --negative, --guidance, --sampler and \
      --seed change the rest.
      """)
  var branchAt: Int?

  @Option(
    help: """
      Make the requests of this file: one a line, JSON with the names of these options. Lines that \
      are done are left out the next time.
      """)
  var batch: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Make a sheet: a column for each value of a setting.",
      discussion: """
        steps=4,8,16, guidance=1..7:2 (from, to, step), sampler=ddim,euler, prompt=red|green|blue \
        (the first text, found in the prompt, gives way to each), alternatives (those of a prompt \
        such as 'a {red|green} fox'); also \(SheetAxis.others). The pictures are saved beside the \
        sheet, each with its recipe.
        """, valueName: "axis"))
  var x: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --x: a row for each value of another one.", valueName: "axis"))
  var y: String?

  @Option(help: "A file for one picture or a sheet, or a folder. The gallery if not given.")
  var output: String?

  @Option(help: "The folder that pictures go to without --output.")
  var gallery: String?

  @Option(parsing: .unconditional, help: "Threads that compute. All cores if not given.")
  var threads: Int?

  @Flag(help: "Print one event a line as JSON on standard output.")
  var json = false

  @Flag(help: "No progress, no picture on the terminal.")
  var quiet = false

  @Option(help: "Write what was computed on the way to this safetensors file.")
  var trace: String?

  func validate() throws {
    for (option, path) in [
      ("--output", output), ("--gallery", gallery), ("--trace", trace), ("--from", from),
      ("--batch", batch),
    ] where path?.isEmpty == true {
      throw ValidationError("\(option) is followed by an empty text.")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes 1 to 1024, not \(threads).")
    }
    if batch != nil {
      let others =
        request.given + [("--from", from), ("--trace", trace)].filter { $0.1 != nil }.map(\.0)
      if let other = others.first {
        throw ValidationError(
          "--batch takes requests from its file only, so \(other) cannot be given.")
      }
    } else if request.prompt == nil, from == nil {
      throw ValidationError("Missing expected argument '<prompt>'.")
    }
    if y != nil, x == nil { throw ValidationError("--y needs --x. Give --x alone for one row.") }
    if x != nil, let other = [("--batch", batch), ("--trace", trace)].first(where: { $0.1 != nil })
    {
      throw ValidationError("A sheet is made without \(other.0). Leave out --x or \(other.0).")
    }
    if from == nil, request.variationSeed != nil, request.variationStrength ?? 0 == 0,
      !variesOverAxis
    {
      throw Self.idleVariationSeed
    }
    if from == nil, request.control.condition == nil, let idle = request.control.given.first {
      throw ValidationError("\(idle) changes nothing without --condition. Give a picture with it.")
    }
    guard let branchAt else { return }
    guard from != nil else { throw ValidationError("--branch-at needs the picture of --from.") }
    if branchAt < 1 { throw ValidationError("--branch-at takes 1 or more, not \(branchAt).") }
    if let option = request.givenForWholeRuns.first {
      throw ValidationError(
        "\(option) cannot change in the middle of a run. With --branch-at only the prompt, "
          + "--negative, --guidance, --sampler and --seed can.")
    }
  }

  /// Whether an axis of the sheet has strengths of variations.
  private var variesOverAxis: Bool {
    let name = SheetAxis.Setting.variationStrength.rawValue
    return [x, y].contains { $0?.split(separator: "=").first.map(String.init) == name }
  }

  private static let idleVariationSeed = ValidationError(
    "--variation-seed changes nothing without --variation-strength. Give one above 0.")

  func run() async throws {
    let terminal = quiet || json ? nil : TerminalCapabilities.detect()
    var teller: any EventTeller =
      json ? JSONTeller() : ProgressTeller(isQuiet: quiet, terminal: terminal)
    do {
      if let batch {
        let run = try BatchRun(
          file: batch, lowMemory: request.lowMemory, output: output, folder: folder,
          engine: makeEngine())
        try await run.run(json ? BatchTeller.json : .lines(isQuiet: quiet))
      } else if let x {
        let plan = try SheetPlan(makeJob(), x: x, y: y)
        try await SheetRun(plan, output: output, folder: folder, engine: makeEngine()).run(
          json ? SheetTeller.json : .lines(isQuiet: quiet, terminal: terminal))
      } else {
        try await generate(&teller)
      }
    } catch BatchError.faults(let faults) {
      for fault in faults { (json ? BatchTeller.json : .lines(isQuiet: quiet)).tell(fault) }
      throw ExitCode(1)
    } catch is CancellationError {
      teller.tell(.cancelled(nil))
      throw ExitCode(130)
    } catch let code as ExitCode {
      throw code
    } catch {
      teller.tell(.failed(error))
      throw error
    }
  }

  /// - Throws: What went wrong, or `CancellationError`; neither is told yet.
  private func generate(_ teller: inout any EventTeller) async throws {
    let asked = try makeReplay()
    var wanted = try asked.makeRequest()
    wanted.traces = trace != nil
    let destination = try PictureDestination(
      output: output, gallery: folder, count: asked.job.count)
    if let trace { try OutputFile.check(URL(filePath: trace)) }
    let job = makeEngine().generate(wanted)
    let interruption = Interruption { job.cancel() }
    defer { interruption.end() }
    for await event in job.events {
      switch event {
      case .picture(let picture):
        let file = try destination.save(
          picture, recipe: asked.recipe(for: picture, version: Pixart.version))
        try teller.tell(saved: picture, in: file)
      case .finished(let summary):
        try writeTrace(summary.trace)
        teller.tell(event)
      case .failed(let error): throw error
      case .cancelled: throw CancellationError()
      default: teller.tell(event)
      }
    }
  }

  private var folder: URL { gallery.map { URL(filePath: $0) } ?? StudioFolders().gallery }

  private func makeEngine() -> GenerationActor {
    GenerationActor(
      library: ModelLibrary(), device: CPU(threads: threads),
      cache: PromptCache(folder: StudioFolders().encodedPrompts),
      prepared: PreparedWeights(folder: StudioFolders().preparedWeights))
  }

  /// The options as a request.
  func makeJob() throws -> JobRequest { try makeReplay().job }

  /// What is asked for, on top of a picture's recipe if one is named; the seed is drawn here if
  /// nothing says it.
  private func makeReplay() throws -> Replay {
    var recipe = Recipe(prompt: request.prompt ?? "")
    if let from { recipe = try Recipe(of: URL(filePath: from)) }
    if recipe.seed == nil { recipe.seed = UInt64(UInt32.random(in: 0...UInt32.max)) }
    var replay = Replay(recipe)
    if let branchAt { replay.job = replay.job.branched(at: branchAt) }
    request.apply(to: &replay.job)
    if request.control.condition != nil { replay.conditionDigest = nil }
    if from == nil { useHabits(&replay.job) }
    if request.variationSeed != nil, !replay.job.isVaried, !variesOverAxis {
      throw Self.idleVariationSeed
    }
    if replay.job.isVaried || variesOverAxis, recipe.variationSeed == nil,
      request.variationSeed == nil
    {
      replay.job.variationSeed = UInt64(UInt32.random(in: 0...UInt32.max))
    }
    return replay
  }

  /// Steps and guidance that nothing asks for are the model's; one that cannot be read is told of
  /// later.
  private func useHabits(_ job: inout JobRequest) {
    guard request.steps == nil || request.guidance == nil,
      let model = try? ModelDescription(ModelLibrary().model(job.model))
    else { return }
    let adapters = job.lora.filter { $0.scale != 0 }.map(\.file)
    let habits = SamplingHabits.ofLCM(adapters: adapters) ?? model.habits(for: request.sampler)
    if request.sampler == nil { job.sampler = habits.sampler?.rawValue ?? job.sampler }
    if request.steps == nil { job.steps = habits.steps }
    if request.guidance == nil { job.guidance = habits.guidance }
  }

  private func writeTrace(_ collected: GenerationTrace?) throws {
    guard let trace, let collected else { return }
    try AtomicFile.write(collected.writer().encoded(), to: URL(filePath: trace))
  }
}
