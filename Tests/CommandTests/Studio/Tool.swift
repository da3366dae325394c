import Foundation
import Testing

/// A program that tests drive the studio with, or have read its files; a test fails where one is missing.
enum Tool: String {
  case bash, exiftool, pngcheck, tmux, xdotool, xterm
  case virtualDisplay = "Xvfb"

  /// Where Debian puts it.
  func file(sourceLocation: SourceLocation = #_sourceLocation) throws -> URL {
    let path = "/usr/bin/\(rawValue)"
    try #require(
      access(path, X_OK) == 0,
      "there is no \(path); install the Debian package \(package) (Scripts/packages --tests)",
      sourceLocation: sourceLocation)
    return URL(filePath: path)
  }

  private var package: String {
    switch self {
    case .virtualDisplay: "xvfb"
    case .exiftool: "libimage-exiftool-perl"
    case .bash, .pngcheck, .tmux, .xdotool, .xterm: rawValue
    }
  }
}

/// The limit of everything that tests wait for, long enough for a machine with much else to do.
enum Patience {
  static let limit: Duration = .seconds(90)

  /// Looks again and again until a condition holds.
  ///
  /// - Returns: Whether it came true in time.
  static func wait(
    within limit: Duration = limit, every pause: Duration = .milliseconds(40),
    for condition: () throws -> Bool
  ) rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while try !condition() {
      if ContinuousClock.now > deadline { return false }
      sleep(pause)
    }
    return true
  }

  static func sleep(_ duration: Duration) {
    let parts = duration.components
    usleep(UInt32(parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000))
  }
}

/// Random numbers that are the same for the same seed: SplitMix64, Steele and others 2014.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) { state = UInt64(seed) }

  /// The moments of kills: the same in every run, unless others are asked for.
  static var forKills: SeededNumbers {
    let seed = ProcessInfo.processInfo.environment["PIXART_KILL_SEED"].flatMap { Int($0) }
    return SeededNumbers(seed: seed ?? 20)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
