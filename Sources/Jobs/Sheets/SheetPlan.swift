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
    if settings == [.prompt, .prompt], let second {
      // Each has to replace something of its own.
      let (a, b) = (self.x.values[0], second.values[0])
      guard a != b, job.prompt.replacing([a: "", b: ""]).found.count == 2 else {
        throw .overlap(a, b)
      }
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
    // What one axis puts in must not be replaced by the other.
    let words = axes.filter { $0.0.setting == .prompt }.map { ($0.0.values[0], $0.0.values[$0.1]) }
    made.prompt = made.prompt.replacing(Dictionary(words) { _, last in last }).text
    let rest: Set<SheetAxis.Setting> = [.alternatives, .prompt]
    for (axis, index) in axes where !rest.contains(axis.setting) { axis.apply(index, to: &made) }
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

extension String {
  /// Puts others in place of words, all at once: what is put in is not looked through again.
  ///
  /// Where several fit, the longest counts.
  ///
  /// - Returns: The new text, and which words were found.
  fileprivate func replacing(_ words: [String: String]) -> (text: String, found: Set<String>) {
    let byLength = words.sorted { $0.key.count > $1.key.count }.filter { !$0.key.isEmpty }
    var (text, found, rest) = ("", Set<String>(), self[...])
    while let next = rest.first {
      if let (old, new) = byLength.first(where: { rest.hasPrefix($0.key) }) {
        text += new
        found.insert(old)
        rest = rest.dropFirst(old.count)
      } else {
        text.append(next)
        rest = rest.dropFirst()
      }
    }
    return (text, found)
  }
}
