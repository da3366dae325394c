import Generation

/// What a change of the model changes with it.
extension StudioState {
  /// Changes the settings by hand; another model brings its steps and guidance along.
  ///
  /// Only where the models' habits differ: what was set stays for a model of the same kind.
  mutating func change<Result>(_ body: (inout RequestSettings) -> Result) -> Result {
    let before = settings.model
    let result = body(&settings)
    guard settings.model != before, let new = model else { return result }
    let old = models.first { $0.name == before }?.habits ?? .common
    guard (old.steps, old.guidance) != (new.habits.steps, new.habits.guidance) else {
      return result
    }
    settings.steps = new.habits.steps
    settings.guidance = new.habits.guidance
    settings.sampler = nil
    tell(
      .info,
      new.habits.reason
        ?? "\(new.name) takes guidance: \(new.habits.steps) steps, guidance \(new.habits.guidance)."
    )
    return result
  }

  /// Changes a row by the arrows.
  mutating func step(_ row: SettingsRow, _ direction: Int) {
    let (models, styles) = (models, styles)
    change { $0.step(row, direction, models: models, styles: styles) }
  }

  /// Puts a row's default back, that of the model where it has one.
  mutating func reset(_ row: SettingsRow) {
    change { $0.reset(row) }
    let habits = model?.habits ?? .common
    if row == .steps { settings.steps = habits.steps }
    if row == .guidance { settings.guidance = habits.guidance }
  }
}
