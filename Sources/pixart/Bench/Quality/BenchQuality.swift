import ArgumentParser
import Checkpoints
import Foundation
import Gallery
import Generation
import Kernels
import Tensors

struct BenchQuality: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quality",
    abstract: "What narrower precisions change: pictures of a model, and a full-width one.",
    discussion: """
      Peak signal-to-noise ratios against fp32 in decibels: of the latents after all steps, by how \
      far fp32's reach, and of the pictures' pixels. The full-width model is two blocks of Sigma \
      XL/2 with outlier channels; beside them stands int8 with one scale for all rows.
      """)

  @Option(help: "A model's name or folder.")
  var model = "default"

  @Option(help: "A file with a prompt a line.", completion: .file())
  var prompts: String

  @Option(help: "How many of the prompts.")
  var count = 24

  @Option(help: "Denoising steps.")
  var steps = 20

  @Option(help: "Where the pictures go, side by side: fp32, bf16, int8.", completion: .file())
  var sheet: String?

  @Option(help: "Threads that compute. All cores if not given.")
  var threads: Int?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps takes 1 or more, not \(steps).") }
    if count < 1 { throw ValidationError("--count takes 1 or more, not \(count).") }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes 1 to 1024, not \(threads).")
    }
  }

  func run() async throws {
    let texts = try String(contentsOfFile: prompts, encoding: .utf8)
      .split(separator: "\n").prefix(count).map(String.init)
    guard !texts.isEmpty else { throw ValidationError("\(prompts) has no prompt.") }
    let device = CPU(threads: threads)
    let actor = GenerationActor(library: ModelLibrary(), device: device, cache: nil)
    var made: [Precision: [Made]] = [:]
    // Or the model would be opened anew for each picture.
    for precision in Precision.allCases {
      for text in texts {
        made[precision, default: []].append(try await make(text, precision, actor))
      }
    }
    let wanted = made[.fp32] ?? []
    let pictures = [Precision.bf16, .int8].map { precision in
      PictureLikeness(precision, made[precision] ?? [], wanted: wanted)
    }
    if let sheet { try QualitySheet.write(made, prompts: texts, to: sheet) }
    try report(pictures, try outliers(on: device), prompts: texts.count)
  }

  private func make(
    _ prompt: String, _ precision: Precision, _ actor: GenerationActor
  ) async throws -> Made {
    var request = GenerationRequest(model: model, prompt: prompt)
    request.steps = steps
    request.precision = precision
    var (latents, image): ([Float], PixelImage?) = ([], nil)
    for await event in actor.generate(request).events {
      switch event {
      case .stepped(let report): latents = report.latents.values
      case .picture(let picture): image = picture.image
      case .failed(let error): throw error
      default: break
      }
    }
    guard let image else { throw CancellationError() }
    return Made(latents: latents, image: image)
  }

  /// Decibels of each precision on the full-width model.
  private func outliers(on device: CPU) throws -> [(name: String, decibels: Double)] {
    let model = try OutlierModel(layers: 2, side: 32)
    let wanted = try model.prediction(on: device)
    return try [
      ("bf16", device.with(.bf16, .packed)), ("int8", device.with(.int8, .packed)),
      ("int8, one scale for all rows", PerTensorDevice(device)),
    ].map { name, device in
      (name, Likeness.decibels(try model.prediction(on: device), wanted: wanted))
    }
  }

  private func report(
    _ pictures: [PictureLikeness], _ outliers: [(name: String, decibels: Double)], prompts: Int
  ) throws {
    guard !json else {
      let object: [String: Any] = [
        "model": model, "steps": steps, "prompts": prompts,
        "pictures": pictures.map(\.json),
        "outliers": outliers.map {
          ["precision": $0.name, "decibels": $0.decibels] as [String: Any]
        },
      ]
      let data = try JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
      return Console.output(String(decoding: data, as: UTF8.self))
    }
    Console.output("\(model), \(prompts) prompts, \(steps) steps, against fp32:")
    for line in pictures.map(\.description) { Console.output("  " + line) }
    Console.output("two blocks of Sigma XL/2 with outlier channels, against fp32:")
    for (name, decibels) in outliers {
      Console.output(String(format: "  %@: %.1f dB", name, decibels))
    }
  }
}

/// What a request made.
struct Made {
  /// After the last step.
  let latents: [Float]
  let image: PixelImage
}

/// How close a precision's pictures are to fp32's.
struct PictureLikeness: CustomStringConvertible {
  private let precision: Precision
  private let latents: [Double]
  private let pixels: [Double]
  /// Of all prompts' latents, and of all pixels, as if they were one picture.
  private let together: (latents: Double, pixels: Double)

  init(_ precision: Precision, _ made: [Made], wanted: [Made]) {
    self.precision = precision
    latents = zip(made, wanted).map { Likeness.decibels($0.latents, wanted: $1.latents) }.sorted()
    pixels = zip(made, wanted).map { Likeness.decibels($0.image.bytes, wanted: $1.image.bytes) }
      .sorted()
    together = (
      Likeness.decibels(made.flatMap(\.latents), wanted: wanted.flatMap(\.latents)),
      Likeness.decibels(made.flatMap(\.image.bytes), wanted: wanted.flatMap(\.image.bytes))
    )
  }

  var json: [String: Any] {
    [
      "precision": precision.rawValue, "latent_decibels": latents, "picture_decibels": pixels,
      "all_latents_decibels": together.latents, "all_pictures_decibels": together.pixels,
    ]
  }

  var description: String {
    func spread(_ sorted: [Double], _ together: Double) -> String {
      String(
        format: "%.1f dB (%.1f to %.1f, all together %.1f)", sorted[sorted.count / 2], sorted[0],
        sorted[sorted.count - 1], together)
    }
    return "\(precision): latents \(spread(latents, together.latents)), "
      + "pictures \(spread(pixels, together.pixels))"
  }
}
