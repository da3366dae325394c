import Dispatch
import Synchronization

/// Encodes pictures away from the main thread; for each place only the newest waits.
final class PictureWorkshop: Sendable {
  struct Order: Sendable {
    var placement: ImagePlacement
    var encoder: any PictureEncoder
    /// To try, best first.
    var qualities: [PictureQuality]
    /// The first quality with no more is taken; nil for any number.
    var mostBytes: Int?
    var id: UInt32
    /// Screens before a resize do not match screens after it.
    var generation: Int
  }

  struct Result: Sendable {
    var order: Order
    var picture: EncodedPicture
  }

  private struct State {
    var waiting: [Order] = []
    var finished: [Result] = []
    var isRunning = false
    var dropped = 0
    var lastError: TerminalError?
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "pixart.pictures", qos: .utility)
  private let wake: @Sendable () -> Void

  /// - Parameter wake: Called on the workshop's thread whenever a picture is ready.
  init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

  /// Orders that were replaced by newer ones before they were sent.
  var dropped: Int { state.withLock { $0.dropped } }
  /// Why the last picture that could not be encoded could not.
  var lastError: TerminalError? { state.withLock { $0.lastError } }

  func order(_ order: Order) {
    let starts = state.withLock { state in
      let area = order.placement.area
      let before = state.waiting.count
      state.waiting.removeAll { $0.placement.area == area }
      state.dropped += before - state.waiting.count
      state.waiting.append(order)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if starts { queue.async { self.work() } }
  }

  /// Takes a finished picture of one of these areas.
  func take(_ areas: [Rect]) -> Result? {
    state.withLock { state in
      guard
        let index = state.finished.firstIndex(where: { areas.contains($0.order.placement.area) })
      else { return nil }
      return state.finished.remove(at: index)
    }
  }

  /// Forgets what was ordered for other places, and everything of older generations.
  func keep(_ areas: [Rect], generation: Int) {
    func isWanted(_ order: Order) -> Bool {
      order.generation == generation && areas.contains(order.placement.area)
    }
    state.withLock { state in
      state.waiting.removeAll { !isWanted($0) }
      state.finished.removeAll { !isWanted($0.order) }
    }
  }

  private func work() {
    while let order = next() {
      do {
        finish(Result(order: order, picture: try Self.encode(order)))
        wake()
      } catch {
        state.withLock { $0.lastError = error }
      }
    }
  }

  private func next() -> Order? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isRunning = false
        return nil
      }
      return state.waiting.removeFirst()
    }
  }

  private func finish(_ result: Result) {
    state.withLock { state in
      let area = result.order.placement.area
      let before = state.finished.count
      state.finished.removeAll { $0.order.placement.area == area }
      state.dropped += before - state.finished.count
      state.finished.append(result)
    }
  }

  private static func encode(_ order: Order) throws(TerminalError) -> EncodedPicture {
    let placement = order.placement
    var last: EncodedPicture?
    for quality in order.qualities {
      let picture = try order.encoder.encode(
        placement.image.pixels, columns: placement.area.width, rows: placement.area.height,
        quality: quality, isPassing: placement.isPassing, id: order.id)
      last = picture
      if picture.byteCount <= order.mostBytes ?? .max { return picture }
    }
    guard let last else {
      throw .notEncoded(protocol: "picture", reason: "no quality was offered")
    }
    return last
  }
}
