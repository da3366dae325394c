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
    commandName: "generate", abstract: "Makes pictures from a prompt.",
    discussion: """
      The path of each picture goes to standard output, progress to standard error. On a terminal \
      that can show pictures, they are shown.

      Samplers:
      \(SamplerName.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))
      """)

  @Argument(help: "What the picture should show. (words:1.2) count more, (words:0.8) less.")
  var prompt: String

  @Option(help: "A model's name (see 'pixart models') or its folder.")
  var model = "default"

  @Option(parsing: .unconditional, help: "What the picture should not show.")
  var negative = ""

  @Option(
    parsing: .unconditional,
    help: "Width and height in pixels, such as 512x768. The model's own size if not given.",
    transform: Recipe.Size.init(argument:))
  var size: Recipe.Size?

  @Flag(help: "Snap the size to one the model was trained at, then fit the picture.")
  var bin = false

  @Option(parsing: .unconditional, help: "Denoising steps.")
  var steps = 20

  @Option(parsing: .unconditional, help: "Guidance scale; 1 turns guidance off.")
  var guidance = 4.5

  @Option(
    help: "One of \(SamplerName.list). What the model is published with if not given.",
    transform: SamplerName.init(argument:))
  var sampler: SamplerName?

  @Option(
    parsing: .unconditional,
    help: "Seed of the first picture, the next one for each further picture. Random if not given.")
  var seed: UInt64?

  @Option(parsing: .unconditional, help: "How many pictures.")
  var count = 1

  @Option(help: "A file for one picture, or a folder. The gallery if not given.")
  var output: String?

  @Option(help: "The folder that pictures go to without --output.")
  var gallery: String?

  @Option(help: "A picture to begin with: PNG, JPEG or WebP.")
  var initImage: String?

  @Option(
    parsing: .unconditional,
    help: "How much of the picture to begin with is made anew, above 0 up to 1.")
  var strength = 0.8

  @Flag(help: "Take the prompt as it is, only in lower case; do not clean it.")
  var rawPrompt = false

  @Flag(help: "Decode in overlapping tiles: less memory, slightly other pixels.")
  var tile = false

  @Option(parsing: .unconditional, help: "Threads that compute. All cores if not given.")
  var threads: Int?

  @Flag(help: "Print one event a line as JSON on standard output.")
  var json = false

  @Flag(help: "No progress, no picture on the terminal.")
  var quiet = false

  @Option(help: "Begin with this noise: a safetensors file with 'latents' [n, 4, H/8, W/8].")
  var initialLatents: String?

  @Option(help: "Write what was computed on the way to this safetensors file.")
  var trace: String?

  func validate() throws {
    for (option, path) in [
      ("--model", model), ("--output", output), ("--gallery", gallery),
      ("--init-image", initImage), ("--initial-latents", initialLatents), ("--trace", trace),
    ] where path?.isEmpty == true {
      throw ValidationError("\(option) is followed by an empty text.")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes 1 to 1024, not \(threads).")
    }
    if count < 1 { throw ValidationError("--count takes 1 or more, not \(count).") }
    if steps < 1 { throw ValidationError("--steps takes 1 or more, not \(steps).") }
    if !(strength > 0 && strength <= 1) {
      throw ValidationError("--strength is above 0 and at most 1, not \(strength).")
    }
    if !(guidance >= 0 && guidance <= 100) {
      throw ValidationError("--guidance is between 0 and 100, not \(guidance).")
    }
  }

  func run() async throws {
    let terminal = quiet || json ? nil : TerminalCapabilities.detect()
    var teller: any EventTeller =
      json ? JSONTeller() : ProgressTeller(isQuiet: quiet, terminal: terminal)
    do {
      try await generate(&teller)
    } catch is CancellationError {
      teller.tell(.cancelled(nil))
      throw ExitCode(130)
    } catch {
      teller.tell(.failed(error))
      throw error
    }
  }

  /// - Throws: What went wrong, or `CancellationError`; neither is told yet.
  private func generate(_ teller: inout any EventTeller) async throws {
    let asked = makeJob()
    var request = try asked.makeRequest()
    request.traces = trace != nil
    let destination = try PictureDestination(
      output: output, gallery: gallery.map { URL(filePath: $0) } ?? StudioFolders().gallery,
      count: count)
    if let trace { try OutputFile.check(URL(filePath: trace)) }
    let actor = GenerationActor(
      library: ModelLibrary(), device: CPU(threads: threads),
      cache: PromptCache(folder: StudioFolders().encodedPrompts))
    let job = actor.generate(request)
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

  /// The options as a request; the seed is drawn here if none was given.
  func makeJob() -> JobRequest {
    var job = JobRequest(prompt: prompt)
    job.model = model
    job.negative = negative
    job.size = size?.description
    job.bin = bin
    job.steps = steps
    job.guidance = guidance
    job.sampler = sampler?.rawValue
    job.seed = seed ?? UInt64(UInt32.random(in: 0...UInt32.max))
    job.count = count
    job.initImage = initImage
    job.strength = strength
    job.initialLatents = initialLatents
    job.rawPrompt = rawPrompt
    job.tile = tile
    return job
  }

  private func writeTrace(_ collected: GenerationTrace?) throws {
    guard let trace, let collected else { return }
    try AtomicFile.write(collected.writer().encoded(), to: URL(filePath: trace))
  }
}

extension Recipe.Size {
  fileprivate init(argument: String) throws {
    guard let size = Self(argument) else {
      throw ValidationError("Give width and height in pixels, such as 512x768.")
    }
    self = size
  }
}

extension SamplerName {
  fileprivate static let list = allCases.map(\.rawValue).joined(separator: ", ")

  fileprivate init(argument: String) throws {
    guard let name = Self(rawValue: argument) else {
      throw ValidationError("The samplers are \(Self.list).")
    }
    self = name
  }
}
