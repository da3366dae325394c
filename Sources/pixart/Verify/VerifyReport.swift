import Foundation
import Jobs

/// What `verify` says of one file.
struct VerifyReport {
  private let file: String
  private let verification: Verification?
  private let error: String?

  init(file: String, verification: Verification) {
    self.file = file
    self.verification = verification
    error = nil
  }

  /// - Parameter error: Why the picture could not be made again.
  init(file: String, error: String) {
    self.file = file
    verification = nil
    self.error = error
  }

  /// Whether it is the same picture.
  var isFine: Bool { verification.map { $0.verdict != .changed } ?? false }

  private var verdict: String { verification?.verdict.rawValue ?? "failed" }

  /// For people: `near     fox.png: 58.2 dB, at most 3 levels apart; other latents from step 4 on`.
  var line: String {
    let findings = findings.joined(separator: "; ")
    return verdict.padding(toLength: 8, withPad: " ", startingAt: 0) + file
      + (findings.isEmpty ? "" : ": " + findings)
  }

  private var findings: [String] {
    guard let verification else { return [error ?? ""] }
    var findings: [String] = []
    if verification.verdict != .exact {
      findings.append(
        verification.pixels.map(Self.text) ?? "the size is another")
      findings.append(
        verification.firstDifferentStep.map { "other latents from step \($0) on" }
          ?? "the latents of all known steps are the same")
    }
    if let hashes = verification.modelHashes {
      findings.append(
        "the model's weights are others now (\(hashes.now), the recipe has \(hashes.recipe))")
    }
    if let hashes = verification.controlHashes {
      findings.append(
        "the ControlNet's weights are others now (\(hashes.now), the recipe has \(hashes.recipe))")
    }
    return findings
  }

  private static func text(_ pixels: PictureDifference) -> String {
    guard pixels.largest > 0 else { return "all pixels are the same" }
    return String(format: "%.1f dB, ", pixels.psnr)
      + "at most \(pixels.largest) \(pixels.largest == 1 ? "level" : "levels") apart"
  }

  /// For programs; `psnr_db` is left out where the pixels are the same.
  var object: [String: Any] {
    var object: [String: Any] = ["file": file, "result": verdict]
    if let error { object["error"] = error }
    guard let verification else { return object }
    if let pixels = verification.pixels {
      object["largest_difference"] = pixels.largest
      if pixels.psnr.isFinite { object["psnr_db"] = JSONLine.rounded(pixels.psnr) }
    }
    if let step = verification.firstDifferentStep { object["first_different_step"] = step }
    if let hashes = verification.modelHashes {
      object["model_hash"] = hashes.now
      object["recipe_model_hash"] = hashes.recipe
    }
    if let hashes = verification.controlHashes {
      object["control_hash"] = hashes.now
      object["recipe_control_hash"] = hashes.recipe
    }
    return object
  }
}
