import Foundation
import Gallery
import Generation
import Jobs
import Synchronization
import Tensors

/// Takes jobs to the engine, keeps what comes of them on disk, and tells the studio.
///
/// A finished picture is announced when it is whole on disk; a stopped job's state as well.
final class JobRunner: Sendable {
  private struct State {
    var jobs: [Int: (start: Int, job: GenerationJob)] = [:]
    /// Counts starts: a job may begin anew while its last start is being left.
    var starts = 0
    var preview = PreviewSource.denoisedLinear
    /// Cancelled before the engine had them.
    var cancelled: Set<Int> = []
    var unsaved: [Unsaved] = []
    /// Ends the decoding of a step.
    var decoding: Cancellation?
  }

  private struct Unsaved {
    let job: Int
    let request: JobRequest
    let picture: GeneratedPicture
    /// As the engine had it.
    let made: GenerationRequest
  }

  private let engine: GenerationActor
  private let gallery: URL
  let suspended: SuspendedJobs
  private let version: String
  private let mailbox: Mailbox
  private let forecasts: ForecastDesk
  private let films: FilmArchive
  // The loop's thread starts and stops; each job's task comes and goes.
  private let state = Mutex(State())

  init(
    engine: GenerationActor, gallery: URL, suspended: SuspendedJobs, version: String,
    mailbox: Mailbox, forecasts: ForecastDesk
  ) {
    self.engine = engine
    self.gallery = gallery
    self.suspended = suspended
    self.version = version
    self.mailbox = mailbox
    self.forecasts = forecasts
    films = FilmArchive(mailbox: mailbox)
  }

  var preview: PreviewSource {
    get { state.withLock(\.preview) }
    set {
      let running = state.withLock { state in
        state.preview = newValue
        return state.jobs.values.map(\.job)
      }
      for job in running { job.preview = newValue }
    }
  }

  func start(_ id: Int, _ request: JobRequest, resumes: Bool) {
    state.withLock { _ = $0.cancelled.remove(id) }
    // The start image is read and the kept state checked here, away from the screen.
    Task.detached { [self] in
      do {
        let run = resumes ? kept(id) : nil
        try await follow(id, request) { _ in run }
      } catch {
        mailbox.post(.engine(job: id, .failed(error)))
      }
    }
  }

  /// Starts a branch from the steps that are kept of its parent.
  func start(_ id: Int, _ request: JobRequest, from step: FilmStep) {
    state.withLock { _ = $0.cancelled.remove(id) }
    Task.detached { [self] in
      do {
        try await follow(id, request) { try films.branch(step, to: $0) }
      } catch {
        mailbox.post(.engine(job: id, .failed(error)))
      }
    }
  }

  // MARK: Films

  func show(_ step: FilmStep) { films.show(step) }

  /// Decodes what a step predicted, in full.
  func decode(_ step: FilmStep) {
    guard let film = films[step.film], film.run.finished.indices.contains(step.step - 1) else {
      return mailbox.post(.stepNotDecoded("This step is not kept any more."))
    }
    let cancellation = Cancellation()
    state.withLock { $0.decoding = cancellation }
    Task.detached { [self] in
      do {
        let image = try await engine.decode(
          film.run.finished[step.step - 1].denoised, of: film.request, cancellation: cancellation)
        mailbox.post(.stepShown(step, image, isDecoded: true))
      } catch {
        mailbox.post(.stepNotDecoded(error is CancellationError ? nil : "\(error)"))
      }
    }
  }

  func stopDecoding() { state.withLock(\.decoding)?.cancel() }

  func cancel(_ id: Int) {
    let job = state.withLock { state in
      if state.jobs[id] == nil { state.cancelled.insert(id) }
      return state.jobs[id]?.job
    }
    job?.cancel()
  }

  /// Cancels everything and returns when it is kept, or after two seconds at most.
  func stopAll() {
    let jobs = state.withLock { $0.jobs.values.map(\.job) }
    for job in jobs { job.cancel() }
    let limit = ContinuousClock.now + .seconds(2)
    while state.withLock({ !$0.jobs.isEmpty }), ContinuousClock.now < limit { usleep(5000) }
  }

  func forget(_ id: Int) { suspended.remove(id) }

  /// - Parameter resuming: What to go on from; nil to begin anew.
  private func follow(
    _ id: Int, _ request: JobRequest, resuming: (GenerationRequest) throws -> SuspendedRun?
  ) async throws {
    var wanted = try request.makeRequest()
    let resuming = try resuming(wanted)
    wanted.preview = preview
    let facts = forecasts.begin(request)
    let job = engine.generate(wanted, resuming: resuming)
    let (start, isCancelled) = state.withLock { state in
      state.starts += 1
      state.jobs[id] = (state.starts, job)
      job.preview = state.preview
      return (state.starts, state.cancelled.remove(id) != nil)
    }
    if isCancelled { job.cancel() }
    defer {
      state.withLock { state in
        if state.jobs[id]?.start == start { state.jobs[id] = nil }
      }
    }
    for await event in job.events {
      switch event {
      case .picture(let picture) where id > 0:
        mailbox.post(.engine(job: id, event))
        save(Unsaved(job: id, request: request, picture: picture, made: wanted))
      case .cancelled(let run) where id > 0:
        keep(run, of: id)
        if let run, let image = run.preview {
          films.keep(
            run, of: id, request, made: wanted, isWhole: false, image: image, path: nil)
        }
      case .failed(let error) where error is SuspendedRunError:
        // What was kept belongs to something else; trying again begins anew.
        suspended.remove(id)
        mailbox.post(.engine(job: id, event))
      case .finished(let summary) where id > 0:
        suspended.remove(id)
        if resuming == nil { forecasts.learn(facts, summary) }
        mailbox.post(.learned)
        mailbox.post(.engine(job: id, event))
      default:
        mailbox.post(.engine(job: id, event))
      }
    }
  }

  /// What a job goes on from; if that cannot be read it begins anew, which is said.
  private func kept(_ id: Int) -> SuspendedRun? {
    do {
      return try suspended.load(id)
    } catch {
      mailbox.post(.told(.warning, "Job \(id) begins anew: \(error)"))
      return nil
    }
  }

  private func keep(_ run: SuspendedRun?, of id: Int) {
    guard let run else { return mailbox.post(.suspended(job: id, step: nil, preview: nil)) }
    do {
      try suspended.save(run, of: id)
      mailbox.post(.suspended(job: id, step: run.stepsDone, preview: run.preview))
    } catch {
      mailbox.post(.suspended(job: id, step: nil, preview: run.preview))
      mailbox.post(.told(.error, "What was done of job \(id) could not be kept: \(error)"))
    }
  }

  // MARK: Saving

  private func save(_ unsaved: Unsaved) {
    do {
      let (file, recipe) = try write(unsaved)
      let entry = PictureEntry(file: file, recipe: recipe)
      mailbox.post(.saved(job: unsaved.job, entry: entry, image: unsaved.picture.image))
      films.keep(
        unsaved.picture.kept, of: unsaved.job, unsaved.request, made: unsaved.made, isWhole: true,
        image: unsaved.picture.image, path: entry.path)
    } catch {
      state.withLock { $0.unsaved.append(unsaved) }
      mailbox.post(.notSaved(job: unsaved.job, message: "\(error)"))
    }
  }

  /// Tries again to save what could not be saved.
  func saveAgain() {
    let unsaved = state.withLock { state in
      defer { state.unsaved = [] }
      return state.unsaved
    }
    Task.detached { [self] in
      for picture in unsaved { save(picture) }
    }
  }

  /// Tries a last time, and returns why what is still not saved could not be.
  func saveBeforeEnd() -> [String] {
    let unsaved = state.withLock(\.unsaved)
    return unsaved.compactMap { picture in
      do {
        _ = try write(picture)
        return nil
      } catch {
        let line = picture.request.commandLine()
        return "A picture is lost: \(error) This makes it again: \(line)"
      }
    }
  }

  private func write(_ unsaved: Unsaved) throws -> (file: URL, recipe: Recipe) {
    let destination = try PictureDestination(output: nil, gallery: gallery, count: 1)
    let recipe = unsaved.request.recipe(for: unsaved.picture, version: version)
    return (try destination.save(unsaved.picture, recipe: recipe), recipe)
  }
}
