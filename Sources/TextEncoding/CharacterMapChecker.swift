/// Checks a normalisation table, `precompiled_charsmap`, before the library walks through it.
///
/// The table is the size of a trie in bytes, the trie, and replacement texts that end in zero bytes.
/// The trie is a double array of 32-bit units (darts-clone): a state is a base index, and byte `b`
/// leads from it to the unit at `base ^ b` if that carries the label `b`. The library checks no
/// index and has room for 32 matches along one way.
struct CharacterMapChecker {
  private static let mostMatches = 32
  private static let longestReplacement = 256

  private let units: [UInt32]
  private let texts: ArraySlice<UInt8>

  /// - Throws: `Damage` if walking through the table could leave it.
  static func check(_ map: ArraySlice<UInt8>) throws(SentencePieceFile.Damage) {
    let checker = try CharacterMapChecker(map)
    try checker.checkReplacements()
    try checker.checkMatches()
  }

  private init(_ map: ArraySlice<UInt8>) throws(SentencePieceFile.Damage) {
    let size = Int(map.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    guard size > 0, size % 4 == 0, size < map.count - 4 else {
      throw SentencePieceFile.Damage("its normalisation table is cut off")
    }
    let trie = map.dropFirst(4).prefix(size)
    units = stride(from: trie.startIndex, to: trie.endIndex, by: 4).map { start in
      trie[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    texts = map.dropFirst(4 + size)
    guard texts.last == 0 else {
      throw SentencePieceFile.Damage("its replacement texts do not end")
    }
  }

  /// Units with the highest bit set are values, which no byte leads to.
  private func isState(_ index: Int) -> Bool { units[index] >> 31 == 0 }

  private func label(_ index: Int) -> Int { Int(units[index] & 0xFF) }

  private func hasMatch(_ index: Int) -> Bool { units[index] >> 8 & 1 == 1 }

  /// The state to which a unit leads.
  private func base(_ index: Int) -> Int {
    let unit = units[index]
    return index ^ Int((unit >> 10) << ((unit & 0x200) >> 6))
  }

  private func checkReplacements() throws(SentencePieceFile.Damage) {
    guard isState(0) else { throw SentencePieceFile.Damage("its normalisation table has no root") }
    for index in units.indices where isState(index) {
      guard base(index) | 0xFF < units.count else {
        throw SentencePieceFile.Damage("its normalisation table leads out of itself")
      }
      if hasMatch(index) { try checkReplacement(Int(units[base(index)] & 0x7FFF_FFFF)) }
    }
  }

  private func checkReplacement(_ offset: Int) throws(SentencePieceFile.Damage) {
    guard offset < texts.count else {
      throw SentencePieceFile.Damage("its normalisation table names a text that is not there")
    }
    let text = texts.dropFirst(offset).prefix(Self.longestReplacement).prefix { $0 != 0 }
    guard text.count < Self.longestReplacement, String(validating: text, as: UTF8.self) != nil
    else {
      throw SentencePieceFile.Damage("a replacement text is malformed")
    }
  }

  /// No way from the root may pass more matches than the library has room for.
  private func checkMatches() throws(SentencePieceFile.Damage) {
    // Every unit belongs to one state: the one from which its own label leads to it.
    var unitsOfState = [Int: [Int]](minimumCapacity: units.count)
    for index in units.indices where isState(index) {
      unitsOfState[index ^ label(index), default: []].append(index)
    }
    var most = [base(0): 0]
    var open = [base(0)]
    while let state = open.popLast() {
      let matches = most[state, default: 0]
      for unit in unitsOfState[state, default: []] {
        let reached = matches + (hasMatch(unit) ? 1 : 0)
        guard reached <= Self.mostMatches else {
          throw SentencePieceFile.Damage("its normalisation table goes round in circles")
        }
        if reached > most[base(unit), default: -1] {
          most[base(unit)] = reached
          open.append(base(unit))
        }
      }
    }
  }
}
