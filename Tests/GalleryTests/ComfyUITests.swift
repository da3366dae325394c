import Foundation
import Gallery
import Testing

/// Graphs as ComfyUI saves them, by the layout of its `script_examples/basic_api_example.py` and of
/// the editor's default workflow.
@Suite struct ComfyUITests {
  private func read(_ keyword: String, _ text: String) -> PictureMetadata {
    PictureMetadata(ChunkedPNG([ChunkedPNG.iTXt(keyword, text)]).bytes)
  }

  private static let basic = """
    {"3": {"class_type": "KSampler", "inputs": {"cfg": 8, "denoise": 1, "latent_image": ["5", 0],
      "model": ["4", 0], "negative": ["7", 0], "positive": ["6", 0], "sampler_name": "euler",
      "scheduler": "normal", "seed": 8566257, "steps": 20}},
     "4": {"class_type": "CheckpointLoaderSimple",
      "inputs": {"ckpt_name": "v1-5-pruned-emaonly.safetensors"}},
     "5": {"class_type": "EmptyLatentImage",
      "inputs": {"batch_size": 1, "height": 768, "width": 512}},
     "6": {"class_type": "CLIPTextEncode",
      "inputs": {"clip": ["4", 1], "text": "masterpiece best quality girl"}},
     "7": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["4", 1], "text": "bad hands"}},
     "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
     "9": {"class_type": "SaveImage",
      "inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]}}}
    """

  private static var basicRecipe: Recipe {
    var want = Recipe(prompt: "masterpiece best quality girl", negative: "bad hands")
    want.model = "v1-5-pruned-emaonly.safetensors"
    want.size = .init(width: 512, height: 768)
    want.steps = 20
    want.guidance = 8
    want.sampler = "euler"
    want.seed = 8_566_257
    return want
  }

  @Test func readsTheBasicGraph() {
    let found = read("prompt", Self.basic)
    #expect(found.recipe == Self.basicRecipe)
    #expect(found.origin == .comfyui)
    #expect(found.faults == [])
  }

  /// Two passes: what is told is the pass that made the picture, the size where it began.
  @Test func walksThroughNodesInBetween() {
    let found = read(
      "prompt",
      """
      {"1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd/xl.safetensors"}},
       "2": {"class_type": "LoraLoader", "inputs": {"lora_name": "l", "model": ["1", 0]}},
       "10": {"class_type": "CLIPTextEncodeSDXL", "inputs": {"text_g": "a fox", "text_l": "in snow"}},
       "11": {"class_type": "ConditioningConcat",
         "inputs": {"conditioning_to": ["10", 0], "conditioning_from": ["12", 0]}},
       "12": {"class_type": "CLIPTextEncode", "inputs": {"text": ["13", 0]}},
       "13": {"class_type": "PrimitiveString", "inputs": {"value": "at dusk"}},
       "14": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry"}},
       "15": {"class_type": "ControlNetApplyAdvanced",
         "inputs": {"positive": ["11", 0], "negative": ["14", 0], "strength": 1}},
       "20": {"class_type": "KSampler", "inputs": {"latent_image": ["21", 0], "seed": 1, "steps": 9,
         "cfg": 2, "sampler_name": "ddim", "scheduler": "normal", "denoise": 1}},
       "21": {"class_type": "EmptyLatentImage", "inputs": {"width": 1024, "height": 832}},
       "22": {"class_type": "LatentUpscale",
         "inputs": {"samples": ["20", 0], "width": 2048, "height": 1664}},
       "23": {"class_type": "KSamplerAdvanced", "inputs": {"latent_image": ["22", 0],
         "noise_seed": ["24", 0], "steps": 30, "cfg": 6.5, "sampler_name": "dpmpp_2m",
         "scheduler": "karras", "model": ["2", 0], "positive": ["15", 0], "negative": ["15", 1]}},
       "24": {"class_type": "PrimitiveInt", "inputs": {"value": 18446744073709551615}},
       "30": {"class_type": "VAEDecode", "inputs": {"samples": ["23", 0]}},
       "31": {"class_type": "SaveImage", "inputs": {"images": ["30", 0]}, "is_changed": [NaN]}}
      """)
    var want = Recipe(prompt: "a fox\nin snow\nat dusk", negative: "blurry")
    want.model = "sd/xl.safetensors"
    want.size = .init(width: 1024, height: 832)
    want.steps = 30
    want.guidance = 6.5
    want.sampler = "dpm++2m-karras"
    want.seed = .max
    #expect(found.recipe == want)
    #expect(found.faults == [])
  }

  /// The sampler in pieces, as in the examples for newer models.
  @Test func readsTheCustomSampler() {
    let found = read(
      "prompt",
      """
      {"5": {"class_type": "VAEEncode", "inputs": {"pixels": ["6", 0]}},
       "6": {"class_type": "LoadImage", "inputs": {"image": "sketch.png"}},
       "7": {"class_type": "UNETLoader", "inputs": {"unet_name": "sigma.safetensors"}},
       "8": {"class_type": "CLIPTextEncodePixArtAlpha",
         "inputs": {"width": 1024, "height": 1024, "text": "a pear"}},
       "9": {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["8", 0]}},
       "13": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["25", 0],
         "guider": ["22", 0], "sampler": ["16", 0], "sigmas": ["17", 0], "latent_image": ["5", 0]}},
       "16": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler_ancestral"}},
       "17": {"class_type": "BasicScheduler",
         "inputs": {"scheduler": "simple", "steps": 14, "denoise": 0.6, "model": ["7", 0]}},
       "22": {"class_type": "CFGGuider", "inputs": {"cfg": 4.5, "model": ["7", 0],
         "positive": ["8", 0], "negative": ["9", 0]}},
       "25": {"class_type": "RandomNoise", "inputs": {"noise_seed": 7}},
       "28": {"class_type": "PreviewImage", "inputs": {"images": ["13", 0]}}}
      """)
    var want = Recipe(prompt: "a pear")
    want.model = "sigma.safetensors"
    want.steps = 14
    want.guidance = 4.5
    want.sampler = "euler-a"
    want.schedulerSettings = ["scheduler": "simple"]
    want.seed = 7
    want.initImage = "sketch.png"
    want.strength = 0.6
    #expect(found.recipe == want)
  }

  /// The editor's drawing alone: values by place, links in a list of their own.
  @Test func readsTheWorkflow() {
    let found = read(
      "workflow",
      """
      {"last_node_id": 9, "nodes": [
        {"id": 7, "type": "CLIPTextEncode", "inputs": [{"name": "clip", "type": "CLIP", "link": 5}],
         "widgets_values": ["bad hands"]},
        {"id": 6, "type": "CLIPTextEncode", "inputs": [{"name": "clip", "type": "CLIP", "link": 3}],
         "widgets_values": ["masterpiece best quality girl"]},
        {"id": 5, "type": "EmptyLatentImage", "widgets_values": [512, 768, 1]},
        {"id": 3, "type": "KSampler", "inputs": [
          {"name": "model", "type": "MODEL", "link": 1},
          {"name": "positive", "type": "CONDITIONING", "link": 4},
          {"name": "negative", "type": "CONDITIONING", "link": 6},
          {"name": "latent_image", "type": "LATENT", "link": 2}],
         "widgets_values": [8566257, "randomize", 20, 8, "euler", "normal", 1]},
        {"id": 8, "type": "VAEDecode", "inputs": [{"name": "samples", "link": 7}]},
        {"id": 9, "type": "SaveImage", "inputs": [{"name": "images", "link": 9}],
         "widgets_values": ["ComfyUI"]},
        {"id": 4, "type": "CheckpointLoaderSimple",
         "widgets_values": ["v1-5-pruned-emaonly.safetensors"]}],
       "links": [[1, 4, 0, 3, 0, "MODEL"], [2, 5, 0, 3, 3, "LATENT"], [3, 4, 1, 6, 0, "CLIP"],
        [4, 6, 0, 3, 1, "CONDITIONING"], [5, 4, 1, 7, 0, "CLIP"], [6, 7, 0, 3, 2, "CONDITIONING"],
        [7, 3, 0, 8, 0, "LATENT"], [9, 8, 0, 9, 0, "IMAGE"]]}
      """)
    #expect(found.recipe == Self.basicRecipe)
    #expect(found.origin == .comfyui)
  }

  /// Rings, links to nowhere, wrong types: something or a fault, never a hang.
  @Test(arguments: [
    (
      #"{"1": {"class_type": "KSampler", "inputs": {"latent_image": ["1", 0], "seed": ["1", 0],"#
        + #" "positive": ["1", 0], "model": ["1", 0]}}}"#, ""
    ),
    (
      #"{"1": {"class_type": "X", "inputs": {"latent_image": 3, "seed": "x", "positive": ["9", 0]}}}"#,
      ""
    ),
    (#"{"1": {"class_type": "SaveImage", "inputs": {}}}"#, "it has no sampler node"),
    ("{}", "it has no nodes"),
    (#"{"1": "#, "it is not JSON"),
    ("{\"a\": " + String(repeating: "[", count: 100_000), "it is not JSON"),
  ])
  func survivesOddGraphs(json: String, fault: String) {
    let found = read("prompt", json)
    #expect(found.faults == (fault.isEmpty ? [] : ["its text 'prompt': \(fault)"]))
    #expect((found.recipe == nil) == !fault.isEmpty)
  }

  /// Some programs write a plain text under the same name; it is no fault and no recipe.
  @Test func leavesPlainTextsAlone() {
    let found = read("prompt", "a cat")
    #expect(found.recipe == nil && found.origin == nil && found.faults == [])
  }

  @Test func refusesLongGraphs() {
    let found = read("prompt", "{" + String(repeating: " ", count: 2 << 20) + "}")
    #expect(
      found.faults == ["its text 'prompt': 2097154 bytes, at most 2097152 are read"])
  }
}
