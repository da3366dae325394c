import Prompts
import Kernels
import Schedulers

extension RequestSettings {
  /// Changes a row by the arrows: numbers by their step, choices to their neighbour.
  ///
  /// - Parameters:
  ///   - direction: 1 or -1.
  ///   - isLarge: Ten times the step.
  mutating func step(
    _ row: SettingsRow, _ direction: Int, isLarge: Bool = false, models: [ModelChoice],
    styles: [Style]
  ) {
    let factor = isLarge ? 10 : 1
    switch row {
    case .model:
      let names = models.filter { $0.fault == nil }.map(\.name)
      model = Self.neighbour(of: model, in: names, direction) ?? model
    case .style:
      let names = [nil] + styles.map { Optional($0.name) }
      style = Self.neighbour(of: style, in: names, direction) ?? style
    case .size:
      guard let choice = models.first(where: { $0.name == model }), !choice.sizes.isEmpty else {
        return
      }
      let current = size ?? choice.nativeSize ?? choice.sizes[0]
      guard let next = Self.neighbour(of: current, in: Self.byAspect(choice.sizes), direction)
      else { return }
      size = next == choice.nativeSize ? nil : next
    case .steps: steps = min(max(1, steps + direction * factor), 1000)
    case .guidance:
      let tenths = (guidance * 10).rounded() + Double(direction * 5 * factor)
      guidance = min(max(0, tenths / 10), 100)
    case .sampler:
      let names = [nil] + SamplerName.allCases.map { Optional($0.rawValue) }
      sampler = Self.neighbour(of: sampler, in: names, direction) ?? sampler
    case .seedMode:
      seedMode = Self.neighbour(of: seedMode, in: SeedMode.allCases, direction) ?? seedMode
    case .seed:
      seed = direction > 0 ? seed &+ UInt64(factor) : seed &- UInt64(factor)
      if seedMode == .fresh { seedMode = .fixed }
    case .count: count = min(max(1, count + direction * factor), 10_000)
    case .initImage, .lora, .branch: break
    case .condition, .control, .edges, .controlStrength, .controlScale, .controlStart,
      .controlEnd:
      stepControl(row, by: direction * factor)
    case .strength:
      let hundredths = (strength * 100).rounded() + Double(direction * 5 * factor)
      strength = min(max(0.05, hundredths / 100), 1)
    case .variationStrength:
      let hundredths = (variationStrength * 100).rounded() + Double(direction * 5 * factor)
      variationStrength = min(max(0, hundredths / 100), 1)
    case .variationSeed:
      variationSeed =
        direction > 0 ? variationSeed &+ UInt64(factor) : variationSeed &- UInt64(factor)
      if seedMode == .fresh { seedMode = .fixed }
    case .bin: bin.toggle()
    case .rawPrompt: rawPrompt.toggle()
    case .tile: tile.toggle()
    case .lowMemory: lowMemory.toggle()
    case .precision:
      let names = [nil] + Precision.allCases.map { Optional($0.rawValue) }
      precision = Self.neighbour(of: precision, in: names, direction) ?? precision
    }
  }

  /// The next value of a list, around its end; the first one if `value` is not in it.
  private static func neighbour<T: Equatable>(of value: T, in list: [T], _ direction: Int) -> T? {
    guard !list.isEmpty else { return nil }
    guard let index = list.firstIndex(of: value) else { return list[0] }
    return list[(index + direction + list.count) % list.count]
  }

  /// Sizes from the tallest to the widest.
  private static func byAspect(_ sizes: [String]) -> [String] {
    func aspect(_ size: String) -> Double {
      let sides = size.split(separator: "x").compactMap { Double($0) }
      return sides.count == 2 ? sides[0] / sides[1] : 1
    }
    return sizes.sorted { aspect($0) < aspect($1) }
  }
}
