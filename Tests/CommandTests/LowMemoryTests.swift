import Foundation
import Gallery
import Tensors
import TestSupport
import Testing

/// `--low-memory`: another way to the same pictures.
@Suite struct LowMemoryTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func recipe(_ file: URL) throws -> Recipe? {
    try Recipe(readingFrom: Data(contentsOf: file))
  }

  /// With the built-in model, whose matrices are packed and whose text encoder is kept packed.
  @Test(arguments: ["fp32", "bf16", "int8"]) func makesTheSamePictures(precision: String) throws {
    for (folder, options) in [("a/", []), ("b/", ["--low-memory"])] {
      try workplace.run(
        [
          "generate", "a red fox", "--seed", "3", "--count", "2", "--steps", "2", "--precision",
          precision, "--output", folder,
        ] + options
      ).expectSuccess()
      // The second run has to encode the prompt, too.
      try FileManager.default.removeItem(
        at: workplace.home.appending(path: ".cache/pixart/prompts"))
    }
    for number in 0..<2 {
      let files = try ["a", "b"].map { name in
        let folder = URL(filePath: workplace.path(name))
        return try FileManager.default.contentsOfDirectory(
          at: folder, includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }[number]
      }
      #expect(try ImageFile.decode(files[0]) == ImageFile.decode(files[1]))
      // The picture does not tell.
      #expect(try recipe(files[0]) == recipe(files[1]))
    }
  }
}
