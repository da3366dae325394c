import Checkpoints
import Conditioning
import Foundation
import Gallery
import Generation
import Jobs
import Kernels
import Synchronization
import Tensors

/// Fits condition pictures and finds their edges for the screen, away from the loop.
final class ConditionDesk: Sendable {
  private struct State {
    /// Of several questions only the last one counts.
    var wanted: ConditionQuestion?
    var isBusy = false
  }

  /// What the edges depend on; their strength changes nothing in it.
  private struct Found: Sendable {
    let path: String
    let changed: Date?
    let size: PictureSize
    let asked: EdgeSource?
    let source: PixelImage
    let edges: EdgeMap
    let method: EdgeSource
  }

  private let library: ModelLibrary
  private let forecasts: ForecastDesk
  private let mailbox: Mailbox
  /// Of its own: the engine may be at work.
  private let device = CPU(threads: 1, yieldsToOthers: true)
  // The loop asks, a task answers.
  private let state = Mutex(State())
  private let found = Mutex<Found?>(nil)

  init(library: ModelLibrary, forecasts: ForecastDesk, mailbox: Mailbox) {
    self.library = library
    self.forecasts = forecasts
    self.mailbox = mailbox
  }

  func show(_ question: ConditionQuestion) {
    let isBusy = state.withLock { state in
      state.wanted = question
      defer { state.isBusy = true }
      return state.isBusy
    }
    guard !isBusy else { return }
    Task.detached { [self] in
      while let next = take() { tell(next) }
    }
  }

  private func take() -> ConditionQuestion? {
    state.withLock { state in
      defer { state.wanted = nil }
      if state.wanted == nil { state.isBusy = false }
      return state.wanted
    }
  }

  private func tell(_ question: ConditionQuestion) {
    do {
      mailbox.post(.conditionShown(question, try answer(question)))
    } catch {
      mailbox.post(.conditionShown(question, nil))
      mailbox.post(.told(.error, "\(error)"))
    }
  }

  private func answer(_ question: ConditionQuestion) throws -> ConditionAnswer {
    let found = try find(question)
    self.found.withLock { $0 = found }
    return ConditionAnswer(
      source: found.source, edges: found.edges.strengthened(by: question.strength).image,
      method: found.method.rawValue)
  }

  private func find(_ question: ConditionQuestion) throws -> Found {
    var job = JobRequest(prompt: "")
    job.size = question.size
    job.edges = question.edges
    let asked = try job.edgeSource
    let file = URL(filePath: question.path)
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    let changed = attributes?[.modificationDate] as? Date
    let picture = try ImageFile.decode(file)
    let size =
      try forecasts.model(question.model).description.conditionSize(
        picture, asked: job.pictureSize, snapsToBin: question.bin)
      ?? PictureSize(width: picture.width, height: picture.height)
    let known = found.withLock { $0 }
    if let known, known.path == question.path, known.changed == changed, known.size == size,
      known.asked == asked
    {
      return known
    }
    let detector = try EdgeDetector(asked, library: library, device: device)
    let fitted = picture.fitted(width: size.width, height: size.height)
    let edges = try detector.edges(of: fitted, cancellation: Cancellation())
    return Found(
      path: question.path, changed: changed, size: size, asked: asked, source: fitted,
      edges: edges, method: detector.source)
  }
}
