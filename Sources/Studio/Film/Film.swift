public import Jobs
public import Tensors

/// The kept steps of one picture, as the screen knows them; the desk has the latents.
public struct Film: Sendable, Equatable {
  /// Rises with every film.
  public let id: Int
  public let job: Int
  /// For this picture alone.
  public let request: JobRequest
  /// Steps that are kept, 1 and more.
  public let steps: Int
  /// Whether the last step is the picture's last.
  public let isWhole: Bool
  /// What it came to, or the last step of a run that was stopped.
  public let image: PixelImage
  /// Where the picture was saved.
  public let path: String?

  public init(
    id: Int, job: Int, request: JobRequest, steps: Int, isWhole: Bool, image: PixelImage,
    path: String?
  ) {
    self.id = id
    self.job = job
    self.request = request
    self.steps = steps
    self.isWhole = isWhole
    self.image = image
    self.path = path
  }

  /// Whether the other one is what became of this one.
  func continues(_ other: Film) -> Bool { !isWhole && job == other.job && request == other.request }

  /// Steps after which a branch can leave: none of them after the last one of all.
  var branchableSteps: Int { isWhole ? steps - 1 : steps }
}

/// A step of a film.
public struct FilmStep: Sendable, Hashable {
  public var film: Int
  /// From 1; the film's last one stands for the picture itself.
  public var step: Int

  public init(film: Int, step: Int) {
    self.film = film
    self.step = step
  }
}

/// The films of this studio, and which of them left which others.
struct FilmShelf: Sendable, Equatable {
  /// In the order in which they came.
  private(set) var films: [Film] = []
  /// What a job branches from, by job.
  private(set) var origins: [Int: FilmStep] = [:]

  subscript(id: Int) -> Film? { films.first { $0.id == id } }

  mutating func add(_ film: Film) {
    // A stopped run that went on has the steps it had, and more.
    if let stopped = films.first(where: { $0.continues(film) }) {
      films.removeAll { $0.id == stopped.id }
      for (job, origin) in origins where origin.film == stopped.id {
        origins[job] = FilmStep(film: film.id, step: origin.step)
      }
    }
    films.append(film)
  }

  mutating func remove(_ id: Int) { films.removeAll { $0.id == id } }

  mutating func note(_ origin: FilmStep, of job: Int) { origins[job] = origin }

  /// The job was changed into something that is no branch.
  mutating func forgetOrigin(of job: Int) { origins[job] = nil }

  /// Where a film left its parent; nil if it has none, or that is gone.
  func origin(of film: Film) -> FilmStep? {
    origins[film.job].flatMap { self[$0.film] == nil ? nil : $0 }
  }

  /// All films as trees: parents before what left them, each with its depth.
  var tree: [(film: Film, depth: Int)] {
    func branches(of id: Int?) -> [Film] { films.filter { origin(of: $0)?.film == id } }
    func rows(_ film: Film, _ depth: Int) -> [(film: Film, depth: Int)] {
      [(film, depth)] + branches(of: film.id).flatMap { rows($0, depth + 1) }
    }
    return branches(of: nil).flatMap { rows($0, 0) }
  }
}
