import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Requests with adapters, one after the other on one engine.
@Suite struct AdapterRunTests {
  private static func place(_ name: String) -> String {
    Golden.root.appending(path: "k-lora/\(name)").path
  }

  private static func request(_ adapters: [AdapterChoice]) -> GenerationRequest {
    var request = TinyEngine.request()
    request.adapters = adapters
    return request
  }

  private static func parts(_ events: [GenerationEvent]) -> [String] {
    events.compactMap { if case .loading(let part, _, _) = $0 { part } else { nil } }
  }

  /// Each picture is what a fresh engine makes, bit by bit, and the model is opened once.
  ///
  /// In a process of its own: the tests of kernels change the instruction set of this one.
  @Test func changesAdaptersBetweenPictures() async {
    await #expect(processExitsWith: .success) {
      let (plain, dora) = (AdapterRunTests.place("plain"), AdapterRunTests.place("dora"))
      let engine = TinyEngine()
      var images: [PixelImage] = []
      let choices: [[AdapterChoice]] = [
        [], [AdapterChoice(plain)], [AdapterChoice(plain, scale: 0.5), AdapterChoice(dora)],
        [AdapterChoice(dora)], [AdapterChoice(plain)], [],
      ]
      for (index, adapters) in choices.enumerated() {
        let request = AdapterRunTests.request(adapters)
        let events = await engine.events(of: request)
        let picture = events.compactMap(\.picture)[0]
        let fresh = await TinyEngine().pictures(of: request)[0]
        precondition(picture.image == fresh.image && picture.digest == fresh.digest)
        precondition(picture.adapters.map(\.name) == adapters.map(\.name))
        precondition(picture.adapters.allSatisfy { $0.hash?.count == 16 })
        let parts = AdapterRunTests.parts(events)
        precondition(
          parts
            == (index == 0
              ? ["transformer", "autoencoder", "scheduler", "tokenizer"]
              : adapters.isEmpty ? [] : ["adapters"]),
          "\(parts)")
        images.append(picture.image)
      }
      precondition(images[0] == images[5] && images[1] == images[4])
      precondition(images[0] != images[1] && images[1] != images[2] && images[2] != images[3])
    }
  }

  @Test func keepsAdaptersThatAreThereAlready() async {
    let engine = TinyEngine()
    let request = Self.request([AdapterChoice(Self.place("plain"))])
    _ = await engine.pictures(of: request)
    #expect(Self.parts(await engine.events(of: request)) == [])
  }

  /// After a refusal the engine goes on with the model it has.
  @Test func refusesWhatDoesNotFit() async throws {
    let engine = TinyEngine()
    var alpha = Self.request([AdapterChoice(Self.place("plain"))])
    alpha.model = "alpha-tiny"
    let misfit = try #require(await engine.events(of: alpha).last?.message)
    #expect(misfit.contains("Choose an adapter that was made for a model of this size"))
    let missing = Self.request([AdapterChoice("/nowhere/x.safetensors")])
    #expect(
      await engine.events(of: missing).last?.message
        == "There is no adapter '/nowhere/x.safetensors'. Check the path.")
    let absurd = Self.request([AdapterChoice(Self.place("plain"), scale: 1000)])
    #expect(
      await engine.events(of: absurd).last?.message
        == "An adapter's scale of 1000.0 was asked for, but it must be between -100 and 100. 1 is "
        + "usual, 0 turns it off.")
    let place = Self.place("plain")
    let other = Self.request([AdapterChoice(place, hash: "0123456789abcdef")])
    let changed = try #require(await engine.events(of: other).last?.message)
    #expect(
      changed.hasPrefix("The adapter '\(place)' is another one than that of the recipe: its "))
    #expect(changed.contains("not 0123456789abcdef"))
    #expect(await engine.pictures(of: Self.request([])).count == 1)
  }

  /// A stopped run goes on with its own adapters only.
  @Test func belongToARun() async throws {
    let engine = TinyEngine()
    let request = Self.request([AdapterChoice(Self.place("plain"))])
    let whole = try #require(await engine.pictures(of: request).first)
    let kept = try #require(await engine.kept(of: request, after: 1))
    let rest = try #require(await engine.pictures(of: request, resuming: kept).first)
    #expect(rest.adapters == whole.adapters)
    for adapters in [[], [AdapterChoice(Self.place("plain"), scale: 0.9)]] {
      let message = try #require(
        await engine.events(of: Self.request(adapters), resuming: kept).last?.message)
      #expect(message.contains("lora"), "\(message)")
    }
  }
}
