package import Foundation

extension Thread {
  /// Lets every thread of normal priority go before the calling one, for good.
  ///
  /// Its `nice` value rises by 5, which leaves it about a third of what others get when all want the
  /// processor, and everything when nobody else does. Without effect where threads have no such
  /// value of their own, as outside Linux.
  package static func yieldToOthers() {
    #if canImport(Glibc)
      // Process 0 is the calling thread. A refusal only leaves the priority as it was.
      let which = __priority_which_t(PRIO_PROCESS.rawValue)
      _ = setpriority(which, 0, min(19, getpriority(which, 0) + 5))
    #endif
  }
}
