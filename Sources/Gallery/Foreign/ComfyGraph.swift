import Foundation

/// A ComfyUI graph: nodes by number, each with inputs that are values or links to other nodes.
///
/// The text `prompt` is what was run (the API's form); `workflow` is the editor's drawing of it,
/// in which values have places instead of names.
struct ComfyGraph {
  struct Node {
    let type: String
    /// Values by name; a link is an array of a node's number and an output's.
    var values: [String: ForeignJSON] = [:]
    /// Numbers of the nodes that inputs come from.
    var links: [String: String] = [:]
  }

  let nodes: [String: Node]

  /// Nil for a text that is no graph, such as the plain prompt that some programs write.
  ///
  /// - Throws: ``ForeignFault``.
  init?(prompt text: String) throws(ForeignFault) {
    guard text.drop(while: \.isWhitespace).first == "{" else { return nil }
    let json = try ForeignJSON(parsing: text)
    nodes = json.members.compactMapValues { member in
      guard let type = member["class_type"].string else { return nil }
      var node = Node(type: type)
      for (name, input) in member["inputs"].members {
        if input.isArray {
          node.links[name] = Self.number(input[0])
        } else {
          node.values[name] = input
        }
      }
      return node
    }
    guard !nodes.isEmpty else { throw .missing("nodes") }
  }

  /// Nil for a text that is no graph.
  ///
  /// - Throws: ``ForeignFault``.
  init?(workflow text: String) throws(ForeignFault) {
    guard text.drop(while: \.isWhitespace).first == "{" else { return nil }
    let json = try ForeignJSON(parsing: text)
    // A link: its own number, from node, from output, to node, to input, type.
    var sources: [String: String] = [:]
    for link in json["links"].elements {
      guard let number = Self.number(link[0]) else { continue }
      sources[number] = Self.number(link[1])
    }
    var nodes: [String: Node] = [:]
    for element in json["nodes"].elements {
      guard let number = Self.number(element["id"]), let type = element["type"].string else {
        continue
      }
      var node = Node(type: type)
      let names = Self.widgets[type] ?? (type.hasPrefix("Primitive") ? ["value"] : [])
      for (name, value) in zip(names, element["widgets_values"].elements) {
        node.values[name] = value
      }
      for input in element["inputs"].elements {
        guard let name = input["name"].string, let link = Self.number(input["link"]) else {
          continue
        }
        node.links[name] = sources[link]
        node.values[name] = nil
      }
      nodes[number] = node
    }
    self.nodes = nodes
    guard !nodes.isEmpty else { throw .missing("nodes") }
  }

  /// Node numbers are strings in one form, numbers in the other, `12:3` within subgraphs.
  private static func number(_ json: ForeignJSON) -> String? {
    json.string ?? json.integer.map(String.init)
  }

  /// The values of common nodes in the order in which the editor keeps them.
  private static let widgets = [
    "KSampler": [
      "seed", "control_after_generate", "steps", "cfg", "sampler_name", "scheduler", "denoise",
    ],
    "KSamplerAdvanced": [
      "add_noise", "noise_seed", "control_after_generate", "steps", "cfg", "sampler_name",
      "scheduler",
    ],
    "SamplerCustom": ["add_noise", "noise_seed", "control_after_generate", "cfg"],
    "RandomNoise": ["noise_seed", "control_after_generate"],
    "CFGGuider": ["cfg"],
    "KSamplerSelect": ["sampler_name"],
    "BasicScheduler": ["scheduler", "steps", "denoise"],
    "CLIPTextEncode": ["text"],
    "CLIPTextEncodePixArtAlpha": ["width", "height", "text"],
    "T5TextEncode": ["text"],
    "CheckpointLoaderSimple": ["ckpt_name"],
    "UNETLoader": ["unet_name"],
    "EmptyLatentImage": ["width", "height"],
    "EmptySD3LatentImage": ["width", "height"],
    "LoadImage": ["image"],
  ]
}
