/// Samplers under the command line's names and under those that other programs use.
enum SharedSamplerName {
  private static let table = [
    (own: "dpm++2m", shared: "DPM++ 2M", ids: ["dpmpp_2m"]),
    (
      own: "dpm++2m-karras", shared: "DPM++ 2M Karras", ids: ["dpmpp_2m_k", "dpmpp_2m_karras"]
    ),
    (own: "dpm++sde", shared: "DPM++ 2M SDE", ids: ["dpmpp_2m_sde", "dpmpp_2m_sde_gpu"]),
    (own: "ddim", shared: "DDIM", ids: ["ddim"]),
    (own: "ddpm", shared: "DDPM", ids: ["ddpm"]),
    (own: "euler", shared: "Euler", ids: ["euler", "k_euler"]),
    (own: "euler-a", shared: "Euler a", ids: ["euler_ancestral", "euler_a", "k_euler_a"]),
    (own: "lcm", shared: "LCM", ids: ["lcm"]),
    (own: "sa-solver", shared: "SA-Solver", ids: ["sa_solver"]),
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

  /// ComfyUI's and InvokeAI's `dpmpp_2m` becomes `dpm++2m`; an unknown name stays as it is.
  static func own(id: String) -> String {
    table.first { $0.ids.contains(id) }?.own ?? id
  }
}
