import ArgumentParser

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times the engine at full size, with random weights made in memory.",
    subcommands: [
      BenchProduct.self, BenchStep.self, BenchDecode.self, BenchEncode.self, BenchPicture.self,
      BenchCancel.self, BenchForecast.self, BenchGallery.self, BenchLoad.self, BenchQuality.self,
    ])
}
