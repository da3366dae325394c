import Checkpoints
import Foundation
import Gallery
import Generation
import Schedulers
import TestSupport
import Testing

@testable import Jobs

/// Adapters in requests, command lines and recipes.
@Suite struct LoraTests {
  @Test(arguments: [
    ("ink.safetensors", "ink.safetensors", 1.0), ("ink:0.8", "ink", 0.8), ("a:b:-1.5", "a:b", -1.5),
    ("C:ink", "C:ink", 1), ("ink:1", "ink", 1), ("ink:", "ink:", 1),
  ])
  func readsAFileAndItsScale(_ text: String, file: String, scale: Double) {
    let read = Recipe.Lora(text)
    #expect(read?.file == file && read?.scale == scale)
    // What is written means the same.
    #expect(read.flatMap { Recipe.Lora($0.description) } == read)
  }

  @Test func needsAFile() {
    #expect(Recipe.Lora("") == nil && Recipe.Lora(":0.5") == nil)
    #expect(Recipe.Lora(file: "x:2").description == "x:2:1.0")
  }

  @Test func stayInTheCommandLine() {
    var job = JobRequest(prompt: "a fox")
    job.lora = [.init(file: "my ink.safetensors", scale: 0.8), .init(file: "clay")]
    #expect(
      job.commandLine()
        == "pixart generate 'a fox' --seed 0 --lora 'my ink.safetensors:0.8' --lora clay")
  }

  /// People write words, programs objects.
  @Test func areReadInBothForms() throws {
    let text = #"{"prompt": "x", "lora": ["ink:0.5", {"file": "clay", "hash": "12"}]}"#
    let job = try JSONDecoder().decode(JobRequest.self, from: Data(text.utf8))
    #expect(
      job.lora == [.init(file: "ink", scale: 0.5), .init(file: "clay", scale: 1, hash: "12")])
    let again = try JSONDecoder().decode(JobRequest.self, from: JSONEncoder().encode(job))
    #expect(again == job)
  }

  @Test func goIntoTheRecipeAndBack() throws {
    var job = JobRequest(prompt: "a fox")
    job.lora = [.init(file: "ink", scale: 0.5)]
    let picture = GeneratedPicture.example(
      seed: 1, adapters: [AdapterChoice("ink", scale: 0.5, hash: "0123")])
    let recipe = job.recipe(for: picture, version: "1")
    let read = try JSONDecoder().decode(Recipe.self, from: JSONEncoder().encode(recipe))
    #expect(read.lora == [.init(file: "ink", scale: 0.5, hash: "0123")])
    let replay = Replay(read)
    #expect(replay.job.lora == read.lora)
    #expect(
      try replay.makeRequest().adapters == [AdapterChoice("ink", scale: 0.5, hash: "0123")])
    #expect(job.recipe(for: .example(seed: 1), version: "1").lora == nil)
  }

  @Test func areLookedForBeforeARun() throws {
    let model = ModelDescription(try ModelFolder(Golden.model("sigma-tiny")))
    var job = JobRequest(prompt: "a fox")
    job.size = "64x64"
    job.lora = [.init(file: "/nowhere/ink.safetensors"), .init(file: "/tmp", scale: 1000)]
    let problems = model.problems(for: job).filter { $0.field == .lora }.map(\.message)
    #expect(
      problems == [
        "There is no adapter '/nowhere/ink.safetensors'. Check the path.",
        "An adapter's scale of 1000.0 was asked for, but it must be between -100 and 100. 1 is "
          + "usual, 0 turns it off.",
      ])
  }

  /// An LCM-LoRA makes the request one of few steps, whatever the model is.
  @Test func ofLCMAskForItsSampler() throws {
    let habits = try #require(SamplingHabits.ofLCM(adapters: ["ink", "org/PixArt-LCM-LoRA"]))
    #expect(habits.sampler == .lcm && habits.steps == 4 && habits.guidance == 0)
    #expect(
      habits.reason
        == "org/PixArt-LCM-LoRA distils a model to 2 to 8 steps with guidance built in: sampler lcm, "
        + "4 steps, no guidance.")
    #expect(SamplingHabits.ofLCM(adapters: ["ink"]) == nil)

    let model = ModelDescription(try ModelFolder(Golden.model("sigma-tiny")))
    var job = JobRequest(prompt: "a fox")
    job.lora = [.init(file: Golden.root.appending(path: "k-lora/plain").path)]
    func messages() -> [String] {
      model.problems(for: job).filter { [.sampler, .guidance, .steps].contains($0.field) }
        .map(\.message)
    }
    #expect(messages() == [])
    job.lora = [.init(file: "lcm")]
    #expect(
      messages() == [
        "The adapter 'lcm' is for 'lcm', and 'dpm++2m' may not suit it. Choose lcm, 4 steps and no "
          + "guidance."
      ])
    (job.sampler, job.guidance, job.steps) = ("lcm", 0, 4)
    #expect(messages() == [])
    job.guidance = 4.5
    #expect(messages().count == 1 && messages()[0].contains("has guidance built in"))
  }
}
