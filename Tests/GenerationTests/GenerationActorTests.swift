import Schedulers
import Tensors
import Testing

@testable import Generation

@Suite struct GenerationActorTests {
  private let actor = TinyEngine().actor

  private func request(_ prompt: String = "three stars", steps: Int = 3) -> GenerationRequest {
    TinyEngine.request(prompt, steps: steps)
  }

  @Test func tellsItsStoryInOrder() async {
    var story: [String] = []
    for await event in actor.generate(request()).events {
      switch event {
      case .queued(let behind): story.append("queued \(behind)")
      case .progressed: break
      case .computing(let choice): story.append("computing in \(choice)")
      case .loading(let part, _, _): story.append("loading \(part)")
      case .promptEncoded(let prompt): story.append("encoded \(prompt.tokens)")
      case .noted(let text): story.append("noted \(text)")
      case .stepped(let step):
        story.append("step \(step.step)/\(step.steps)")
        #expect(step.preview?.width == 6 && step.preview?.height == 8)
      case .decoding(_, let fraction): if fraction == 1 { story.append("decoded") }
      case .picture(let picture):
        story.append("picture \(picture.image.width)x\(picture.image.height)")
      case .finished(let summary): story.append("finished \(summary.seconds.keys.sorted())")
      case .failed(let error): story.append("failed \(error)")
      case .cancelled: story.append("cancelled")
      }
    }
    #expect(
      story == [
        "queued 0", "computing in fp32, as the model is too small to gain from less",
        "loading transformer", "loading autoencoder", "loading scheduler",
        "loading tokenizer", "encoded 3", "step 1/3", "step 2/3", "step 3/3", "decoded",
        "picture 48x64", "finished [\"decode\", \"denoise\", \"encode\", \"load\"]",
      ])
  }

  /// Requests are done one after the other, in the order they were handed in.
  @Test func queuesRequests() async {
    let jobs = (0..<4).map { _ in actor.generate(request(steps: 2)) }
    let order = Order()
    await withTaskGroup(of: Void.self) { group in
      for (index, job) in jobs.enumerated() {
        group.addTask {
          for await event in job.events {
            if case .promptEncoded = event { await order.append(index) }
          }
        }
      }
    }
    #expect(await order.values == [0, 1, 2, 3])
  }

  private actor Order {
    var values: [Int] = []
    func append(_ value: Int) { values.append(value) }
  }

  /// Each picture of a request is what its own seed gives alone, bit for bit.
  ///
  /// In a process of its own: the tests of kernels change the instruction set of this one.
  @Test func makesEachPictureAsIfAlone() async {
    await #expect(processExitsWith: .success) {
      let tests = GenerationActorTests()
      var several = tests.request()
      several.count = 3
      several.seed = 5
      let together = await tests.pictures(of: several)
      precondition(together.map(\.seed) == [5, 6, 7])
      for picture in together {
        var single = tests.request()
        single.seed = picture.seed
        let alone = await tests.pictures(of: single)
        precondition(alone.map(\.image) == [picture.image], "seed \(picture.seed)")
      }
      precondition(together[0].image != together[1].image)
    }
  }

  private func pictures(of request: GenerationRequest) async -> [GeneratedPicture] {
    var pictures: [GeneratedPicture] = []
    for await event in actor.generate(request).events {
      if case .picture(let picture) = event { pictures.append(picture) }
    }
    return pictures
  }

  /// A cancelled run ends before its next block, and the next request is not disturbed.
  @Test func cancels() async {
    // Long enough that it cannot be over before anyone cancels it.
    var long = request(steps: 900)
    long.size = PictureSize(width: 512, height: 512)
    let job = actor.generate(long)
    let next = actor.generate(request(steps: 1))
    var (steps, last) = (0, "")
    for await event in job.events {
      switch event {
      case .stepped:
        steps += 1
        if steps == 2 { job.cancel() }
      case .cancelled: last = "cancelled"
      case .finished: last = "finished"
      default: break
      }
    }
    #expect(last == "cancelled" && steps < 900)
    var finished = false
    for await event in next.events {
      if case .finished = event { finished = true }
    }
    #expect(finished)
  }

  /// What waits is cancelled at once, while the request before it is still worked on.
  @Test func cancelsWhatStillWaits() async {
    // More than is done while the machine has other tests to run.
    var long = request(steps: 900)
    long.count = 50
    let first = actor.generate(long)
    var firstEvents = first.events.makeAsyncIterator()
    while let event = await firstEvents.next(), event.step == nil {}
    let second = actor.generate(request())
    second.cancel()
    var ended: [String] = []
    for await event in second.events {
      switch event {
      case .loading, .stepped: ended.append("worked")
      case .cancelled: ended.append("cancelled")
      default: break
      }
    }
    #expect(ended == ["cancelled"])
    // It no longer counts.
    let third = actor.generate(request())
    var thirdEvents = third.events.makeAsyncIterator()
    guard case .queued(let behind) = await thirdEvents.next() else {
      Issue.record("a story begins with its place in the queue")
      return
    }
    #expect(behind == 1)
    first.cancel()
    third.cancel()
  }

  /// Shares grow up to 1 in the text encoder and in each step of each picture.
  @Test func tellsShares() async {
    var request = request(steps: 2)
    request.count = 2
    var shares: [String: [Double]] = [:]
    for await event in actor.generate(request).events {
      if case .progressed(let stage, let fraction) = event {
        shares["\(stage)", default: []].append(fraction)
      }
    }
    #expect(
      Set(shares.keys) == [
        "encodingPrompt", "step(1, picture: 0)", "step(2, picture: 0)", "step(1, picture: 1)",
        "step(2, picture: 1)",
      ])
    for values in shares.values {
      #expect(values.last == 1 && zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test func saysHowManyThreadsCompute() { #expect(actor.threads == 2) }

  @Test(arguments: [
    (
      PictureSize(width: 50, height: 64),
      "Size 50x64 was asked for, but both sides must be multiples of 16. The nearest such size is --size 48x64."
    ),
    (
      PictureSize(width: 8, height: 64),
      "Size 8x64 was asked for, but a side has 16 to 8192 pixels. Choose another --size."
    ),
  ]) func refusesSizes(size: PictureSize, message: String) async {
    var request = request()
    request.size = size
    #expect(await failure(of: request) == message)
  }

  @Test func refusesWhatCannotBe() async {
    var bad = request()
    bad.count = 0
    #expect(
      await failure(of: bad)
        == "0 pictures were asked for, but one request makes 1 to 10000. Choose another --count.")
    bad = request()
    bad.guidance = .nan
    #expect(
      await failure(of: bad)
        == "Guidance nan was asked for, but it must be between 0 and 100. 4.5 is usual, 1 turns it off."
    )
    bad = request()
    bad.initialLatents = Latents(
      count: 1, channels: 4, height: 8, width: 8, values: .init(repeating: 0, count: 256))
    #expect(
      await failure(of: bad)
        == "The initial latents are [1, 4, 8, 8], but this request needs [1, 4, 8, 6]. Check --size and --count."
    )
    bad = request(steps: 0)
    #expect(
      await failure(of: bad)
        == "0 steps were asked for, but this model takes 1 to 1000. Choose another --steps.")
  }

  private func failure(of request: GenerationRequest) async -> String? {
    var message: String?
    for await event in actor.generate(request).events {
      if case .failed(let error) = event { message = "\(error)" }
    }
    return message
  }
}
