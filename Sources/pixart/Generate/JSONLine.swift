import Foundation

/// One JSON object a line on standard output.
enum JSONLine {
  static func write(_ object: [String: Any]) {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? JSONSerialization.data(withJSONObject: object, options: options) else {
      return
    }
    Console.output(String(decoding: data, as: UTF8.self))
  }

  static func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
}
