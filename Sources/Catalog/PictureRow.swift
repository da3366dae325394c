import Foundation
import GRDB
import Gallery

/// A picture as the table `picture` holds it.
struct PictureRow {
  static let columns = """
    id, name, bytes, modified, changed, fingerprint, width, height, prompt, negative, model, \
    sampler, seed, steps, guidance, origin, star, rating, fault, recipe
    """

  let file: ListedFile
  let metadata: PictureMetadata

  /// Puts the picture in, in place of what was known of its name.
  ///
  /// - Parameter id: The row of a file that now has this name.
  func store(in database: Database, asRow id: Int64?) throws {
    let recipe = metadata.recipe
    let values: StatementArguments = [
      "name": file.name, "bytes": file.byteCount, "modified": file.modified,
      "changed": file.changed,
      "fingerprint": metadata.fingerprint.map { Int64(bitPattern: $0) },
      "width": metadata.width, "height": metadata.height, "prompt": recipe?.prompt ?? "",
      "negative": recipe?.negative ?? "", "model": recipe?.model, "sampler": recipe?.sampler,
      "seed": recipe?.seed.map { Int64(ordered: $0) }, "steps": recipe?.steps,
      "guidance": recipe?.guidance, "origin": metadata.origin?.rawValue,
      "star": metadata.marks.star, "rating": metadata.marks.rating,
      "fault": metadata.faults.isEmpty ? nil : metadata.faults.joined(separator: "; "),
      "recipe": try recipe?.json(),
    ]
    if let id {
      try database.execute(
        sql: "DELETE FROM picture WHERE name = ? AND id <> ?", arguments: [file.name, id])
      try database.execute(
        sql: "UPDATE picture SET \(Self.assignments) WHERE id = \(id)", arguments: values)
      if database.changesCount > 0 { return }
    }
    try database.cachedStatement(
      sql: """
        INSERT INTO picture (\(Self.names.joined(separator: ", ")))
        VALUES (\(Self.names.map { ":\($0)" }.joined(separator: ", ")))
        ON CONFLICT (name) DO UPDATE SET \(Self.assignments)
        """
    ).execute(arguments: values)
  }

  private static let names = columns.split(separator: ", ").map(String.init)
    .filter { $0 != "id" }
  private static let assignments = names.map { "\($0) = :\($0)" }.joined(separator: ", ")
}

extension CatalogEntry {
  init(_ row: Row, in folder: URL) {
    id = row["id"]
    name = row["name"]
    url = folder.appending(path: name)
    byteCount = row["bytes"]
    modified = Date(timeIntervalSince1970: Double(row["modified"] as Int64) * 1e-9)
    width = row["width"]
    height = row["height"]
    prompt = row["prompt"]
    origin = (row["origin"] as String?).flatMap(PictureOrigin.init)
    let rating: Int = row["rating"]
    marks = PictureMarks(star: row["star"], rating: min(max(rating, 0), 5))
    fault = row["fault"]
    fingerprint = row["fingerprint"]
    recipeJSON = row["recipe"]
  }
}
