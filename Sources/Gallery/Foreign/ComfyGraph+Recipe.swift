extension ComfyGraph {
  /// What the sampler nearest to the end was given.
  ///
  /// - Throws: ``ForeignFault`` if there is no sampler.
  var recipe: Recipe {
    get throws(ForeignFault) {
      guard let sampler = self.sampler else { throw .missing("sampler node") }
      let guided = [sampler, linked(sampler, "guider")].compactMap(\.self)
      var recipe = Recipe(prompt: "")
      for node in guided {
        for (name, input) in [("positive", "positive"), ("positive", "conditioning")] {
          guard recipe.prompt.isEmpty, let source = node.links[input] else { continue }
          recipe.prompt = text(source, role: name)
        }
        guard recipe.negative.isEmpty, let source = node.links["negative"] else { continue }
        recipe.negative = text(source, role: "negative")
      }
      recipe.seed = value(sampler, ["seed", "noise_seed"], via: ["noise"])?.unsigned
      recipe.steps = value(sampler, ["steps"], via: ["sigmas"])?.integer
      recipe.guidance = value(sampler, ["cfg", "guidance"], via: ["guider"])?.double
      readSampler(sampler, into: &recipe)
      recipe.model =
        (guided + [linked(sampler, "sigmas")].compactMap(\.self)).lazy
        .compactMap(model).first
      readLatents(sampler, into: &recipe)
      if let denoise = value(sampler, ["denoise"], via: ["sigmas"])?.double, denoise < 1 {
        recipe.strength = denoise
      }
      return recipe
    }
  }

  // MARK: Finding nodes

  /// Searched for from the nodes that nothing comes after, breadth first.
  private var sampler: Node? {
    let used = Set(nodes.values.flatMap(\.links.values))
    let ends = nodes.filter { !used.contains($0.key) }
    var waiting = ends.sorted {
      let (first, second) = ($0.value.type.contains("Save"), $1.value.type.contains("Save"))
      return first != second ? first : $0.key < $1.key
    }.map(\.key)
    // In a ring of nodes there is no end.
    if waiting.isEmpty { waiting = nodes.keys.sorted() }
    var seen = Set(waiting)
    var next = 0
    while next < waiting.count {
      defer { next += 1 }
      guard let node = nodes[waiting[next]] else { continue }
      if Self.isSampler(node) { return node }
      for source in node.links.sorted(by: { $0.key < $1.key }).map(\.value)
      where seen.insert(source).inserted {
        waiting.append(source)
      }
    }
    return nil
  }

  private static func isSampler(_ node: Node) -> Bool {
    let inputs = Set(node.values.keys).union(node.links.keys)
    return inputs.contains("latent_image")
      && !inputs.isDisjoint(with: ["seed", "noise_seed", "noise"])
  }

  private func linked(_ node: Node, _ input: String) -> Node? {
    node.links[input].flatMap { nodes[$0] }
  }

  // MARK: Values

  /// The first of some inputs that is known, of the node or of helpers that it has linked.
  private func value(_ node: Node, _ names: [String], via helpers: [String] = []) -> ForeignJSON? {
    for node in [node] + helpers.compactMap({ linked(node, $0) }) {
      for name in names {
        if let value = node.values[name] { return value }
        // A value may come from a node of its own, such as a seed for several samplers.
        if let source = linked(node, name) {
          let kinds = [name, "value", "seed", "int", "float", "string"]
          if let value = kinds.lazy.compactMap({ source.values[$0] }).first { return value }
        }
      }
    }
    return nil
  }

  private func readSampler(_ sampler: Node, into recipe: inout Recipe) {
    guard let name = value(sampler, ["sampler_name"], via: ["sampler"])?.string else { return }
    let spacing = value(sampler, ["scheduler"], via: ["sigmas"])?.string
    let joined = spacing.map { SharedSamplerName.own(id: "\(name)_\($0)") }
    if let joined, joined != "\(name)_\(spacing ?? "")" {
      recipe.sampler = joined
      return
    }
    recipe.sampler = SharedSamplerName.own(id: name)
    if let spacing, spacing != "normal" { recipe.schedulerSettings = ["scheduler": spacing] }
  }

  /// The file a model comes from, through whatever changes it on the way.
  private func model(of node: Node) -> String? {
    let names = ["ckpt_name", "unet_name", "model_name", "model_path"]
    return walk(from: node.links["model"], along: ["model"]) { node in
      names.lazy.compactMap { node.values[$0]?.string }.first
    }
  }

  /// The size of empty latents, or the picture that was encoded.
  private func readLatents(_ sampler: Node, into recipe: inout Recipe) {
    let inputs = ["samples", "latent_image", "latent", "pixels", "image"]
    let found = walk(from: sampler.links["latent_image"], along: inputs) { node in
      Self.isLatent(node) || node.type.hasPrefix("LoadImage") ? node : nil
    }
    guard let found else { return }
    if let width = value(found, ["width"])?.integer, let height = value(found, ["height"])?.integer,
      width > 0, height > 0
    {
      recipe.size = .init(width: width, height: height)
    } else {
      recipe.initImage = found.values["image"]?.string
    }
  }

  private static func isLatent(_ node: Node) -> Bool {
    let inputs = Set(node.values.keys).union(node.links.keys)
    return inputs.isSuperset(of: ["width", "height"]) && !inputs.contains("samples")
      && !inputs.contains("image")
  }

  /// Follows the first known input from node to node until `find` answers.
  private func walk<Found>(
    from start: String?, along inputs: [String], _ find: (Node) -> Found?
  ) -> Found? {
    var next = start
    var seen: Set<String> = []
    while let number = next, seen.insert(number).inserted, let node = nodes[number] {
      if let found = find(node) { return found }
      next = inputs.lazy.compactMap { node.links[$0] }.first
    }
    return nil
  }

  // MARK: Prompts

  /// The texts behind a conditioning, each once, a line each.
  ///
  /// - Parameter role: `positive` or `negative`, for nodes that pass both on.
  private func text(_ start: String, role: String) -> String {
    var found: [String] = []
    var waiting = [start]
    var seen = Set(waiting)
    while let number = waiting.popLast() {
      // What was zeroed says nothing any more.
      guard let node = nodes[number], node.type != "ConditioningZeroOut" else { continue }
      let names = ["text", "text_g", "text_l", "clip_l", "t5xxl", "prompt"]
      let texts = names.compactMap { string(node, $0) }
      for text in texts where !text.isEmpty && !found.contains(text) { found.append(text) }
      guard texts.isEmpty else { continue }
      let joined = [
        "conditioning", "conditioning_to", "conditioning_1", "conditioning_from", "conditioning_2",
      ]
      let sources = node.links[role].map { [$0] } ?? joined.compactMap { node.links[$0] }
      // The last one put in is read next.
      waiting += sources.filter { seen.insert($0).inserted }.reversed()
    }
    return found.joined(separator: "\n")
  }

  /// A text of a node, or of the nodes that it is passed on from.
  private func string(_ node: Node, _ name: String) -> String? {
    if let text = node.values[name]?.string { return text }
    let inputs = ["text", "string", "value", "prompt", "populated_text", "source"]
    return walk(from: node.links[name], along: inputs) { node in
      inputs.lazy.compactMap { node.values[$0]?.string }.first
    }
  }
}
