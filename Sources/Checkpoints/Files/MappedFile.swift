import Foundation
import Tensors

/// A file's bytes as memory: pages come in when they are touched and may leave again.
///
/// If another program shortens the file meanwhile, touching what is gone ends this one; nothing
/// short of copying helps against that.
package final class MappedFile: RereadableMemory, @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer
  /// Of the file that was opened, whatever its name leads to now.
  package let identity: FileIdentity

  package init(_ path: String) throws(FileFault) {
    // Without O_NONBLOCK, a pipe that nobody writes to would hold us here.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.fault(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.fault(errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .folder
    default: throw .special
    }
    identity = FileIdentity(status)
    let count = Int(status.st_size)
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED
    else { throw Self.fault(errno) }
    bytes = UnsafeRawBufferPointer(start: base, count: count)
  }

  deinit {
    if let base = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
    }
  }

  package func letGo(_ bytes: UnsafeRawBufferPointer) { advise(MADV_DONTNEED, on: bytes) }

  package func prefetch(_ bytes: UnsafeRawBufferPointer) { advise(MADV_WILLNEED, on: bytes) }

  private func advise(_ advice: Int32, on bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    // From the page that holds the first byte on.
    let start = UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: base) & ~4095)
    let end = UInt(bitPattern: base) + UInt(bytes.count)
    madvise(start, Int(end - UInt(bitPattern: start)), advice)
  }

  private static func fault(_ code: Int32) -> FileFault {
    code == ENOENT || code == ENOTDIR ? .missing : .closed(reason: String(cString: strerror(code)))
  }
}
