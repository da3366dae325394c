import Checkpoints
import Schedulers

extension SchedulerConfiguration {
  /// The scheduler of a model as it is published.
  ///
  /// PixArt-DMD says in no file that it goes in one step from noise to the picture; its name does.
  ///
  /// - Throws: `ConfigurationError`, `SchedulerError` if the file cannot be used.
  init(of folder: ModelFolder) throws {
    try self.init(json: folder.configuration(.scheduler).foundation)
    isOneStep = className == "DDPMScheduler" && folder.name.lowercased().contains("dmd")
  }
}
