import Kernels
import Tensors
import Testing

@testable import Generation

/// Which precision a run has, and that it keeps it.
@Suite struct PrecisionTests {
  /// What was begun is gone on with as it was, where the request leaves the precision open.
  @Test func goesOnAsItBegan() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      var begun = BranchTests.request(nil)
      begun.precision = .bf16
      guard let kept = await engine.kept(of: begun, after: 3) else {
        preconditionFailure("nothing was kept")
      }
      var open = begun
      open.precision = nil
      let rest = await engine.pictures(of: open, resuming: kept)
      precondition(rest.count == 1 && rest[0].precision == .bf16)
      // From nothing, a small model is computed in fp32; that is another run.
      let alone = await engine.pictures(of: open)
      precondition(alone[0].precision == .fp32)
      var other = begun
      other.precision = .fp32
      let refused = await engine.events(of: other, resuming: kept)
      precondition(refused.compactMap(\.picture).isEmpty)
    }
  }
}
