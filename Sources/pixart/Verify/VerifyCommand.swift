import ArgumentParser
import Checkpoints
import Foundation
import Gallery
import Generation
import Jobs
import Kernels
import Studio
import Tensors

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Makes pictures again from their recipes and compares.",
    discussion: """
      Says of each file: exact (the latents of every step and all pixels are the same), near (at \
      least \(Int(Verification.nearestRatio)) dB alike: another number of threads, another \
      processor), changed, or failed, and from which step on the latents are others.

      Exit code: 0 if all are exact or near, 1 otherwise.
      """)

  @Argument(help: "PNG files as pixart saved them.")
  var files: [String]

  @Option(parsing: .unconditional, help: "Threads that compute. All cores if not given.")
  var threads: Int?

  @Flag(help: "Print one JSON object a file on standard output.")
  var json = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes 1 to 1024, not \(threads).")
    }
    if files.contains("") { throw ValidationError("A file's name is empty.") }
  }

  func run() async throws {
    let engine = GenerationActor(
      library: ModelLibrary(), device: CPU(threads: threads),
      cache: PromptCache(folder: StudioFolders().encodedPrompts),
      prepared: PreparedWeights(folder: StudioFolders().preparedWeights))
    let stop = StopSign()
    let interruption = Interruption { stop.raise() }
    defer { interruption.end() }
    var isFine = true
    for (index, file) in files.enumerated() {
      let report: VerifyReport
      do {
        report = VerifyReport(
          file: file, verification: try await verify(index, with: engine, unless: stop))
      } catch is CancellationError {
        StatusLine.clear()
        throw ExitCode(130)
      } catch {
        report = VerifyReport(file: file, error: "\(error)")
      }
      StatusLine.clear()
      if json { JSONLine.write(report.object) } else { Console.output(report.line) }
      isFine = isFine && report.isFine
    }
    if !isFine { throw ExitCode(1) }
  }

  /// - Throws: Why a picture cannot be made again, or `CancellationError`.
  private func verify(
    _ index: Int, with engine: GenerationActor, unless stop: StopSign
  ) async throws -> Verification {
    let file = URL(filePath: files[index])
    let recipe = try Recipe(of: file)
    try Replay.checkIsComplete(recipe)
    let image = try ImageFile.decode(file)
    let job = engine.generate(try Replay(recipe).makeRequest())
    stop.watch(job)
    var again: GeneratedPicture?
    for await event in job.events {
      switch event {
      case .stepped(let step):
        StatusLine.show("\(index + 1)/\(files.count) \(files[index])  \(ProgressLine.step(step))")
      case .picture(let picture): again = picture
      case .failed(let error): throw error
      default: break
      }
    }
    guard let again else { throw CancellationError() }
    return Verification(recipe: recipe, image: image, again: again)
  }
}
