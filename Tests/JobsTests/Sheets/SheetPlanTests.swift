import Foundation
import Gallery
import Tensors
import Testing

@testable import Jobs

@Suite struct SheetPlanTests {
  private func plan(
    _ x: String, _ y: String? = nil, _ change: (inout JobRequest) -> Void = { _ in }
  )
    throws(SheetError) -> SheetPlan
  {
    var job = JobRequest(prompt: "a {red|blue} fox")
    job.seed = 7
    change(&job)
    return try SheetPlan(job, x: x, y: y)
  }

  private func fault(
    _ x: String, _ y: String? = nil, _ change: (inout JobRequest) -> Void = { _ in }
  )
    -> SheetError?
  {
    do {
      _ = try plan(x, y, change)
      return nil
    } catch {
      return error
    }
  }

  @Test func makesEveryPair() throws {
    let plan = try plan("steps=4,8,16", "guidance=1,3")
    #expect(plan.columns == 3 && plan.rows == 2 && plan.count == 6)
    #expect(
      plan.places.map { [$0.column, $0.row] } == [
        [0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1],
      ])
    let jobs = plan.places.map { plan.job(at: $0) }
    #expect(
      jobs.map(\.steps) == [4, 8, 16, 4, 8, 16] && jobs.map(\.guidance) == [1, 1, 1, 3, 3, 3])
    #expect(Set(jobs.map(\.seed)) == [7] && Set(jobs.map(\.prompt)) == ["a {red|blue} fox"])
    #expect(plan.name(of: .init(column: 1, row: 1)) == "steps 8, guidance 3")
    #expect(plan.title == "a {red|blue} fox (seed 7)")
    #expect(try self.plan("seed=1,2").title == "a {red|blue} fox (20 steps, guidance 4.5)")
  }

  /// Every setting arrives where it belongs.
  @Test func setsEverySetting() throws {
    func last(_ axis: String) throws -> JobRequest {
      let plan = try plan(axis) { ($0.initImage, $0.variationStrength) = ("a.png", 0.5) }
      return plan.job(at: .init(column: plan.columns - 1, row: 0))
    }
    #expect(try last("prompt=fox|cat").prompt == "a {red|blue} cat")
    #expect(try last("alternatives").prompt == "a blue fox")
    #expect(try last("alternatives").template == "a {red|blue} fox")
    #expect(try last("negative=a|b").negative == "b")
    #expect(try last("model=a,b").model == "b")
    #expect(try last("size=8x8,16x8").size == "16x8")
    #expect(try last("steps=4").steps == 4)
    #expect(try last("guidance=2.5").guidance == 2.5)
    #expect(try last("sampler=euler").sampler == "euler")
    #expect(try last("seed=9").seed == 9)
    #expect(try last("strength=0.25").strength == 0.25)
    #expect(try last("variation-strength=0.25").variationStrength == 0.25)
    #expect(try last("variation-seed=9").variationSeed == 9)
  }

  /// Words are replaced in what alternatives made, whichever axis has which.
  @Test func replacesWordsInAlternatives() throws {
    for (x, y) in [("alternatives", "prompt=fox|cat"), ("prompt=fox|cat", "alternatives")] {
      let plan = try plan(x, y)
      #expect(plan.job(at: .init(column: 1, row: 1)).prompt == "a blue cat")
    }
    let two = try plan("prompt=red|green", "prompt=fox|cat") { $0.prompt = "a red fox" }
    #expect(two.job(at: .init(column: 1, row: 1)).prompt == "a green cat")
    // What one axis puts in stays, though the other one replaces such words.
    let inside = try plan("prompt=red|foxy", "prompt=fox|red dog") { $0.prompt = "a red fox" }
    #expect(inside.job(at: .init(column: 1, row: 1)).prompt == "a foxy red dog")
    #expect(inside.job(at: .init(column: 0, row: 1)).prompt == "a red red dog")
  }

  /// A model is opened once for all its pictures.
  @Test func goesThroughModelsOneByOne() throws {
    let columns = try plan("model=a,b", "steps=1,2")
    #expect(columns.places.map { columns.job(at: $0).model } == ["a", "a", "b", "b"])
    let rows = try plan("steps=1,2", "model=a,b")
    #expect(rows.places.map { rows.job(at: $0).model } == ["a", "a", "b", "b"])
  }

  @Test func refusesWhatDoesNotGoTogether() throws {
    #expect(fault("steps=1", "steps=2") == .sameSetting(.steps))
    let two = fault("prompt=red|a", "prompt=red fox|b") { $0.prompt = "a red fox" }
    #expect(two == .overlap("red", "red fox"))
    #expect(fault("prompt=fox|a", "prompt=fox|b") == .overlap("fox", "fox"))
    #expect(fault("strength=0.5") == .strengthWithoutImage)
    #expect(fault("variation-seed=1,2") == .variationSeedAlone)
    #expect(fault("variation-seed=1,2", "variation-strength=0,0.1") == nil)
    #expect(fault("steps=1") { $0.count = 2 } == .severalPictures(2))
    #expect(fault("steps=1..21", "seed=1..20") == .tooManyCells(420))
    #expect(fault("steps=1..20", "seed=1..20") == nil)
    #expect(fault("steps=1", "x=2") == .unknownSetting("x"))
  }

  @Test func comesBackFromAFile() throws {
    let plan = try plan("alternatives", "guidance=1..3")
    #expect(try JSONDecoder().decode(SheetPlan.self, from: JSONEncoder().encode(plan)) == plan)
  }

  @Test func recordsWhatItIs() throws {
    let plan = try plan("steps=4,8", "guidance=1,3")
    let record = plan.record(
      version: "1", files: [.init(column: 0, row: 0): "a.png", .init(column: 1, row: 1): "b.png"])
    #expect(record.x == .init(setting: "steps", values: ["4", "8"]))
    #expect(record.y == .init(setting: "guidance", values: ["1", "3"]))
    #expect(
      record.cells == [["a.png", nil], [nil, "b.png"]] && record.prompt == "a {red|blue} fox")
  }

  // MARK: The picture

  private func grey(_ width: Int, _ height: Int, _ value: UInt8) -> PixelImage {
    PixelImage(
      width: width, height: height, bytes: [UInt8](repeating: value, count: width * height * 3))
  }

  @Test func puttsPicturesWhereTheyBelong() throws {
    let plan = try plan("steps=4,8", "guidance=1,3")
    let sheet = plan.sheet(of: [
      .init(column: 1, row: 0): grey(64, 48, 100), .init(column: 0, row: 1): grey(32, 48, 110),
    ])
    func middle(_ column: Int, _ row: Int) -> UInt8 {
      let place = sheet.layout.place(column: column, row: row)
      let (x, y) = (place.x + place.width / 2, place.y + place.height / 2)
      return sheet.image.bytes[(y * sheet.image.width + x) * 3]
    }
    #expect(sheet.layout.cellWidth == 64 && sheet.layout.cellHeight == 48)
    // What is missing is a little lighter than the ground.
    #expect([middle(0, 0), middle(1, 0), middle(0, 1), middle(1, 1)] == [40, 100, 110, 40])
  }

  /// Large pictures are made smaller, so that no side is longer than was asked for.
  @Test(arguments: [8192, 1000, 300]) func staysWithinItsSize(longest: Int) throws {
    let plan = try plan("steps=1..20", "guidance=1,3")
    let layout = plan.layout(
      of: [.init(column: 0, row: 0): grey(1024, 512, 1)], longestSide: longest)
    let cell = min(1024, max(16, longest * 3 / 4 / 20))
    #expect(layout.cellWidth == cell && layout.cellHeight == max(16, cell / 2))
    if longest > 2000 { #expect(max(layout.width, layout.height) <= longest) }
  }
}
