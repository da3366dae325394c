import Foundation

/// The small models that come with the program: the default one, and the few-step one made from it,
/// which has a transformer and a scheduler only and takes the rest from there.
enum EmbeddedModel {
  private static let name = "default"
  private static let folder = "default-model"
  /// Folder and name are the same for those made from the default one.
  private static let students = ["default-lcm"]

  /// Folders that may hold theirs, seen from the program's file.
  ///
  /// `Bundle.module` is no help: it ends the program if the build folder is gone.
  static func places(executable: URL) -> [URL] {
    let folder = executable.deletingLastPathComponent()
    return [
      // Beside the program or the test bundle, in the build folder.
      folder.appending(path: "pixart_Checkpoints.resources"),
      // `make install`.
      folder.deletingLastPathComponent().appending(path: "share/pixart"),
    ]
  }

  /// Those of the first place that has any.
  static func entries(in places: [URL]) -> [ModelLibrary.Entry] {
    guard let place = places.first(where: { $0.appending(path: folder).isFolder }) else {
      return []
    }
    let teacher = ModelLibrary.Entry(name: name, folder: place.appending(path: folder))
    return [teacher]
      + students.map { ($0, place.appending(path: $0)) }.filter { $0.1.isFolder }.map {
        name, folder in
        ModelLibrary.Entry(
          name: name, folder: folder,
          model: Result { try ModelFolder(folder, name: name).completed(from: teacher.model.get()) }
        )
      }
  }
}
