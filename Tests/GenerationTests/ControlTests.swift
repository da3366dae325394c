import Checkpoints
import Conditioning
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Pictures led by a condition, on the tiny golden models.
///
/// What compares bits runs in a process of its own: the tests of kernels change the instruction set
/// of this one.
@Suite struct ControlTests {
  /// A folder with the golden models, a ControlNet for one of them and what else a test puts there.
  private final class Place {
    let folder: URL
    let control: URL

    init() throws {
      folder = FileManager.default.temporaryDirectory
        .appending(path: "pixart-control-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for model in ["sigma-tiny", "alpha-tiny"] {
        try FileManager.default.createSymbolicLink(
          at: folder.appending(path: model), withDestinationURL: Golden.model(model))
      }
      control = folder.appending(path: "my-ControlNet.safetensors")
      // As wide as sigma-tiny; it has two blocks.
      try FormulaControlNet.write(to: control, width: 72, copies: 1)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Called last, so that it is there until then.
    func keep() {}

    var engine: TinyEngine { TinyEngine(models: folder) }
  }

  /// A disc.
  static let condition = PixelImage(
    width: 40, height: 56,
    bytes: (0..<56).flatMap { y in
      (0..<40).flatMap { x -> [UInt8] in
        let level: UInt8 = (x - 20) * (x - 20) + (y - 28) * (y - 28) < 200 ? 230 : 10
        return [level, level, level]
      }
    })

  static func request(steps: Int = 4) -> GenerationRequest {
    var request = TinyEngine.request(steps: steps)
    var control = ControlRequest(condition: condition)
    control.network = "my-controlnet"
    request.control = control
    return request
  }

  private static func latents(_ events: [GenerationEvent]) -> [Latents] {
    events.compactMap(\.step).map(\.latents)
  }

  private static func summary(_ events: [GenerationEvent]) -> ControlSummary? {
    events.compactMap(\.picture).first?.control
  }

  // MARK: Pictures

  @Test func leadsAPicture() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      defer { place.keep() }
      let engine = place.engine
      let events = await engine.events(of: ControlTests.request())
      precondition(events.last?.message == nil)
      guard let summary = ControlTests.summary(events) else { preconditionFailure("no picture") }
      precondition(summary.edges == .canny && summary.network == "my-ControlNet.safetensors")
      precondition(
        summary.conditionDigest == ControlTests.condition.digest && summary.hash.count == 16)
      let plain = await engine.events(of: TinyEngine.request(steps: 4))
      precondition(ControlTests.latents(events) != ControlTests.latents(plain))
      precondition(ControlTests.summary(plain) == nil)
      // Again, with what is loaded now, and by another engine.
      let again = await engine.events(of: ControlTests.request())
      precondition(ControlTests.latents(again) == ControlTests.latents(events))
    }
  }

  /// What edges, strength and scale change they change, and nothing else does.
  @Test func takesEveryKnob() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      defer { place.keep() }
      let engine = place.engine
      let usual = ControlTests.latents(await engine.events(of: ControlTests.request(steps: 2)))
      let changes: [(inout ControlRequest) -> Void] = [
        { $0.edges = EdgeSource.none }, { $0.strength = 0.5 }, { $0.scale = 0.5 },
        { $0.condition = $0.condition.fitted(width: 40, height: 20) },
      ]
      for change in changes {
        var request = ControlTests.request(steps: 2)
        if var control = request.control {
          change(&control)
          request.control = control
        }
        let changed = ControlTests.latents(await engine.events(of: request))
        precondition(changed.count == 2 && changed != usual)
      }
      var off = ControlTests.request(steps: 2)
      off.control?.scale = 0
      let plain = await engine.events(of: TinyEngine.request(steps: 2))
      let without = await engine.events(of: off)
      precondition(ControlTests.latents(without) == ControlTests.latents(plain))
      var named = ControlTests.request(steps: 2)
      named.control?.network = place.control.path
      named.control?.edges = .canny
      let withNamed = await engine.events(of: named)
      precondition(ControlTests.latents(withNamed) == usual)
    }
  }

  /// A picture of a request is what it is alone, and the condition is the same for all seeds.
  @Test func leadsEveryPictureAlike() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      defer { place.keep() }
      let engine = place.engine
      var request = ControlTests.request(steps: 2)
      request.count = 2
      request.seed = 5
      let both = await engine.pictures(of: request)
      for index in 0..<2 {
        let alone = await engine.pictures(of: request.alone(index))
        precondition(alone.map(\.image) == [both[index].image])
      }
    }
  }

  // MARK: Start and end

  /// By the rule of diffusers' ControlNet pipelines: step i of n is led if i / n is at least the start
  /// and (i + 1) / n at most the end.
  @Test(
    arguments: [
      (0.0, 1.0, [0, 1, 2, 3, 4, 5]), (0.5, 1, [3, 4, 5]), (0, 0.5, [0, 1, 2]),
      (0.2, 0.7, [2, 3]), (1.0 / 3, 2.0 / 3, [2, 3]), (0.9, 1, []), (0.34, 0.65, []),
    ] as [(Double, Double, [Int])])
  func leadsTheStepsOfItsSpan(_ start: Double, _ end: Double, _ led: [Int]) throws {
    let model = try ModelDescription(ModelFolder(Golden.model("sigma-tiny")))
    let scheduler = try #require(model.scheduler)
    let plan = try StepPlan(
      TinyEngine.request(steps: 6), scheduler: scheduler, strength: nil)
    let span = ControlSpan(start: start, end: end)
    #expect((0..<6).filter { plan.isLed($0, in: 0, within: span) } == led)
    #expect(plan.ledSteps(within: span) == led.count)
  }

  /// Of the steps that a picture to begin with leaves.
  @Test func countsFromWhereAPictureBegins() throws {
    let model = try ModelDescription(ModelFolder(Golden.model("sigma-tiny")))
    let scheduler = try #require(model.scheduler)
    let plan = try StepPlan(TinyEngine.request(steps: 8), scheduler: scheduler, strength: 0.5)
    let half = ControlSpan(start: 0, end: 0.5)
    #expect(plan.steps == 4)
    #expect((0..<4).filter { plan.isLed($0, in: 0, within: half) } == [0, 1])
  }

  @Test func stepsOutsideAreThoseWithoutIt() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      defer { place.keep() }
      let engine = place.engine
      let plain = ControlTests.latents(await engine.events(of: TinyEngine.request(steps: 4)))
      var late = ControlTests.request(steps: 4)
      late.control?.span = ControlSpan(start: 0.5, end: 1)
      let led = ControlTests.latents(await engine.events(of: late))
      precondition(led[0] == plain[0] && led[1] == plain[1] && led[2] != plain[2])
      var never = ControlTests.request(steps: 4)
      never.control?.span = ControlSpan(start: 0.4, end: 0.6)
      let events = await engine.events(of: never)
      precondition(ControlTests.latents(events) == plain)
      let notes = events.compactMap { event -> String? in
        if case .noted(let text) = event { text } else { nil }
      }
      precondition(
        notes == [
          "None of 4 steps lies between 0.4 and 0.6 of them, so the condition changes nothing."
        ])
    }
  }

  // MARK: Sizes

  /// Without a size the trained one whose shape is nearest to the condition's: 40x56 is 7 to 5 high,
  /// and 1.38 the nearest ratio of the table.
  @Test func takesTheSizeThatSuitsTheCondition() throws {
    let model = try ModelDescription(ModelFolder(Golden.model("sigma-tiny")))
    let configuration = try #require(model.transformer)
    var request = Self.request()
    request.size = nil
    let plan = try SizePlan(request, configuration: configuration, factor: 8)
    #expect(plan.made == PictureSize(width: 208, height: 288) && plan.requested == plan.made)
    request.size = PictureSize(width: 64, height: 64)
    #expect(
      try SizePlan(request, configuration: configuration, factor: 8).made
        == PictureSize(width: 64, height: 64))
  }

  // MARK: Going on

  /// From every step, with guidance of the condition in some of them, bit for bit.
  @Test func goesOnToTheSamePicture() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      defer { place.keep() }
      let engine = place.engine
      var request = ControlTests.request(steps: 4)
      request.control?.span = ControlSpan(start: 0.25, end: 0.75)
      let whole = await engine.pictures(of: request)
      let all = whole[0].kept
      for count in 0...4 {
        let kept = SuspendedRun(
          picture: 0, steps: 4, finished: Array(all.finished.prefix(count)),
          previewMap: all.previewMap, identity: all.identity)
        let rest = await engine.pictures(of: request, resuming: try SuspendedRun(through: kept))
        precondition(rest.map(\.image) == whole.map(\.image), "after \(count)")
        precondition(rest.map(\.digest) == whole.map(\.digest))
      }
    }
  }

  /// Of a branch at a kept step and of the same branch from nothing.
  @Test func branchesToTheSamePicture() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      defer { place.keep() }
      let engine = place.engine
      let request = ControlTests.request(steps: 4)
      let parent = await engine.pictures(of: request)
      var branch = request
      branch.branch = [BranchPoint(at: 2, settings: request.stepSettings)]
      branch.prompt = "two moons"
      let kept = try parent[0].kept.branched(at: 2, of: request, to: branch)
      let spared = await engine.pictures(of: branch, resuming: kept)
      let anew = await engine.pictures(of: branch)
      precondition(spared.map(\.image) == anew.map(\.image) && anew.count == 1)
      precondition(spared[0].image != parent[0].image)
    }
  }

  @Test func refusesAnotherCondition() async throws {
    let place = try Place()
    defer { place.keep() }
    let engine = place.engine
    let request = Self.request(steps: 3)
    let kept = try #require(await engine.pictures(of: request).first).kept
    for (name, change) in [
      ("control-strength '1.0', but '2.0'", { $0.strength = 2 }),
      ("control-scale '1.0', but '2.0'", { $0.scale = 2 }),
      ("control-end '1.0', but '0.5'", { $0.span.end = 0.5 }),
      ("edges 'canny', but 'none'", { $0.edges = EdgeSource.none }),
      ("control 'my-controlnet', but 'the model's own'", { $0.network = nil }),
    ] as [(String, (inout ControlRequest) -> Void)] {
      var other = request
      if var control = request.control {
        change(&control)
        other.control = control
      }
      let refusal = await engine.events(of: other, resuming: kept).last?.message
      if name.hasPrefix("control '") {
        // There is none with the model, which is said first.
        #expect(refusal?.contains("comes without a ControlNet") == true)
      } else {
        #expect(
          refusal?.hasPrefix("The kept run has \(name) was asked for.") == true, "\(refusal ?? "")")
      }
    }
    var without = request
    without.control = nil
    let refusal = await engine.events(of: without, resuming: kept).last?.message
    #expect(refusal?.contains("The kept run has control 'my-controlnet', but 'none'") == true)
  }

  // MARK: Faults

  private func refusal(_ engine: TinyEngine, _ change: (inout GenerationRequest) -> Void) async
    -> String
  {
    var request = Self.request(steps: 1)
    change(&request)
    return await engine.events(of: request).last?.message ?? "none"
  }

  @Test func refusesWhatDoesNotFit() async throws {
    let place = try Place()
    defer { place.keep() }
    let engine = place.engine
    #expect(
      await refusal(engine) { $0.model = "alpha-tiny" }
        == "\(place.control.path) leads transformers of width 72, but alpha-tiny has a width of 48. "
        + "Choose a ControlNet that was trained for this model.")
    let deep = place.folder.appending(path: "deep.safetensors")
    try FormulaControlNet.write(to: deep, width: 72, copies: 2)
    #expect(
      await refusal(engine) { $0.control?.network = deep.path }
        == "\(deep.path) copies 2 blocks and leads those after them, but sigma-tiny has 2 in all. "
        + "Choose a ControlNet that was trained for this model.")
    #expect(
      await refusal(engine) { $0.control?.network = "other" }
        == "There is no ControlNet 'other'; there is 'my-ControlNet.safetensors'. Looked in "
        + "\(place.folder.path), /nonexistent/.local/share/pixart/models, "
        + "/nonexistent/.cache/huggingface/hub.")
    #expect(
      await refusal(engine) { $0.control?.network = nil }
        == "sigma-tiny comes without a ControlNet, but a condition picture needs one. Choose one with "
        + "--control: there is 'my-ControlNet.safetensors'.")
    #expect(
      await refusal(engine) { $0.control?.edges = .hed }.hasPrefix(
        "There is no HED edge detector. Put ControlNetHED.pth into one of \(place.folder.path), "))
    let vae = Golden.model("sigma-tiny")
      .appending(path: "vae/diffusion_pytorch_model.safetensors").path
    #expect(
      await refusal(engine) { $0.control?.network = vae }
        == "\(vae) holds an autoencoder, but a ControlNet-Transformer was needed. 'pixart models "
        + "inspect' says what is in a file.")
    #expect(
      await refusal(engine) { $0.control?.strength = -1 }.hasPrefix("Control strength -1.0 was"))
    #expect(await refusal(engine) { $0.control?.scale = 5 }.hasPrefix("Control scale 5.0 was"))
    #expect(
      await refusal(engine) { $0.control?.span.start = 1 }.hasPrefix("Control from 1.0 to 1.0 of"))
  }

  // MARK: A model's own

  /// In the folder `controlnet` of a model.
  @Test func takesTheOneThatComesWithTheModel() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      defer { place.keep() }
      let model = place.folder.appending(path: "own")
      try FileManager.default.copyItem(at: Golden.model("sigma-tiny"), to: model)
      let folder = model.appending(path: "controlnet")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: place.control, to: folder.appending(path: "diffusion_pytorch_model.safetensors"))
      var request = ControlTests.request(steps: 2)
      request.model = model.path
      request.control?.network = nil
      let own = await place.engine.events(of: request)
      precondition(ControlTests.summary(own)?.network == "own/controlnet")
      let named = await place.engine.events(of: ControlTests.request(steps: 2))
      precondition(ControlTests.latents(own) == ControlTests.latents(named))
      precondition(ControlTests.summary(own)?.hash == ControlTests.summary(named)?.hash)
    }
  }
}

extension SuspendedRun {
  /// What is left of a run that went through a file.
  fileprivate init(through run: SuspendedRun) throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "pixart-run-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try run.encoded().write(to: file)
    self = try SuspendedRun(file: file)
  }
}
