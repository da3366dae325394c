import Foundation

extension Screen {
  public var traffic: ScreenTraffic {
    var traffic = lastTraffic
    traffic.bytesPerSecond = pacer.bytesPerSecond
    traffic.dropped = workshop.dropped
    return traffic
  }

  /// Everything that is known about the terminal, one fact a line.
  public var report: [String] {
    let environment = ["TERM", "COLORTERM", "NO_COLOR", "TERM_PROGRAM", "TMUX", "STY", "SSH_TTY"]
      .compactMap { name in options.environment[name].map { "\(name)=\($0)" } }
    var lines = [
      "terminal: \(device), \(columns)x\(rows) cells", environment.joined(separator: " "),
    ]
    lines += [
      "kernel: \(window.width)x\(window.height) pixels; taken: cells of "
        + "\(capabilities.cellWidth)x\(capabilities.cellHeight)"
    ]
    lines += conversation.transcript.isEmpty ? ["no answers"] : conversation.transcript
    lines += [
      "pictures: \(capabilities.graphics.map { "\($0)" } ?? "none") (asked for: \(options.graphics))",
      "text colours: \(capabilities.textColors.map { "\($0)" } ?? "none"), "
        + "\(canvas.colors) in the terminal database",
      "background: \(background.rawValue)",
      "synchronized output: \(capabilities.isSynchronized ? "yes" : "no")",
      "frame fence: "
        + (pacer.answersFences.map { $0 ? "answered" : "not answered" } ?? "not used yet"),
    ]
    if let rate = pacer.bytesPerSecond { lines.append("line: \(Int(rate / 1000)) KB/s") }
    if let error = workshop.lastError { lines.append(error.description) }
    return lines
  }
}
