/// How many insertions, deletions and replacements of bytes turn one text into the other.
package func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a.utf8), Array(b.utf8))
  var row = Array(0...b.count)
  for (i, left) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in b.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (left == right ? 0 : 1))
      diagonal = above
    }
  }
  return row[b.count]
}

/// The candidate with the fewest edits, if it is close.
package func closest(to name: String, among candidates: some Sequence<String>) -> String? {
  let allowed = max(2, name.utf8.count / 3)
  let similar = candidates.filter { abs($0.utf8.count - name.utf8.count) <= min(8, allowed) }
  let best = similar.map { (editDistance($0, name), $0) }.min { $0 < $1 }
  return best.flatMap { $0.0 <= allowed ? $0.1 : nil }
}
