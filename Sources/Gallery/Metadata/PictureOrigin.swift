/// Whose way of writing a recipe a picture was found with.
public enum PictureOrigin: String, Sendable, Codable, CaseIterable {
  case pixart
  /// Several pictures of pixart on one sheet.
  case sheet
  /// The `parameters` text, which many programs write.
  case a1111
  case comfyui
  case invokeai
}
