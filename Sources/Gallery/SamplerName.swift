/// Samplers under our names and under those that A1111's relatives share.
enum SamplerName {
  /// The first of our spellings is the one that reading gives.
  private static let table: [(shared: String, own: [String])] = [
    ("DPM++ 2M", ["dpmpp-2m", "dpm-solver++", "dpmpp"]),
    ("DPM++ 2M SDE", ["dpmpp-2m-sde", "dpm-solver++-sde", "dpmpp-sde"]),
    ("DPM++ 3M", ["dpmpp-3m"]),
    ("DDIM", ["ddim"]),
    ("DDPM", ["ddpm"]),
    ("Euler", ["euler"]),
    ("Euler a", ["euler-a", "euler-ancestral"]),
    ("LCM", ["lcm"]),
    ("SA-Solver", ["sa-solver"]),
  ]

  /// `dpmpp-2m` becomes `DPM++ 2M`; a name not in the table stays as it is.
  static func shared(_ own: String) -> String {
    let key = key(own)
    return table.first { $0.own.contains { Self.key($0) == key } || Self.key($0.shared) == key }?
      .shared ?? own
  }

  /// `DPM++ 2M` becomes `dpmpp-2m`; a name not in the table stays as it is.
  static func own(_ shared: String) -> String {
    let key = key(shared)
    return table.first { Self.key($0.shared) == key }?.own.first ?? shared
  }

  /// A name without what people write differently: case, dashes, spaces, `++` for `pp`.
  private static func key(_ name: String) -> String {
    name.lowercased().replacing("+", with: "p").filter { $0.isLetter || $0.isNumber }
  }
}
