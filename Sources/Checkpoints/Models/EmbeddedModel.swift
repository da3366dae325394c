import Foundation

/// The small model that comes with the program.
enum EmbeddedModel {
  static let name = "default"

  /// Where it may lie, seen from the program's file.
  ///
  /// `Bundle.module` is no help: it ends the program if the build folder is gone.
  static func places(executable: URL) -> [URL] {
    let folder = executable.deletingLastPathComponent()
    return [
      // Beside the program or the test bundle, in the build folder.
      folder.appending(path: "pixart_Checkpoints.resources/default-model"),
      // `make install`.
      folder.deletingLastPathComponent().appending(path: "share/pixart/default-model"),
    ]
  }
}
