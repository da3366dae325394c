import Foundation

/// What InvokeAI leaves in a PNG: `invokeai_metadata` since version 3, `sd-metadata` before.
enum InvokeMetadata {
  /// Fields after `CoreMetadataInvocation` of invoke-ai/InvokeAI.
  static func recipe(version3 text: String) throws(ForeignFault) -> Recipe? {
    let json = try ForeignJSON(parsing: text)
    guard let prompt = json["positive_prompt"].string else {
      throw .missing("'positive_prompt'")
    }
    var recipe = Recipe(prompt: prompt, negative: json["negative_prompt"].string ?? "")
    read(json, into: &recipe)
    recipe.sampler = json["scheduler"].string.map { SharedSamplerName.own(id: $0) }
    let model = json["model"]
    // Version 3 writes `model_name`, 4 `name`; a plain string is from before either.
    recipe.model = model["name"].string ?? model["model_name"].string ?? model.string
    recipe.modelHash = model["hash"].string ?? model["model_hash"].string
    recipe.initImage = json["init_image"].string
    return recipe
  }

  /// Fields after the "Metadata" page of InvokeAI 2's documentation.
  static func recipe(version2 text: String) throws(ForeignFault) -> Recipe? {
    let json = try ForeignJSON(parsing: text)
    // One picture has `image`, a grid has `images`.
    let image = json["image"].isObject ? json["image"] : json["images"][0]
    guard image.isObject else { throw .missing("'image'") }
    let weighted = image["prompt"].elements.compactMap { $0["prompt"].string }
    guard
      let prompt = image["prompt"].string
        ?? (weighted.isEmpty ? nil : weighted.joined(separator: " "))
    else { throw .missing("'prompt'") }
    let split = splitBrackets(prompt)
    var recipe = Recipe(prompt: split.outside, negative: split.inside)
    read(image, into: &recipe)
    recipe.sampler = image["sampler"].string.map { SharedSamplerName.own(id: $0) }
    recipe.model = json["model_weights"].string
    recipe.modelHash = json["model_hash"].string
    recipe.initImage = image["init_image_path"].string
    return recipe
  }

  /// What is called the same in both versions.
  private static func read(_ json: ForeignJSON, into recipe: inout Recipe) {
    recipe.seed = json["seed"].unsigned
    recipe.steps = json["steps"].integer
    recipe.guidance = json["cfg_scale"].double
    recipe.strength = json["strength"].double
    if let width = json["width"].integer, let height = json["height"].integer, width > 0,
      height > 0
    {
      recipe.size = .init(width: width, height: height)
    }
  }

  /// Version 2 wrote the negative prompt into the prompt, in `[brackets]`.
  private static func splitBrackets(_ prompt: String) -> (outside: String, inside: String) {
    var outside = ""
    var inside: [String] = []
    var rest = prompt[...]
    while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
      outside += rest[..<open]
      inside.append(rest[rest.index(after: open)..<close].trimmingCharacters(in: .whitespaces))
      rest = rest[rest.index(after: close)...]
    }
    let words = (outside + rest).split(separator: " ")
    return (words.joined(separator: " "), inside.joined(separator: ", "))
  }
}
