import Foundation
import Studio
import Testing

/// What is written about keys is what the table says; `make documents` writes it.
@Suite struct DocumentTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test(arguments: [
    ("README.md", ActionTable.markdown), ("Documentation/pixart.1", ActionTable.manual),
  ])
  func holdsTheTable(_ path: String, _ table: String) throws {
    let text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    #expect(text.contains(table), "\(path) is not what the table says: make documents")
  }

  /// A key that means two things in one place would do the first only.
  @Test func givesEachKeyOneMeaning() {
    for scope in Action.Scope.allCases {
      let keys = ActionTable.actions.filter { $0.scope == scope }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(scope)")
    }
  }

  @Test func namesEveryAction() {
    let named = Set(ActionTable.actions.map(\.id))
    for id in ActionID.allCases { #expect(named.contains(id), "\(id) is in no table") }
  }
}
