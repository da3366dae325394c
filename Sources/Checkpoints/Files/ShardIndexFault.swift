/// What can be wrong with the index of a checkpoint in several files.
public enum ShardIndexFault: Error, Equatable, CustomStringConvertible {
  case unopened(FileFault)
  case tooLong(bytes: Int, limit: Int)
  case notJSON(JSONFault)
  case noWeightMap(found: String)
  case badShardName(tensor: String, found: String, suffix: String)
  case missingShards([String], of: Int)
  case missingFromShard(tensor: String, shard: String)

  /// Continues a sentence that begins with the file's name.
  public var description: String {
    switch self {
    case .unopened(let fault): "\(fault)."
    case .tooLong(let bytes, let limit):
      "has \(bytes) bytes, but an index has at most \(limit). Download it again."
    case .notJSON(let fault): "is damaged: \(fault). Download it again."
    case .noWeightMap(let found):
      "has \(found) for 'weight_map' where an object of tensor and file names was needed. "
        + "Download it again."
    case .badShardName(let tensor, let found, let suffix):
      "places \(tensor.quoted) in \(found), but the name of a \(suffix) file beside it was "
        + "needed. Download it again."
    case .missingShards(let names, let count):
      "names \(count) files, but these are not beside it: \(names.listed(or: "none")). "
        + "Download what is missing."
    case .missingFromShard(let tensor, let shard):
      "places \(tensor.quoted) in \(shard.quoted), which does not hold it. "
        + "Download both again."
    }
  }
}
