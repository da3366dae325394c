import ArgumentParser

@main
struct Pixart: AsyncParsableCommand {
  mutating func run() async throws {}
}
