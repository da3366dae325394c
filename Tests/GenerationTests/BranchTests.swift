import Foundation
import Schedulers
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Runs that turn to other settings on their way.
///
/// In processes of their own: the tests of kernels change the instruction set of this one.
@Suite struct BranchTests {
  /// The same up to a step; `change` says what is other from there on.
  static func branch(
    _ parent: GenerationRequest, at step: Int, _ change: (inout StepSettings) -> Void = { _ in }
  ) -> GenerationRequest {
    var child = parent
    child.branch.append(BranchPoint(at: step, settings: parent.stepSettings))
    change(&child.stepSettings)
    return child
  }

  static func request(_ sampler: SamplerName?, steps: Int = 5) -> GenerationRequest {
    var request = TinyEngine.request(steps: steps)
    request.sampler = sampler
    request.seed = 11
    return request
  }

  /// From nothing and from kept steps, after each step, with every sampler.
  @Test func unchangedBranchesEndInTheSamePicture() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      for sampler in [nil] + SamplerName.allCases where sampler != .dmd {
        let parent = BranchTests.request(sampler)
        let whole = await engine.pictures(of: parent)[0]
        for step in 1...4 {
          let child = BranchTests.branch(parent, at: step)
          let again = await engine.pictures(of: child)[0]
          precondition(again.image == whole.image && again.digest == whole.digest)
          let kept = try whole.kept.branched(at: step, of: parent, to: child)
          precondition(kept.stepsDone == step)
          let rest = await engine.events(of: child, resuming: kept)
          precondition(rest.compactMap(\.step).map(\.step) == Array(step + 1...5))
          let picture = rest.compactMap(\.picture)[0]
          precondition(picture.image == whole.image && picture.digest == whole.digest)
        }
      }
    }
  }

  /// What is changed makes another picture, the same one from nothing and from kept steps; the
  /// latents part after the step of the branch and not before.
  @Test func changedBranchesAreTheSameFromKeptSteps() async {
    await #expect(processExitsWith: .success) {
      let changes: [(inout StepSettings) -> Void] = [
        { $0.prompt = "a (red:1.3) house" }, { $0.guidance = 7 }, { $0.guidance = 1 },
        { $0.negative = "blurry" }, { $0.sampler = .euler }, { $0.sampler = .saSolver },
        { $0.sampler = .dpmPlusPlus2MKarras }, { $0.sampler = .ddim }, { $0.sampler = .ddpm },
        { $0.seed = 12 },
        {
          $0 = StepSettings(
            prompt: "two moons", negative: "sun", guidance: 2, sampler: .dpmPlusPlusSDE, seed: 3)
        },
      ]
      let engine = TinyEngine()
      for sampler in [SamplerName.eulerAncestral, .dpmPlusPlusSDE] {
        let parent = BranchTests.request(sampler)
        let whole = await engine.pictures(of: parent)[0]
        for (number, change) in changes.enumerated() {
          let step = 1 + number % 3
          let child = BranchTests.branch(parent, at: step, change)
          if child.stepSettings == parent.stepSettings { continue }
          let alone = await engine.pictures(of: child)[0]
          precondition(alone.digest.latents != whole.digest.latents)
          precondition(alone.digest.steps.prefix(step) == whole.digest.steps.prefix(step))
          precondition(alone.digest.steps[step] != whole.digest.steps[step])
          let kept = try whole.kept.branched(at: step, of: parent, to: child)
          let picture = await engine.pictures(of: child, resuming: kept)[0]
          precondition(picture.image == alone.image && picture.digest == alone.digest)
          precondition(picture.kept.finished == alone.kept.finished)
        }
      }
    }
  }

  /// A branch of a branch, from a picture that is the second of its request; and cancelled on its way.
  @Test func branchesHaveBranches() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      var parent = BranchTests.request(.eulerAncestral, steps: 6)
      parent.count = 2
      let second = await engine.pictures(of: parent)[1]
      let alone = parent.alone(1)
      let child = BranchTests.branch(alone, at: 2) { $0.prompt = "two moons" }
      let made = await engine.pictures(
        of: child, resuming: try second.kept.branched(at: 2, of: parent, to: child))[0]
      let grandchild = BranchTests.branch(child, at: 4) { $0.sampler = .ddim }
      let fromNothing = await engine.pictures(of: grandchild)[0]
      let fromKept = await engine.events(
        of: grandchild, resuming: try made.kept.branched(at: 4, of: child, to: grandchild))
      precondition(fromKept.compactMap(\.step).first?.step == 5)
      precondition(fromKept.compactMap(\.picture)[0].digest == fromNothing.digest)
      precondition(fromNothing.digest.steps.prefix(4) == made.digest.steps.prefix(4))
      precondition(made.digest.steps.prefix(2) == second.digest.steps.prefix(2))

      // Earlier than the child turned: of its parent's making.
      var other = alone
      other.branch = [BranchPoint(at: 1, settings: alone.stepSettings)]
      other.guidance = 2
      let early = await engine.pictures(
        of: other, resuming: try made.kept.branched(at: 1, of: child, to: other))[0]
      let earlyAlone = await engine.pictures(of: other)[0]
      precondition(early.digest == earlyAlone.digest)

      // Stopped in the last stretch, kept in a file, gone on with.
      guard let kept = await engine.kept(of: grandchild, after: 4) else {
        preconditionFailure("nothing was kept")
      }
      let file = FileManager.default.temporaryDirectory
        .appending(path: "pixart-run-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: file) }
      try kept.encoded().write(to: file)
      let rest = await engine.pictures(of: grandchild, resuming: try SuspendedRun(file: file))
      precondition(rest[0].digest == fromNothing.digest)
    }
  }

  /// Steps count from the first that is made.
  @Test func branchesFromAPictureToBeginWith() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      var parent = BranchTests.request(.eulerAncestral, steps: 8)
      parent.initImage = PixelImage(
        width: 32, height: 32, bytes: (0..<32 * 32 * 3).map { UInt8($0 * 7 % 251) })
      parent.strength = 0.5
      let whole = await engine.pictures(of: parent)[0]
      precondition(whole.kept.stepsDone == 4)
      for step in 1...3 {
        let same = await engine.pictures(of: BranchTests.branch(parent, at: step))[0]
        precondition(same.digest == whole.digest && same.image == whole.image)
        let child = BranchTests.branch(parent, at: step) { $0.sampler = .dpmPlusPlus2M }
        let alone = await engine.pictures(of: child)[0]
        let kept = try whole.kept.branched(at: step, of: parent, to: child)
        let again = await engine.pictures(of: child, resuming: kept)[0]
        precondition(again.digest == alone.digest && alone.digest != whole.digest)
      }
    }
  }

  /// Each picture of a request branches as if it was asked for alone.
  @Test func allPicturesBranch() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      var request = BranchTests.branch(BranchTests.request(.eulerAncestral), at: 2) { $0.seed = 40 }
      request.count = 2
      let both = await engine.pictures(of: request)
      for index in 0..<2 {
        let alone = await engine.pictures(of: request.alone(index))[0]
        precondition(alone.image == both[index].image && alone.digest == both[index].digest)
      }
    }
  }

  /// Previews decide nothing; what a step kept can be decoded later, the last one to the picture.
  @Test func decodesKeptSteps() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      var request = BranchTests.request(.eulerAncestral)
      let picture = await engine.pictures(of: request)[0]
      request.preview = .off
      let plain = await engine.pictures(of: request)[0]
      precondition(plain.digest == picture.digest && plain.image == picture.image)

      let finished = picture.kept.finished
      precondition(finished.count == 5)
      let last = try await engine.actor.decode(finished[4].latents, of: request)
      precondition(last == picture.image)
      let middle = try await engine.actor.decode(finished[2].denoised, of: request)
      precondition(middle.width == 48 && middle.height == 64 && middle != last)
      precondition(picture.kept.preview(ofStep: 4) == picture.kept.preview)
      let cancelled = Cancellation()
      cancelled.cancel()
      let refused = try? await engine.actor.decode(
        finished[2].denoised, of: request, cancellation: cancelled)
      precondition(refused == nil)
    }
  }

  // MARK: Plans

  private func plan(_ request: GenerationRequest, strength: Double? = nil) throws -> StepPlan {
    try StepPlan(request, scheduler: SchedulerConfiguration(), strength: strength)
  }

  /// Another sampler begins at the step whose noise level is nearest.
  @Test func anotherSamplerBeginsAtTheNearestNoise() throws {
    let parent = Self.request(.dpmPlusPlus2M, steps: 10)
    for at in 1...9 {
      let child = Self.branch(parent, at: at) { $0.sampler = .dpmPlusPlus2MKarras }
      let stretches = try plan(child).stretches
      #expect(stretches.map(\.keepsSampler) == [false, false])
      let level = log(stretches[0].scheduler.sigmas[at])
      let distances = stretches[1].scheduler.sigmas.prefix(10).map { abs(log($0) - level) }
      #expect(distances[stretches[1].index] == distances.min())
      #expect(stretches[1].steps.count == 10 - stretches[1].index)
    }
    // The same schedule goes on where it was.
    let child = Self.branch(parent, at: 4) { $0.sampler = .dpmPlusPlusSDE }
    #expect(try plan(child).stretches.map(\.steps) == [0..<4, 4..<10])
  }

  @Test func countsFromTheFirstStepThatIsMade() throws {
    let child = Self.branch(Self.request(.euler, steps: 10), at: 2)
    let stretches = try plan(child, strength: 0.6).stretches
    #expect(stretches.map(\.steps) == [0..<2, 2..<6])
    #expect(stretches.map(\.index) == [4, 6])
  }

  @Test(arguments: [0, 5, 6, -1, .max]) func refusesStepsThatAreNotThere(at: Int) {
    let error = #expect(throws: GenerationError.self) {
      try plan(Self.branch(Self.request(.euler), at: at))
    }
    #expect(
      "\(String(describing: error))".contains("A branch at step \(at) was asked for, but here")
        || error == .branchOutOfRange(at: at, first: 1, last: 4))
  }

  @Test func refusesPointsOutOfOrder() {
    let child = Self.branch(Self.branch(Self.request(.euler), at: 3), at: 3)
    #expect(throws: GenerationError.branchOutOfRange(at: 3, first: 4, last: 4)) { try plan(child) }
    #expect(throws: GenerationError.branchOutOfRange(at: 1, first: 1, last: 0)) {
      try plan(Self.branch(Self.request(.euler, steps: 1), at: 1))
    }
  }

  /// A kept run is only gone on from where its steps are the branch's.
  @Test func refusesOtherRuns() async throws {
    let parent = Self.request(.euler)
    let kept = try #require(await TinyEngine().pictures(of: parent).first?.kept)
    func refusal(
      at step: Int = 2, of parent: GenerationRequest, _ change: (inout GenerationRequest) -> Void
    ) -> String? {
      var child = Self.branch(Self.request(.euler), at: step)
      change(&child)
      do {
        _ = try kept.branched(at: step, of: parent, to: child)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(refusal(of: parent) { $0.prompt = "other" } == nil)
    let changes: [(String, (inout GenerationRequest) -> Void)] = [
      ("size '48x64', but '64x64'", { $0.size = PictureSize(width: 64, height: 64) }),
      ("model 'sigma-tiny', but 'alpha-tiny'", { $0.model = "alpha-tiny" }),
      ("steps '5', but '6'", { $0.steps = 6 }),
      ("count '1', but '2'", { $0.count = 2 }),
      ("prompt 'three stars', but 'other'", { $0.branch[0].settings.prompt = "other" }),
    ]
    for (message, change) in changes {
      #expect(
        refusal(of: parent, change) == "The kept run has \(message) was asked for. Go on with the "
          + "request it belongs to, or start anew.")
    }
    var stranger = parent
    stranger.guidance = 3
    #expect(refusal(of: stranger) { _ in }?.contains("guidance '4.5', but '3.0'") == true)
    #expect(
      refusal(at: 6, of: parent) { _ in } == "A branch at step 6 was asked for, but 5 steps are "
        + "kept. Choose one of these, or make the branch from its beginning.")
  }
}
