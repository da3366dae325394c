import Foundation
import Gallery
import Generation
import Schedulers
import Testing

@testable import Jobs

@Suite struct JobRequestTests {
  private func read(_ json: String) throws -> JobRequest {
    try JSONDecoder().decode(JobRequest.self, from: Data(json.utf8))
  }

  @Test func readsWhatItWrites() throws {
    let request = JobRequest.full
    let written = try JSONEncoder().encode(request)
    #expect(try JSONDecoder().decode(JobRequest.self, from: written) == request)
  }

  /// A file of another version: keys that are missing, null or unknown.
  @Test func readsOtherVersions() throws {
    #expect(try read(#"{"prompt": "a fox"}"#) == JobRequest(prompt: "a fox"))
    var request = JobRequest(prompt: "a fox")
    request.initImage = "fox.png"
    request.rawPrompt = true
    request.seed = 18_446_744_073_709_551_615
    let json = """
      {"prompt": "a fox", "init-image": "fox.png", "raw-prompt": true, "size": null, "lyrics": ["x"],
       "steps": null, "seed": 18446744073709551615}
      """
    #expect(try read(json) == request)
  }

  @Test func refusesWhatIsNoRequest() {
    #expect(throws: DecodingError.self) { try read(#"{"steps": 4}"#) }
    #expect(throws: DecodingError.self) { try read(#"{"prompt": "a fox", "steps": "four"}"#) }
  }
  // MARK: For the engine

  @Test func makesRequests() throws {
    var job = JobRequest(prompt: "A (fox)")
    job.model = "small"
    job.negative = "blurry"
    job.size = "512x768"
    job.bin = true
    job.steps = 9
    job.guidance = 3
    job.sampler = "euler-a"
    job.seed = 5
    job.count = 2
    job.strength = 0.5
    job.rawPrompt = true
    job.tile = true
    job.lowMemory = true
    let request = try job.makeRequest()
    #expect(request.savesMemory)
    #expect(request.model == "small" && request.prompt == "A (fox)")
    #expect(request.negative == "blurry" && request.size?.description == "512x768")
    #expect(request.snapsToBin && request.steps == 9 && request.guidance == 3)
    #expect(request.sampler == .eulerAncestral && request.seed == 5 && request.count == 2)
    #expect(request.strength == 0.5 && !request.cleansPrompts && request.tilesDecoding)
    #expect(request.initImage == nil && request.initialLatents == nil && !request.traces)
  }

  @Test(arguments: ["512", "512x", "x512", "-1x2", "512x512x3", "big", ""])
  func refusesSizes(text: String) {
    var job = JobRequest(prompt: "a fox")
    job.size = text
    #expect(throws: JobError.unreadableSize(text)) { try job.makeRequest() }
    #expect(
      "\(JobError.unreadableSize(text))"
        == "The size is '\(text)', but width and height in pixels were needed, such as 512x768.")
  }

  @Test func refusesSamplers() {
    var job = JobRequest(prompt: "a fox")
    job.sampler = "dpm"
    #expect(throws: JobError.unknownSampler("dpm")) { try job.makeRequest() }
  }

  @Test func refusesPicturesThatAreNotThere() {
    var job = JobRequest(prompt: "a fox")
    job.initImage = "/nonexistent/fox.png"
    let error = #expect(throws: (any Error).self) { try job.makeRequest() }
    #expect(
      "\(String(describing: error))".contains("Cannot read '/nonexistent/fox.png'"))
  }
}

extension JobRequest {
  /// Nothing as it is by default.
  static var full: JobRequest {
    var request = JobRequest(prompt: "it's a \"fox\"\n(red:1.2) $HOME `x` \\ 狐 {a|b}")
    request.model = "/models/my model"
    request.template = "it's a {fox|cat}"
    request.negative = "--blurry"
    request.size = "512x768"
    request.bin = true
    request.steps = 7
    request.guidance = 0.1 + 0.2
    request.sampler = "dpm++2m-karras"
    request.seed = 1 << 63
    request.variationStrength = 0.3
    request.variationSeed = 1 << 62
    request.count = 3
    request.initImage = "-fox.png"
    request.strength = 1e-5
    request.initialLatents = "noise.safetensors"
    request.rawPrompt = true
    request.tile = true
    request.lowMemory = true
    request.branch = [
      .init(at: 2, prompt: "a fox", negative: "red", guidance: 3, sampler: "ddim", seed: 5)
    ]
    return request
  }
}
