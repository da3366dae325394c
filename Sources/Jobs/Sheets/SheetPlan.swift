public import Gallery

/// A sheet of pictures: one request, made with every pair of values of two settings.
public struct SheetPlan: Sendable, Equatable, Codable {
  /// A place on the sheet, each from 0.
  public struct Place: Sendable, Hashable, Codable {
    public let column: Int
    public let row: Int

    public init(column: Int, row: Int) {
      self.column = column
      self.row = row
    }
  }

  /// What all cells share.
  public let job: JobRequest
  public let x: SheetAxis
  public let y: SheetAxis?

  /// The most pictures of one sheet.
  public static let mostCells = 400

  /// - Parameters:
  ///   - x: As ``SheetAxis`` reads it, as `y`.
  ///   - y: A sheet of one row if nil.
  /// - Throws: ``SheetError``.
  public init(_ job: JobRequest, x: String, y: String?) throws(SheetError) {
    self.job = job
    self.x = try SheetAxis(x, of: job)
    var second: SheetAxis?
    if let y { second = try SheetAxis(y, of: job) }
    self.y = second
    let settings = [self.x, second].compactMap { $0?.setting }
    if settings.count == 2, settings[0] == settings[1], settings[0] != .prompt {
      throw .sameSetting(settings[0])
    }
    if settings.contains(.strength), job.initImage == nil { throw .strengthWithoutImage }
    if settings.contains(.variationSeed), !settings.contains(.variationStrength), !job.isVaried {
      throw .variationSeedAlone
    }
    guard job.count == 1 else { throw .severalPictures(job.count) }
    guard columns * rows <= Self.mostCells else { throw .tooManyCells(columns * rows) }
  }

  public var columns: Int { x.values.count }
  public var rows: Int { y?.values.count ?? 1 }
  public var count: Int { columns * rows }

  /// All places in the order they are made: row by row, but for models, which take long to open.
  public var places: [Place] {
    if x.setting == .model {
      return (0..<columns).flatMap { column in
        (0..<rows).map { Place(column: column, row: $0) }
      }
    }
    return (0..<rows).flatMap { row in (0..<columns).map { Place(column: $0, row: row) } }
  }

  /// The request of one picture.
  public func job(at place: Place) -> JobRequest {
    var made = job
    let axes = [(x, place.column)] + (y.map { [($0, place.row)] } ?? [])
    // Alternatives make the whole prompt, in which words may then be replaced.
    for (axis, index) in axes where axis.setting == .alternatives { axis.apply(index, to: &made) }
    for (axis, index) in axes where axis.setting != .alternatives { axis.apply(index, to: &made) }
    return made
  }

  /// The two values of a place in words.
  public func name(of place: Place) -> String {
    [x.headings[place.column], y?.headings[place.row]].compactMap(\.self).joined(separator: ", ")
  }

  /// Prompt and the settings that all pictures share.
  public var title: String {
    let varying = [x.setting, y?.setting]
    let shared: [(SheetAxis.Setting, String)] = [
      (.steps, "\(job.steps) steps"), (.guidance, "guidance \(job.guidance)"),
      (.seed, "seed \(job.seed)"),
    ]
    let settings = shared.filter { !varying.contains($0.0) }.map(\.1)
    return "\(job.prompt) (\(settings.joined(separator: ", ")))"
  }

  /// What the sheet's file says of itself.
  ///
  /// - Parameter files: Names of the pictures' files.
  public func record(version: String, files: [Place: String]) -> SheetRecord {
    func axis(_ axis: SheetAxis) -> SheetRecord.Axis {
      SheetRecord.Axis(setting: axis.setting.rawValue, values: axis.values)
    }
    return SheetRecord(
      version: version, prompt: job.prompt, negative: job.negative, x: axis(x), y: y.map(axis),
      cells: (0..<rows).map { row in
        (0..<columns).map { files[Place(column: $0, row: row)] }
      })
  }
}
