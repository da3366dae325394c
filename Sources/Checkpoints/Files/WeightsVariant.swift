/// Which of several copies of the same weights in one folder, best first.
public enum WeightsVariant: String, Sendable, CaseIterable {
  case full, bf16, fp16

  /// Names a file or index of this variant may have, best first; `stem` is `model` or
  /// `diffusion_pytorch_model`.
  func fileNames(stem: String) -> [String] {
    guard self != .full else {
      return ["\(stem).safetensors", "\(stem).safetensors.index.json"]
    }
    return [
      "\(stem).\(rawValue).safetensors", "\(stem).safetensors.index.\(rawValue).json",
      "\(stem).\(rawValue).safetensors.index.json",
    ]
  }

  /// Names of PyTorch's own files, taken where there is none of safetensors.
  var torchFileNames: [String] {
    let variant = self == .full ? "" : ".\(rawValue)"
    return [
      "diffusion_pytorch_model\(variant).bin", "pytorch_model\(variant).bin",
      "pytorch_model.bin.index\(variant).json",
    ]
  }
}
