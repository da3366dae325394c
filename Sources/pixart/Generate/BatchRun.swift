import ArgumentParser
import Checkpoints
import Foundation
import Gallery
import Generation
import Jobs
import Tensors

/// Makes the pictures of a batch file that are not yet made, one after the other.
struct BatchRun {
  /// One picture of a line.
  private struct Piece {
    let line: BatchFile.Line
    let picture: Int
    let work: Double
  }

  private let journal: BatchJournal
  private let destination: PictureDestination
  private let engine: GenerationActor
  private let lowMemory: Bool
  private let pieces: [Piece]
  private let count: Int

  /// - Parameters:
  ///   - lowMemory: Whether all lines are made with little memory, whatever they say.
  ///   - output: As the option says.
  ///   - folder: For pictures without `output`.
  /// - Throws: What is wrong with any line, `FileError`, `OutputError`.
  init(
    file: String, lowMemory: Bool = false, output: String?, folder: URL, engine: GenerationActor
  ) throws {
    let url = URL(filePath: file)
    let lines = try Self.weighed(BatchFile(url))
    count = lines.reduce(0) { $0 + $1.line.job.count }
    destination = try PictureDestination(output: output, gallery: folder, count: count)
    let journal = try BatchJournal(of: url)
    pieces = lines.flatMap { line, work in
      (0..<line.job.count).filter { !journal.isDone(line, picture: $0) }.map {
        Piece(line: line, picture: $0, work: work)
      }
    }
    self.journal = journal
    self.engine = engine
    self.lowMemory = lowMemory
  }

  /// The lines as their models are usually asked, with the work of one picture of each.
  ///
  /// - Throws: ``BatchError/faults(_:)`` for what no model can do.
  private static func weighed(_ batch: BatchFile) throws -> [(line: BatchFile.Line, work: Double)] {
    let library = ModelLibrary()
    var models: [String: Result<ModelDescription, any Error>] = [:]
    var faults: [BatchFault] = []
    var lines: [(line: BatchFile.Line, work: Double)] = []
    for written in batch.lines {
      let name = written.job.model
      let model = models[name] ?? Result { ModelDescription(try library.model(name)) }
      models[name] = model
      do {
        let model = try model.get()
        let line = written.askedOf(model)
        let errors = model.problems(for: line.job).filter { $0.severity == .error }
        faults += errors.map { BatchFault(line: line.number, message: $0.message) }
        guard errors.isEmpty else { continue }
        lines.append((line, try BatchClock.work(of: line.job, with: model)))
      } catch {
        faults.append(BatchFault(line: written.number, message: "\(error)"))
      }
    }
    guard faults.isEmpty else { throw BatchError.faults(faults) }
    return lines
  }

  private enum Outcome {
    case made, stopped
    case failed(any Error)
  }

  /// - Throws: What keeps pictures from being saved; `ExitCode` for what was told already.
  func run(_ teller: BatchTeller) async throws {
    var clock = BatchClock(works: pieces.map(\.work))
    let stop = StopSign()
    let interruption = Interruption { stop.raise() }
    defer { interruption.end() }
    let before = count - pieces.count
    // Opening the model is no part of a picture.
    var began: ContinuousClock.Instant?
    var (made, failed) = (0, 0)
    var note: String?
    for piece in pieces where !stop.isRaised {
      let outcome = try await make(piece, unless: stop) { event, file in
        let place = BatchTeller.Place(line: piece.line.number, done: before + made, count: count)
        if let file { return teller.tell(saved: file, picture: piece.picture, at: place) }
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
          after: (ContinuousClock.now - start).inSeconds, current: piece.work,
          share: Double(step.step) / Double(step.steps))
        teller.tell(step, secondsLeft: left, at: place)
      }
      switch outcome {
      case .made: made += 1
      case .stopped: continue
      case .failed(let error):
        failed += 1
        teller.tell(BatchFault(line: piece.line.number, message: "\(error)"))
      }
      clock.add(piece.work)
    }
    teller.end(failed: failed, done: before + made, of: count, isStopped: stop.isRaised)
    if stop.isRaised { throw ExitCode(130) }
    if failed > 0 { throw ExitCode(1) }
  }

  /// - Parameter tell: Hears all events, and of the file once the picture is whole and noted.
  /// - Throws: What keeps the picture from being saved.
  private func make(
    _ piece: Piece, unless stop: StopSign, tell: (GenerationEvent, URL?) -> Void
  ) async throws -> Outcome {
    var request: GenerationRequest
    do {
      request = try piece.line.job.makeRequest().alone(piece.picture)
    } catch {
      return .failed(error)
    }
    request.savesMemory = request.savesMemory || lowMemory
    let job = engine.generate(request)
    stop.watch(job)
    var outcome = Outcome.stopped
    for await event in job.events {
      switch event {
      case .picture(let picture):
        let file = try save(picture, of: piece)
        outcome = .made
        tell(event, file)
      case .failed(let error): outcome = .failed(error)
      default: tell(event, nil)
      }
    }
    return outcome
  }

  private func save(_ picture: GeneratedPicture, of piece: Piece) throws -> URL {
    let job = piece.line.job
    var recipe = job.recipe(for: picture, version: Pixart.version)
    if job.count > 1 { recipe.index = piece.picture }
    let file = try destination.save(picture, recipe: recipe)
    try journal.record(piece.line, picture: piece.picture, in: file)
    return file
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
