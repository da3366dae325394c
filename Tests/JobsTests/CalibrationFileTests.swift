import Foundation
import Generation
import Testing

@testable import Jobs

@Suite struct CalibrationFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "pixart-calibration-\(UUID().uuidString)")
  private var file: URL { folder.appending(path: "state/machines.json") }

  private func calibration(_ rate: Double) -> MachineCalibration {
    var calibration = MachineCalibration()
    calibration.productRate = rate
    return calibration
  }

  @Test func keepsMachinesApart() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (one, other) = (
      CalibrationFile(file, machine: "one, 2"), CalibrationFile(file, machine: "other, 8")
    )
    #expect(one.load() == MachineCalibration())
    try one.save(calibration(1e11))
    try other.save(calibration(9e11))
    #expect(one.load() == calibration(1e11) && other.load() == calibration(9e11))
  }

  @Test func beginsAfreshAfterDamage() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let kept = CalibrationFile(file, machine: "one")
    try kept.save(calibration(1e11))
    let whole = try Data(contentsOf: file)
    for length in 0..<whole.count - 1 {
      try whole.prefix(length).write(to: file)
      #expect(kept.load() == MachineCalibration())
    }
    try kept.save(calibration(2e11))
    #expect(kept.load() == calibration(2e11))
  }
}
