import Generation
import Jobs
import Synchronization
import Tensors

/// The steps that runs left, in memory: what a filmstrip shows and what branches go on from.
final class FilmArchive: Sendable {
  struct Entry: Sendable {
    let id: Int
    let job: Int
    let isWhole: Bool
    /// The whole request that the run belongs to.
    let request: GenerationRequest
    let run: SuspendedRun
  }

  private struct State {
    var entries: [Entry] = []
    var lastID = 0
  }

  /// Films beyond these go, the oldest first; 20 steps at 1024 px are 15 MB.
  private static let mostBytes = 256 << 20
  private static let mostFilms = 24

  private let state = Mutex(State())
  private let mailbox: Mailbox

  init(mailbox: Mailbox) { self.mailbox = mailbox }

  /// Keeps a run and tells of it.
  ///
  /// - Parameters:
  ///   - isWhole: Whether it made all its steps.
  ///   - image: What it came to.
  ///   - path: Where the picture was saved.
  func keep(
    _ run: SuspendedRun, of job: Int, _ request: JobRequest, made: GenerationRequest,
    isWhole: Bool, image: PixelImage, path: String?
  ) {
    guard run.stepsDone > 0, Self.bytes(of: run) <= Self.mostBytes else { return }
    let (id, gone) = state.withLock { state in
      state.lastID += 1
      // What was kept when the job was stopped is in what it became; the shelf knows.
      state.entries.removeAll { $0.job == job && !$0.isWhole && $0.run.picture == run.picture }
      state.entries.append(
        Entry(id: state.lastID, job: job, isWhole: isWhole, request: made, run: run))
      var gone: [Int] = []
      while state.entries.count > Self.mostFilms
        || state.entries.reduce(0, { $0 + Self.bytes(of: $1.run) }) > Self.mostBytes
      {
        gone.append(state.entries.removeFirst().id)
      }
      return (state.lastID, gone)
    }
    for id in gone { mailbox.post(.filmGone(id)) }
    mailbox.post(
      .filmed(
        Film(
          id: id, job: job, request: request.alone(run.picture), steps: run.stepsDone,
          isWhole: isWhole, image: image, path: path)))
  }

  subscript(id: Int) -> Entry? { state.withLock { $0.entries.first { $0.id == id } } }

  /// Shows what a step predicted, coarsely.
  func show(_ step: FilmStep) {
    guard let entry = self[step.film], (1...entry.run.stepsDone).contains(step.step) else {
      return mailbox.post(.filmGone(step.film))
    }
    mailbox.post(
      .stepShown(step, entry.run.preview(ofStep: step.step - 1), isDecoded: false))
  }

  /// What a branch goes on from.
  ///
  /// - Returns: Nil if the film is gone; the branch is then made from its first step on.
  /// - Throws: `SuspendedRunError` if the request is no branch of the film.
  func branch(_ step: FilmStep, to request: GenerationRequest) throws -> SuspendedRun? {
    guard let entry = self[step.film] else { return nil }
    return try entry.run.branched(at: step.step, of: entry.request, to: request)
  }

  private static func bytes(of run: SuspendedRun) -> Int {
    // Three latents a step, of 4 bytes a number.
    run.stepsDone * (run.latents?.values.count ?? 0) * 12
  }
}
