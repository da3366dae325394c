public import Foundation

/// File names that say when and how a picture was made: `20261123-153012-seed7-a-red-apple.png`.
public enum PictureName {
  /// The most characters taken from the prompt; few enough that a name stays below 255 bytes.
  private static let promptLength = 40

  /// A name of the time in `timeZone`, the seed and the prompt's first words.
  ///
  /// Letters and digits are kept, whatever their script.
  public static func make(
    date: Date, seed: UInt64, prompt: String, timeZone: TimeZone = .current
  ) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    let now = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: date)
    let time = String(
      format: "%04d%02d%02d-%02d%02d%02d", now.year ?? 0, now.month ?? 0, now.day ?? 0,
      now.hour ?? 0, now.minute ?? 0, now.second ?? 0)
    return (["\(time)-seed\(seed)"] + words(of: prompt)).joined(separator: "-") + ".png"
  }

  /// Lower-case words whose sum with dashes between them fits.
  private static func words(of prompt: String) -> [Substring] {
    let plain = prompt.precomposedStringWithCanonicalMapping.lowercased().unicodeScalars
      .filter { !$0.properties.isDefaultIgnorableCodePoint }
    let letters = plain.map { $0.properties.isAlphabetic || $0.properties.numericType != nil }
    var words: [Substring] = []
    var room = promptLength
    let spaced = zip(plain, letters).map { $1 ? Character($0) : " " }
    for word in String(spaced).split(separator: " ") {
      guard word.count <= room else {
        if words.isEmpty { words.append(word.prefix(promptLength)) }
        break
      }
      words.append(word)
      room -= word.count + 1
    }
    return words
  }
}
