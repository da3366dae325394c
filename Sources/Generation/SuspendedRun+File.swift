import Autoencoders
import Checkpoints
public import Foundation
import Kernels
import Tensors

/// A kept run as a safetensors file of float32 tensors:
///
/// - `run`: a JSON text, a number for each byte, as the format knows no texts
/// - `preview`: the linear map, `[channels + 1, 3]`
/// - `steps`: `[3 · finished steps, channels, height, width]`: of each the noise that was predicted,
///   where the picture was then, and the clean latents seen; not there without a finished step
/// - `check`: eight bytes, the fingerprint of all others
extension SuspendedRun {
  private static let version = 2

  private struct Facts: Codable {
    let version: Int
    let picture: Int
    let steps: Int?
    let request: RunIdentity
  }

  /// The file's contents.
  ///
  /// - Throws: What writing JSON throws.
  public func encoded() throws -> Data {
    let facts = Facts(version: Self.version, picture: picture, steps: steps, request: identity)
    let text = try JSONEncoder().encode(facts).map { Float($0) }
    var writer = SafetensorsWriter()
    var check = Fingerprint()
    func add(_ name: String, _ shape: [Int], _ values: [Float]) {
      writer.add(name, shape: shape, floats: values)
      check.add(values)
    }
    add("run", [text.count], text)
    add("preview", [previewMap.weights.count + 1, 3], previewMap.rows)
    if let latents {
      let maps = finished.flatMap { [$0.prediction, $0.latents, $0.denoised] }
      add("steps", [maps.count] + latents.shape.dimensions[1...], maps.flatMap(\.values))
    }
    writer.add("check", shape: [8], floats: check.bytes)
    return try writer.encoded()
  }

  /// Reads what ``encoded()`` gave.
  ///
  /// - Throws: ``SuspendedRunError`` for a file that is missing, damaged or something else.
  public init(file: URL) throws(SuspendedRunError) {
    let contents = try RunFile(file)
    let text = try contents.tensor("run", rank: 1)
    let map = try contents.tensor("preview", rank: 2)
    let maps = contents.has("steps") ? try contents.tensor("steps", rank: 4) : nil
    var check = Fingerprint()
    for values in [text.values, map.values, maps?.values ?? []] { check.add(values) }
    guard try contents.tensor("check", rank: 1).values == check.bytes else {
      throw .damaged(file, what: "its checksum does not fit")
    }

    let json = Data(text.values.compactMap { UInt8(exactly: $0) })
    guard let version = try? JSONDecoder().decode(Version.self, from: json).version else {
      throw .damaged(file, what: "its text cannot be read")
    }
    guard version == Self.version else {
      throw .otherVersion(file, found: version, known: Self.version)
    }
    let count = maps.map { $0.shape[0] } ?? 0
    guard let facts = try? JSONDecoder().decode(Facts.self, from: json), facts.picture >= 0,
      count / 3 <= facts.steps ?? .max, count % 3 == 0, maps == nil || count > 0
    else { throw .damaged(file, what: "its text does not fit its steps") }
    guard map.shape[0] > 1, map.shape[1] == 3,
      maps.map({ $0.shape[1] == map.shape[0] - 1 }) ?? true
    else { throw .damaged(file, what: "its tensors do not fit together") }

    let latents = maps.map { [Latents](stacked: $0.values, shape: $0.shape) } ?? []
    self.init(
      picture: facts.picture, steps: facts.steps,
      finished: stride(from: 0, to: count, by: 3).map { first in
        KeptStep(
          prediction: latents[first], latents: latents[first + 1], denoised: latents[first + 2])
      },
      previewMap: LatentPreview(rows: map.values), identity: facts.request)
  }

  /// What every version says.
  private struct Version: Codable {
    let version: Int
  }
}

/// The tensors of a kept run, as far as a shape goes.
private struct RunFile {
  private let file: URL
  private let checkpoint: Checkpoint

  init(_ file: URL) throws(SuspendedRunError) {
    self.file = file
    do throws(CheckpointError) {
      checkpoint = try Checkpoint(file: file)
    } catch {
      throw .unreadable(error)
    }
    guard has("run") else { throw .notARun(file) }
  }

  func has(_ name: String) -> Bool { checkpoint.contains(name) }

  func tensor(_ name: String, rank: Int) throws(SuspendedRunError) -> (
    shape: Shape, values: [Float]
  ) {
    guard let stored = try? checkpoint.tensor(name), stored.shape.rank == rank else {
      throw .damaged(file, what: "it has no tensor '\(name)' of \(rank) dimensions")
    }
    return (stored.shape, stored.widened())
  }
}

extension Fingerprint {
  /// The hash as a row of bytes, each a number.
  fileprivate var bytes: [Float] { (0..<8).map { Float(value >> (8 * $0) & 255) } }
}

extension LatentPreview {
  /// Weights, then the bias, three numbers each.
  fileprivate var rows: [Float] { (weights + [bias]).flatMap { [$0.x, $0.y, $0.z] } }

  fileprivate init(rows: [Float]) {
    let colours = stride(from: 0, to: rows.count, by: 3).map {
      SIMD3(rows[$0], rows[$0 + 1], rows[$0 + 2])
    }
    self.init(weights: Array(colours.dropLast()), bias: colours[colours.count - 1])
  }
}

extension [Latents] {
  fileprivate init(stacked values: [Float], shape: Shape) {
    let size = shape.count / Swift.max(1, shape[0])
    self = (0..<shape[0]).map { index in
      Latents(
        count: 1, channels: shape[1], height: shape[2], width: shape[3],
        values: [Float](values[index * size..<(index + 1) * size]))
    }
  }
}
