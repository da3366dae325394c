public import Generation

extension BatchFile.Line {
  /// The line as its model is usually asked: with that one's steps and guidance where it says none.
  public func askedOf(_ model: ModelDescription) -> BatchFile.Line {
    var asked = self
    // One that cannot be is told of when the line is checked.
    let habits = model.habits(for: (try? job.samplerName) ?? nil)
    if !saysSteps { asked.job.steps = habits.steps }
    if !saysGuidance { asked.job.guidance = habits.guidance }
    return asked
  }
}
