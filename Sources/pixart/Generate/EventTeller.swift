import Foundation
import Generation

/// Tells the events of a request to whoever called the program.
protocol EventTeller {
  mutating func tell(_ event: GenerationEvent)
  mutating func tell(saved picture: GeneratedPicture, in file: URL) throws
}
