import Foundation
import Gallery
import Tensors
import Testing

@testable import Generation
@testable import Jobs

@Suite struct PictureDestinationTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "pixart-jobs-\(UUID().uuidString)")

  private let picture = GeneratedPicture.example(index: 1, seed: 8)

  @Test func savesWithTheRecipe() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var request = JobRequest(prompt: "A red fox")
    request.template = "A {red|white} fox"
    request.seed = 7
    request.count = 2
    request.steps = 3
    let destination = try PictureDestination(output: nil, gallery: folder, count: 2)
    let file = try destination.save(picture, recipe: request.recipe(for: picture, version: "9"))
    #expect(file.deletingLastPathComponent().path == folder.path)
    #expect(try ImageFile.decode(file) == picture.image)

    var want = Recipe(prompt: "A red fox")
    want.version = "9"
    want.model = "small"
    want.modelHash = "0123456789abcdef"
    want.template = "A {red|white} fox"
    want.cleanedPrompt = "a red fox"
    want.size = .init(width: 2, height: 1)
    want.steps = 3
    want.guidance = 4.5
    want.sampler = "euler"
    want.publishedSampler = true
    want.latentDigest = LatentDigest.example.latents
    want.stepDigests = LatentDigest.example.steps
    want.seed = 8
    want.count = 2
    want.index = 1
    want.precision = "fp32"
    #expect(try Recipe(readingFrom: Data(contentsOf: file)) == want)
  }

  @Test func refusesOneFileForMany() {
    #expect(throws: OutputError.oneFileForMany(path: "/tmp/a.png", count: 2)) {
      try PictureDestination(output: "/tmp/a.png", gallery: folder, count: 2)
    }
  }
}
