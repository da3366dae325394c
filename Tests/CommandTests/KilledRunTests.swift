import Foundation
import Gallery
import Testing

/// kill -9 at twenty random moments: what was announced is whole, and everything goes on from there.
///
/// `PIXART_KILL_SEED=8 swift test --filter KilledRunTests` chooses other moments.
@Suite struct KilledRunTests {
  private let workplace: Workplace
  private var random = SeededNumbers.forKills

  init() throws { workplace = try Workplace() }

  private static let kills = 20

  /// Kills a run and returns what it had announced.
  ///
  /// Half of the runs are killed from their start on, most of them before the first picture; the other
  /// half while the picture after one that was announced is made and saved.
  ///
  /// - Parameter round: From 0.
  private mutating func killed(
    _ arguments: [String], round: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [URL] {
    let run = try workplace.start(arguments)
    if round.isMultiple(of: 2) {
      try run.waits(for: ".png\n", sourceLocation: sourceLocation)
      usleep(UInt32.random(in: 0...60_000, using: &random))
    } else {
      usleep(UInt32.random(in: 0...600_000, using: &random))
    }
    run.send(SIGKILL)
    let finished = run.finish(sourceLocation: sourceLocation)
    #expect(finished.error.isEmpty, "\(finished)", sourceLocation: sourceLocation)
    // A line that was cut off announces nothing.
    let lines = finished.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return lines.map { URL(filePath: String($0)) }
  }

  /// The files of the gallery that are pictures by their names, each of them whole.
  ///
  /// - Parameter known: Those that need not be looked at again.
  private func wholePictures(
    except known: Set<URL>, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Set<URL> {
    let pictures = Set(workplace.pictures)
    for picture in pictures.subtracting(known) {
      _ = try workplace.whole(picture, sourceLocation: sourceLocation)
      let metadata = try PictureMetadata(file: picture)
      #expect(
        metadata.faults.isEmpty && metadata.fingerprint != nil, "\(picture.path)",
        sourceLocation: sourceLocation)
    }
    // Whatever else is there is hidden.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: workplace.gallery.path)) ?? []
    #expect(
      names.allSatisfy { $0.hasSuffix(".png") && !$0.hasPrefix(".") || $0.hasPrefix(".pixart-") },
      "\(names)", sourceLocation: sourceLocation)
    return pictures
  }

  /// Runs that make pictures, and after each one that brings the index in line or makes it anew.
  @Test(.timeLimit(.minutes(5))) mutating func leaveWholePictures() throws {
    var pictures: Set<URL> = []
    for round in 0..<Self.kills {
      let announced = try killed(
        Workplace.generation(["--count", "1000", "--seed", "\(round * 1000)"]), round: round)
      let index = try workplace.start(["gallery", round.isMultiple(of: 3) ? "reindex" : "list"])
      usleep(UInt32.random(in: 0...100_000, using: &random))
      index.send(SIGKILL)
      _ = index.finish()
      let now = try wholePictures(except: pictures)
      #expect(now.isSuperset(of: pictures) && now.isSuperset(of: announced))
      pictures = now
      try workplace.expectIndexed()
    }
    #expect(pictures.count >= Self.kills / 2)
  }

  /// A batch goes on where it was: one picture of each line in the end, and one more at most for each
  /// kill that came between a picture and its note.
  @Test(.timeLimit(.minutes(5))) mutating func goOnWithTheirBatch() throws {
    let count = 60
    let lines = (0..<count).map {
      #"{"prompt": "picture \#($0)", "model": "\#(Workplace.model)", "size": "48x48", "steps": 2, "#
        + #""seed": \#($0)}"#
    }
    try workplace.write("a.jsonl", Data(lines.joined(separator: "\n").utf8))
    let arguments = ["generate", "--batch", "a.jsonl"]
    var pictures: Set<URL> = []
    var announced: [URL] = []
    for round in 0..<Self.kills {
      // Each kill may keep a picture from being announced; one has to be left to wait for.
      let hasMore = announced.count + round < count
      announced += try killed(arguments, round: hasMore ? round : 1)
      let now = try wholePictures(except: pictures)
      #expect(now.isSuperset(of: pictures) && now.isSuperset(of: announced))
      pictures = now
    }
    let last = try workplace.run(arguments)
    last.expectSuccess()
    announced += last.output.split(separator: "\n").map { URL(filePath: String($0)) }
    pictures = try wholePictures(except: pictures)
    #expect(Set(announced).count == announced.count)
    let seeds = try announced.map { try workplace.whole($0).recipe.seed }
    #expect(Set(seeds).count == seeds.count)
    let all = try pictures.map { try workplace.whole($0).recipe.seed }
    #expect(Set(all) == Set((0..<UInt64(count)).map(Optional.init)))
    #expect((count...count + Self.kills).contains(pictures.count))
    let journal = try String(contentsOfFile: workplace.path("a.jsonl.done"), encoding: .utf8)
    let noted = journal.split(separator: "\n").filter { line in
      (try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil
    }
    #expect(noted.count == count)
    #expect(announced.allSatisfy { file in noted.contains { $0.contains(file.path) } })
    try workplace.expectIndexed()
    let again = try workplace.run(arguments)
    again.expectSuccess()
    #expect(again.output.isEmpty)
  }
}
