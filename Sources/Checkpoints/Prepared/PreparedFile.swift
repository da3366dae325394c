package import Tensors

/// The prepared weights of a part of a model: matrices as a device packed them, in a mapped file.
///
/// A safetensors file whose tensors are the packed matrices, under the names of those they were
/// packed from; then `key`, what they were made of and for whom; then `checksums`, of header and
/// key and of each matrix. Every matrix lies at a multiple of ``alignment``.
package struct PreparedFile: @unchecked Sendable {
  /// A line of the processor's cache.
  package static let alignment = 64
  static let keyName = "key"
  static let checksumsName = "checksums"

  private struct Part {
    let name: String
    let bytes: UnsafeRawBufferPointer
    let checksum: Checksum
  }

  /// In the order of the file.
  private let parts: [Part]
  private let places: [String: Int]
  package let owner: any AnyObject & Sendable

  /// Checks everything but the matrices themselves, see ``firstDamaged(threads:)``.
  ///
  /// - Parameters:
  ///   - owner: Keeps `file` alive.
  ///   - key: What the file has to be made of.
  package init(
    _ file: UnsafeRawBufferPointer, owner: any AnyObject & Sendable, key: String
  ) throws(PreparedFault) {
    let contents: Safetensors
    do throws(SafetensorsFault) {
      contents = try Safetensors(file, owner: owner)
    } catch {
      throw .unreadable(error)
    }
    var matrices = contents.unusableBytes
    guard let found = matrices.removeValue(forKey: Self.keyName), found.elementsEqual(key.utf8)
    else { throw .otherContents }
    guard let stored = matrices.removeValue(forKey: Self.checksumsName),
      stored.count == 8 * (matrices.count + 1)
    else { throw .damaged(part: Self.checksumsName) }
    let checksums = (0...matrices.count).map {
      Checksum(
        value: UInt64(littleEndian: stored.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
    }
    guard checksums[0] == Self.checksum(header: contents.header, key: found) else {
      throw .damaged(part: "header")
    }
    let inOrder = matrices.sorted {
      Self.offset(of: $0.value, in: file) < Self.offset(of: $1.value, in: file)
    }
    for (name, bytes) in inOrder where Self.offset(of: bytes, in: file) % Self.alignment != 0 {
      throw .damaged(part: name)
    }
    parts = zip(inOrder, checksums.dropFirst()).map {
      Part(name: $0.key, bytes: $0.value, checksum: $1)
    }
    places = Dictionary(uniqueKeysWithValues: parts.enumerated().map { ($1.name, $0) })
    self.owner = owner
  }

  /// A matrix as it was packed, readable for as long as ``owner`` lives.
  package subscript(name: String) -> UnsafeRawBufferPointer? {
    places[name].map { parts[$0].bytes }
  }

  /// Gives the memory back that can be read from the file again; everything stays usable.
  package func letGo() {
    for part in parts { letGo(part) }
  }

  private func letGo(_ part: Part) { (owner as? any RereadableMemory)?.letGo(part.bytes) }

  /// Reads all of it, and compares.
  ///
  /// - Parameter savesMemory: Whether what was compared is let go.
  /// - Returns: The first matrix that is not what was written; nil too once the current
  ///   `Cancellation` is raised.
  package func firstDamaged(threads: ThreadPool, savesMemory: Bool = false) -> String? {
    let results = Flags(count: parts.count)
    threads.parallel(parts.count) { index in
      if Checksum(parts[index].bytes) != parts[index].checksum { results.raise(index) }
      if savesMemory { letGo(parts[index]) }
    }
    return results.first.map { parts[$0].name }
  }

  static func checksum(header: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> Checksum {
    Checksum([Checksum(header), Checksum(key)])
  }

  /// Empty matrices lie nowhere.
  private static func offset(of bytes: UnsafeRawBufferPointer, in file: UnsafeRawBufferPointer)
    -> Int
  {
    guard let first = bytes.baseAddress, let start = file.baseAddress else { return 0 }
    return first - start
  }
}

/// Flags that threads raise, each its own.
private final class Flags: @unchecked Sendable {
  private let raised: UnsafeMutableBufferPointer<Bool>

  init(count: Int) {
    raised = .allocate(capacity: count)
    raised.initialize(repeating: false)
  }

  deinit { raised.deallocate() }

  func raise(_ index: Int) { raised[index] = true }

  var first: Int? { raised.firstIndex(of: true) }
}
