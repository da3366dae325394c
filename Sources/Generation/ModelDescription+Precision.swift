public import Checkpoints
public import Kernels

extension ModelDescription {
  /// Numbers of a transformer below which narrow products gain too little to round anything.
  private static let smallParameters = 50_000_000

  /// Whether its products are large enough for a choice of precision.
  public var isLarge: Bool {
    guard let transformer else { return false }
    // A block has sixteen matrices as large as the attention's.
    let width = transformer.hiddenSize
    return transformer.numLayers * 16 * width * width >= Self.smallParameters
  }

  /// What its transformer is computed in.
  ///
  /// - Parameters:
  ///   - asked: By the request; none if nil.
  ///   - begun: By the run that goes on; none if nil.
  public func precision(
    on device: any Device, asked: Precision? = nil, begun: Precision? = nil
  ) -> PrecisionChoice {
    if let asked { return .asked(asked, on: device) }
    if let begun { return PrecisionChoice(begun, .begun, on: device) }
    guard isLarge else { return PrecisionChoice(.fp32, .smallModel, on: device) }
    let usual = device.usualPrecision
    return PrecisionChoice(usual, usual == .fp32 ? .noInstructions : .usual, on: device)
  }

  /// What its transformer is computed in where no precision is asked for.
  public func usualPrecision(on device: any Device) -> Precision { precision(on: device).precision }
}

extension PreparedWeights {
  /// Whether a model's text encoder needs no packing any more.
  public func isMade(_ model: ModelDescription, on device: any Device, precision: Precision) -> Bool
  {
    isMade(.textEncoder, of: model.folder, for: device.with(precision, .mapped))
  }
}
