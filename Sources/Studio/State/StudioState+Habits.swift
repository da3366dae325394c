import Gallery
import Generation
import Schedulers

/// What a change of the model or its adapters changes with it.
extension StudioState {
  /// Changes the settings by hand; another model or adapter brings its steps and guidance along.
  ///
  /// Only where habits differ: what was set stays for a model of the same kind.
  mutating func change<Result>(_ body: (inout RequestSettings) -> Result) -> Result {
    let before = settings
    let result = body(&settings)
    let isKnown = settings.model == before.model || model != nil
    guard settings.model != before.model || settings.lora != before.lora, isKnown else {
      return result
    }
    let (old, new) = (habits(of: before), habits(of: settings))
    guard (old.steps, old.guidance, old.sampler) != (new.steps, new.guidance, new.sampler) else {
      return result
    }
    settings.steps = new.steps
    settings.guidance = new.guidance
    settings.sampler = new.sampler?.rawValue
    tell(
      .info,
      new.reason
        ?? "\(settings.model) takes guidance: \(new.steps) steps, guidance \(new.guidance).")
    return result
  }

  /// Those of an adapter go before the model's.
  private func habits(of settings: RequestSettings) -> SamplingHabits {
    let adapters = settings.lora.filter { $0.scale != 0 }.map(\.file)
    return SamplingHabits.ofLCM(adapters: adapters)
      ?? models.first { $0.name == settings.model }?.habits ?? .common
  }

  /// Changes a row by the arrows.
  mutating func step(_ row: SettingsRow, _ direction: Int) {
    let (models, styles) = (models, styles)
    change { $0.step(row, direction, models: models, styles: styles) }
  }

  /// Puts a row's default back, that of the model where it has one.
  mutating func reset(_ row: SettingsRow) {
    change { $0.reset(row) }
    let habits = habits(of: settings)
    if row == .steps { settings.steps = habits.steps }
    if row == .guidance { settings.guidance = habits.guidance }
  }
}
