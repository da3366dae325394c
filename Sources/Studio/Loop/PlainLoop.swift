import Foundation
import Terminal

/// The studio without a screen: a prompt a line in, what happens a line out.
///
/// Behind the end of the input it goes on until the queue is empty.
final class PlainLoop {
  private let desk: StudioDesk
  private var state: StudioState
  private var told: Notice?
  private var toldStep = ""
  private var inputHasEnded = false
  private var outputFault: PlainError?

  init(_ desk: StudioDesk) {
    self.desk = desk
    state = desk.openState(columns: 100, rows: 40)
  }

  func run() throws {
    let mailbox = desk.mailbox
    print("pixart, line by line. A line is a prompt; :help lists commands, :quit ends.")
    let reader = Thread {
      while let line = readLine() { mailbox.post(.line(line)) }
      mailbox.post(.inputEnded)
    }
    reader.start()
    desk.gatherKnowledge()
    while !state.hasQuit {
      desk.wait(for: [], until: state.nextWake)
      let wasExpanding = desk.isExpanding
      let events = mailbox.take()
      for event in events { take(event) }
      take(.tick)
      if let outputFault { throw outputFault }
      if inputHasEnded, state.run == nil, state.queue.next == nil, !wasExpanding { break }
    }
    desk.close(&state)
    let failed = state.queue.jobs.filter { job in
      if case .failed = job.status { return true }
      return false
    }
    if !failed.isEmpty { throw PlainError.jobsFailed(failed.count) }
  }

  private func take(_ event: StudioEvent) {
    if case .inputEnded = event {
      inputHasEnded = true
      return
    }
    if case .line(let line) = event, line.trimmingCharacters(in: .whitespaces) == ":help" {
      return listCommands()
    }
    let effects = state.update(event, at: desk.now)
    for effect in effects { desk.perform(effect, &state) }
    desk.follow(state)
    tellProgress()
    if let popup = state.textPopup {
      print(popup.title)
      for line in popup.lines { print("  \(line)") }
      state.textPopup = nil
    }
    if let notice = state.notice, notice != told {
      print(notice.text)
      told = notice
    }
    // Lists are chosen from by name here.
    state.closeChooser()
  }

  private func tellProgress() {
    guard let run = state.run else { return }
    let text = state.stageText(of: run)
    guard text != toldStep, run.stage != .starting else { return }
    toldStep = text
    let left = run.secondsLeft(at: state.clock).map { ", \(Figures.seconds($0)) left" } ?? ""
    print("job \(run.job): \(text)\(left)")
  }

  private func listCommands() {
    for id in ActionID.allCases where id != .editing {
      guard let action = ActionTable.actions.first(where: { $0.id == id }) else { continue }
      print(":\(id.rawValue)  \(action.title)")
    }
    for row in SettingsRow.allCases {
      print(":\(row.rawValue) VALUE  now \(state.settings.text(of: row, model: state.model))")
    }
  }

  private func print(_ line: String) {
    guard outputFault == nil else { return }
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    } catch {
      outputFault = .outputClosed
    }
  }
}

enum PlainError: Error, CustomStringConvertible {
  case outputClosed
  case jobsFailed(Int)

  var description: String {
    switch self {
    case .outputClosed: "Nothing can be written to standard output any more, so nothing was begun."
    case .jobsFailed(let count):
      count == 1 ? "A job failed; its reason stands above." : "\(count) jobs failed; see above."
    }
  }
}
