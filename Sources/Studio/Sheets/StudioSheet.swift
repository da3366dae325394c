public import Jobs
public import Tensors

/// A sheet whose pictures are jobs of the queue.
public struct StudioSheet: Codable, Sendable, Equatable, Identifiable {
  public let id: Int
  public let plan: SheetPlan
  /// Which job makes which place.
  public internal(set) var jobs: [Int: SheetPlan.Place]
  /// Finished pictures, as paths.
  public internal(set) var files: [SheetPlan.Place: String] = [:]
  /// How many pictures there were when the sheet was saved last.
  var savedCount = 0
  /// Where the sheet itself was saved.
  public internal(set) var path: String?

  init(id: Int, plan: SheetPlan, jobs: [Int: SheetPlan.Place]) {
    self.id = id
    self.plan = plan
    self.jobs = jobs
  }
}

extension StudioSheet {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let plan = try container.decode(SheetPlan.self, forKey: .plan)
    // Numbers from outside may be anything.
    let places = Set(plan.places)
    self.init(
      id: try container.decode(Int.self, forKey: .id), plan: plan,
      jobs: try container.decode([Int: SheetPlan.Place].self, forKey: .jobs)
        .filter { places.contains($0.value) })
    files = try container.value(.files, or: files).filter { places.contains($0.key) }
    savedCount = try container.value(.savedCount, or: savedCount)
    path = try container.decodeIfPresent(String.self, forKey: .path)
  }
}

/// The sheets of this studio, and what is looked at of them.
struct SheetShelf: Sendable, Equatable {
  /// Older ones are forgotten.
  private static let mostSheets = 20

  private(set) var sheets: [StudioSheet] = []
  /// The place under the cursor of the sheet that is shown.
  var cursor = SheetPlan.Place(column: 0, row: 0)
  /// The sheet to go back to from the picture that was opened out of it.
  var openedFrom: Int?
  /// The sheet that is being planned.
  var editing: SheetEditing?
  /// What was typed for the last one.
  var lastX = ""
  var lastY = ""
  /// Sheets that are being written.
  var saving: Set<Int> = []

  init(_ sheets: [StudioSheet] = []) { self.sheets = sheets }

  subscript(id: Int) -> StudioSheet? { sheets.first { $0.id == id } }

  /// The sheet that a job belongs to.
  func sheet(ofJob job: Int) -> StudioSheet? { sheets.first { $0.jobs[job] != nil } }

  mutating func add(_ plan: SheetPlan, jobs: [Int: SheetPlan.Place]) -> StudioSheet {
    let sheet = StudioSheet(id: (sheets.map(\.id).max() ?? 0) &+ 1, plan: plan, jobs: jobs)
    sheets.append(sheet)
    if sheets.count > Self.mostSheets { sheets.removeFirst() }
    return sheet
  }

  mutating func update(_ id: Int, _ change: (inout StudioSheet) -> Void) {
    guard let index = sheets.firstIndex(where: { $0.id == id }) else { return }
    change(&sheets[index])
  }
}

/// A sheet as it is to be painted or written.
public struct SheetDrawing: Sendable, Equatable {
  public let sheet: StudioSheet
  /// The place that is framed.
  public var cursor: SheetPlan.Place?
  /// A step of a picture on its way.
  public var passing: Passing?

  public struct Passing: Sendable, Equatable {
    public let place: SheetPlan.Place
    public let image: PixelImage
    /// Pixels of the picture for each of the preview's.
    public let scale: Int
  }

  init(_ sheet: StudioSheet) { self.sheet = sheet }
}
