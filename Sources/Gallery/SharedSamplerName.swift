/// Samplers under the command line's names and under those that A1111's relatives share.
enum SharedSamplerName {
  private static let table = [
    (own: "dpm++2m", shared: "DPM++ 2M"),
    (own: "dpm++2m-karras", shared: "DPM++ 2M Karras"),
    (own: "dpm++sde", shared: "DPM++ 2M SDE"),
    (own: "ddim", shared: "DDIM"),
    (own: "ddpm", shared: "DDPM"),
    (own: "euler", shared: "Euler"),
    (own: "euler-a", shared: "Euler a"),
    (own: "lcm", shared: "LCM"),
    (own: "sa-solver", shared: "SA-Solver"),
  ]

  /// `dpm++2m` becomes `DPM++ 2M`; a name not in the table stays as it is.
  static func shared(_ own: String) -> String {
    table.first { $0.own == own }?.shared ?? own
  }

  /// `DPM++ 2M` becomes `dpm++2m`; a name not in the table stays as it is.
  ///
  /// Newer programs name the spacing of the noise levels apart, in `schedule`.
  static func own(_ shared: String, schedule: String?) -> String {
    let names = [schedule.map { "\(shared) \($0)" }, shared].compactMap(\.self)
    for name in names {
      if let row = table.first(where: { $0.shared.lowercased() == name.lowercased() }) {
        return row.own
      }
    }
    return shared
  }
}
