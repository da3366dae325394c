import ArgumentParser
import Gallery
import Jobs
import Testing

@testable import pixart

/// The line that a request shows is read back as the same request.
@Suite struct CommandLineTests {
  private func readBack(_ job: JobRequest) throws -> JobRequest {
    try GenerateCommand.parse(Array(job.arguments.dropFirst())).makeJob()
  }

  @Test func readsTheShortest() throws {
    let job = JobRequest(prompt: "a red fox")
    #expect(try readBack(job) == job)
  }

  @Test func readsEverything() throws {
    var job = JobRequest(prompt: "it's a \"fox\"\n(red:1.2) 狐 {a|b}")
    job.model = "-my model"
    job.negative = "--blurry"
    job.size = "512x768"
    job.bin = true
    job.steps = 7
    job.guidance = 0.1 + 0.2
    job.sampler = "dpm++2m-karras"
    job.seed = .max
    job.variationStrength = 1e-3
    job.variationSeed = .max
    job.count = 3
    job.initImage = "-fox.png"
    job.strength = 1e-5
    job.initialLatents = "-noise.safetensors"
    job.rawPrompt = true
    job.tile = true
    job.lowMemory = true
    job.branch = [
      .init(at: 1, prompt: "-it's", negative: "", guidance: 0.1, sampler: nil, seed: .max),
      .init(at: 4, prompt: "", negative: "\"", guidance: 1, sampler: "ddim", seed: 0),
    ]
    #expect(try readBack(job) == job)
  }

  @Test(arguments: ["--fox", "-", "--", "", "generate", "-h"])
  func readsPromptsThatLookLikeOptions(prompt: String) throws {
    let job = JobRequest(prompt: prompt)
    #expect(try readBack(job) == job)
  }
}
