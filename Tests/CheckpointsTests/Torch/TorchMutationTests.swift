import Foundation
import TestSupport
import Tensors
import Testing

@testable import Checkpoints

/// Damaged in a thousand ways, a file may be refused or read, but must never end the program.
@Suite struct TorchMutationTests {
  @Test(arguments: ["views.pth", "views-legacy.pth", "parameters.pth", "hostile/zip-mkdir.pth"])
  func survives(_ name: String) throws {
    let seed = try Data(contentsOf: TorchFileTests.goldens.appending(path: name))
    var random = Numbers(state: UInt64(seed.count))
    var outcomes = (read: 0, refused: 0)
    for _ in 0..<1500 {
      var bytes = [UInt8](seed)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = .random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.remove(at: place)
        default: bytes.insert(bytes[place], at: Int.random(in: 0..<bytes.count, using: &random))
        }
      }
      try bytes.withUnsafeBytes { raw in
        do {
          let file = try TorchFile(raw, owner: Owner())
          // What was accepted must be readable to its last byte.
          for tensor in file.tensors.values { #expect(tensor.floats.count == tensor.shape.count) }
          outcomes.read += 1
        } catch let fault as TorchFault {
          #expect(fault.description.utf8.count < 2000)
          outcomes.refused += 1
        }
      }
    }
    #expect(outcomes.refused > 100, "\(outcomes)")
  }
}

private final class Owner: Sendable {}

private struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
