import Testing

@testable import Studio

/// The settings row that says what products are computed in.
@Suite struct PrecisionRowTests {
  private func row(_ asked: String?, usual: String?, lacking: [String] = []) -> String {
    var settings = RequestSettings()
    settings.precision = asked
    let model = ModelChoice(
      name: "default", summary: "", usualPrecision: usual, lackingPrecisions: lacking)
    return settings.text(of: .precision, model: model)
  }

  @Test func saysWhatIsTakenByItself() {
    #expect(row(nil, usual: "bf16") == "bf16 (by itself)")
    #expect(row(nil, usual: nil) == "fp32 (by itself)")
  }

  @Test func saysWhatThisProcessorLacks() {
    #expect(row(nil, usual: "fp32", lacking: ["bf16", "int8"]) == "fp32 (no bf16 here)")
    #expect(row("bf16", usual: "fp32", lacking: ["bf16", "int8"]) == "bf16 (emulated here)")
    #expect(row("fp32", usual: "fp32", lacking: ["bf16", "int8"]) == "fp32")
    // A small model is left alone anyway.
    #expect(row(nil, usual: nil, lacking: ["bf16", "int8"]) == "fp32 (by itself)")
  }
}
