import Checkpoints
import Foundation
import Generation
import Jobs
import Prompts
import Synchronization

/// Looks at the request as it is written: counts tokens, finds faults, forecasts; off the loop.
final class Assessor: Sendable {
  private struct Question {
    let revision: Int
    let request: JobRequest
    let style: String?
  }

  private let forecasts: ForecastDesk
  private let expander: Expander
  private let mailbox: Mailbox
  private let queue = DispatchQueue(label: "pixart.assessor", qos: .utility)
  // The loop's thread asks, the queue answers; of several questions only the last one counts.
  private let question = Mutex<Question?>(nil)

  init(forecasts: ForecastDesk, expander: Expander, mailbox: Mailbox) {
    self.forecasts = forecasts
    self.expander = expander
    self.mailbox = mailbox
  }

  func assess(revision: Int, request: JobRequest, style: String?) {
    question.withLock {
      $0 = Question(revision: revision, request: request, style: style)
    }
    queue.async { [self] in
      let asked = question.withLock { question in
        defer { question = nil }
        return question
      }
      guard let asked else { return }
      mailbox.post(.assessed(revision: asked.revision, answer(asked)))
    }
  }

  private func answer(_ question: Question) -> Assessment {
    var assessment = Assessment()
    func fail(_ row: SettingsRow?, _ message: String) {
      assessment.problems.append(.init(field: row, isError: true, message: message))
    }
    var request = question.request
    do {
      let template: PromptTemplate
      (request, template) = try expander.template(request, style: question.style)
      assessment.expansions = template.count
      if template.count > Expander.most {
        fail(nil, "\(TemplateError.tooMany(count: template.count, limit: Expander.most))")
      }
      if template.hasChoices { request.prompt = template.one(seed: 0) }
    } catch let error as StyleError {
      fail(.style, "\(error)")
    } catch {
      fail(nil, "\(error)")
    }
    do {
      try assess(request, asWritten: question.request, &assessment)
    } catch {
      fail(.model, "\(error)")
    }
    return assessment
  }

  private func assess(
    _ request: JobRequest, asWritten written: JobRequest, _ assessment: inout Assessment
  ) throws {
    let model = try forecasts.model(written.model)
    var forecast: GenerationForecast?
    if let meter = model.meter {
      assessment.prompt = tokens(of: request.prompt, written: written.prompt, meter, written)
      assessment.negative = tokens(of: request.negative, written: written.negative, meter, written)
      // What makes it impossible is among the problems.
      forecast = try? forecasts.forecast(request)
    }
    // A forecast is of the whole process, which holds something already.
    let available = (AvailableMemory.bytes ?? .max / 2) + ProcessMemory.now.resident
    let problems =
      model.description.problems(for: request, forecast: forecast, available: available)
      + forecasts.controlProblems(request, of: model.description)
    assessment.problems += problems.map {
      .init(
        field: SettingsRow(rawValue: $0.field.rawValue), isError: $0.severity == .error,
        message: $0.message)
    }
    assessment.forecast = forecast.map {
      .init(
        seconds: $0.seconds, peakBytes: $0.peakBytes, availableBytes: available,
        isCalibrated: $0.isCalibrated)
    }
  }

  /// - Parameters:
  ///   - text: As the model will get it.
  ///   - written: As it stands in the editor; the cut is shown only where both are the same.
  private func tokens(
    of text: String, written: String, _ meter: PromptMeter, _ request: JobRequest
  ) -> Assessment.Tokens {
    let measure = meter.measure(text, cleans: !request.rawPrompt)
    var cutStart: Int?
    if text == written, let range = measure.cutRange {
      cutStart = text.distance(from: text.startIndex, to: range.lowerBound)
    }
    return .init(
      count: measure.tokens, limit: measure.limit, cutStart: cutStart,
      notes: measure.unplacedWeights.map { "The weight of '\($0)' has no effect." })
  }
}
