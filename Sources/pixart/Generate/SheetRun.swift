import ArgumentParser
import Checkpoints
import Foundation
import Gallery
import Generation
import Jobs
import Tensors

/// Makes the pictures of a sheet one after the other, then the sheet.
struct SheetRun {
  private let plan: SheetPlan
  private let destination: SheetDestination
  private let engine: GenerationActor
  /// Of each place that is to be made.
  private let works: [SheetPlan.Place: Double]
  /// Pictures that an earlier run made.
  private let finished: [SheetPlan.Place: URL]

  /// - Parameters:
  ///   - output: As the option says.
  ///   - folder: For a sheet without `output`.
  /// - Throws: What is wrong with any picture, `FileError`.
  init(_ plan: SheetPlan, output: String?, folder: URL, engine: GenerationActor) throws {
    self.plan = plan
    self.engine = engine
    var models: [String: ModelDescription] = [:]
    let all = try Self.works(of: plan, &models)
    destination = try SheetDestination(output: output, gallery: folder)
    try destination.check(plan)
    var known = FinishedPictures(device: engine.device, version: Pixart.version)
    var finished: [SheetPlan.Place: URL] = [:]
    for place in plan.places {
      let job = plan.job(at: place)
      guard let file = destination.pictureFile(at: place), let model = models[job.model],
        known.contains(file, madeFor: job, with: model)
      else { continue }
      finished[place] = file
    }
    self.finished = finished
    works = all.filter { finished[$0.key] == nil }
  }

  /// - Throws: What no model can do, with the place.
  private static func works(
    of plan: SheetPlan, _ models: inout [String: ModelDescription]
  ) throws -> [SheetPlan.Place: Double] {
    let library = ModelLibrary()
    var works: [SheetPlan.Place: Double] = [:]
    for place in plan.places {
      let job = plan.job(at: place)
      let model = try models[job.model] ?? ModelDescription(library.model(job.model))
      models[job.model] = model
      if let problem = model.problems(for: job).first(where: { $0.severity == .error }) {
        throw SheetError.cell(plan.name(of: place), message: problem.message)
      }
      works[place] = try BatchClock.work(of: job, with: model)
    }
    return works
  }

  private enum Outcome {
    case made(URL, PixelImage)
    case stopped
    case failed(any Error)
  }

  /// - Throws: What keeps pictures from being saved; `ExitCode` for what was told already.
  func run(_ teller: SheetTeller) async throws {
    var clock = BatchClock(works: plan.places.compactMap { works[$0] })
    let stop = StopSign()
    let interruption = Interruption { stop.raise() }
    defer { interruption.end() }
    // Opening the model is no part of a picture.
    var began: ContinuousClock.Instant?
    var files: [SheetPlan.Place: String] = [:]
    var images: [SheetPlan.Place: PixelImage] = [:]
    var failed = 0
    var note: String?
    for place in plan.places where !stop.isRaised {
      if let file = finished[place] {
        files[place] = file.lastPathComponent
        images[place] = plan.fitting(try ImageFile.decode(file))
        teller.tell(saved: file, at: place, done: files.count, of: plan.count)
        continue
      }
      let work = works[place] ?? 0
      let outcome = try await make(place, unless: stop) { event in
        if case .loading(let part, let index, let count) = event {
          teller.tell(loading: part, index: index, of: count)
        }
        if case .noted(let text) = event, text != note {
          note = text
          teller.tell(noted: text)
        }
        guard case .stepped(let step) = event else { return }
        let start = began ?? .now - .seconds(step.seconds)
        began = start
        let left = clock.secondsLeft(
          after: (ContinuousClock.now - start) / .seconds(1), current: work,
          share: Double(step.step) / Double(step.steps))
        teller.tell(step, secondsLeft: left, at: place, done: files.count, of: plan.count)
      }
      switch outcome {
      case .made(let file, let image):
        files[place] = file.lastPathComponent
        images[place] = plan.fitting(image)
        teller.tell(saved: file, at: place, done: files.count, of: plan.count)
      case .stopped: continue
      case .failed(let error):
        failed += 1
        teller.tell(SheetError.cell(plan.name(of: place), message: "\(error)"))
      }
      clock.add(work)
    }
    let sheet = try save(images, files)
    teller.end(
      sheet, done: files.count, failed: failed, of: plan.count, isStopped: stop.isRaised)
    if stop.isRaised { throw ExitCode(130) }
    if failed > 0 { throw ExitCode(1) }
  }

  /// - Returns: Nil without a picture to put on it.
  private func save(
    _ images: [SheetPlan.Place: PixelImage], _ files: [SheetPlan.Place: String]
  ) throws -> SheetTeller.Saved? {
    guard !images.isEmpty else { return nil }
    let sheet = plan.sheet(of: images)
    let record = plan.record(version: Pixart.version, files: files)
    return SheetTeller.Saved(
      file: try destination.save(sheet, record, seed: plan.job.seed), image: sheet.image)
  }

  /// - Throws: What keeps the picture from being saved.
  private func make(
    _ place: SheetPlan.Place, unless stop: StopSign, tell: (GenerationEvent) -> Void
  ) async throws -> Outcome {
    let asked = plan.job(at: place)
    let job: GenerationJob
    do {
      job = engine.generate(try asked.makeRequest())
    } catch {
      return .failed(error)
    }
    stop.watch(job)
    var outcome = Outcome.stopped
    for await event in job.events {
      switch event {
      case .picture(let picture):
        let recipe = asked.recipe(for: picture, version: Pixart.version)
        outcome = .made(
          try destination.save(picture, recipe: recipe, at: place), picture.image)
      case .failed(let error): outcome = .failed(error)
      default: tell(event)
      }
    }
    return outcome
  }
}
