package import Foundation

extension ModelFolder {
  /// Bytes of the files that hold a part's weights, by their names and sizes alone; 0 for a part
  /// without weights.
  ///
  /// - Throws: What is wrong with the folder or the index of its shards.
  public func weightBytes(_ part: ModelPart) throws -> Int {
    guard part.hasWeights else { return 0 }
    if part == .transformer, let file { return file.byteCount }
    return try location(part).folder.weightBytes()
  }
}

extension URL {
  fileprivate func weightBytes() throws -> Int {
    let file = try Checkpoint.weightsFile(in: self)
    var files = [file]
    if file.pathExtension == "json" {
      do throws(ShardIndexFault) {
        files = try Set(ShardIndex(file.path).files.values).map { appending(path: $0) }
      } catch {
        throw CheckpointError.badIndex(file.path, error)
      }
    }
    return files.reduce(0) { $0 + $1.byteCount }
  }

  /// Of a file, 0 if there is none.
  package var byteCount: Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
