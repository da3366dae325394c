import CTerminal

/// ncurses' picture of the screen, from which it knows what has to be sent.
///
/// One a process: ncurses and the signal handlers behind it are.
struct Canvas {
  private let imageFiller: Character

  /// - Parameter depth: Colours that the terminal has, whatever its description knows.
  /// - Throws: ``TerminalError`` if the terminal is not known.
  init(term: String, depth: ColorDepth?, columns: Int, rows: Int) throws(TerminalError) {
    // Debian's xterm calls itself xterm, of 8 colours, and has 256 like many that call themselves so.
    let isFine = [.trueColor, .palette256].contains(depth)
    let hasFine = term.contains("256color") || term.hasSuffix("-direct")
    for name in isFine && !hasFine ? ["\(term)-256color", term] : [term] {
      guard let reason = ct_canvas_open(name, Int32(rows), Int32(columns)) else {
        // Never looks like a blank to ncurses, which erases blanks by the row, pictures with them.
        imageFiller = ct_canvas_is_unicode() ? "\u{A0}" : " "
        return
      }
      if name == term {
        throw .unknownTerminal(name: term, reason: String(cString: reason))
      }
    }
    throw .unknownTerminal(name: term, reason: "it has no name")
  }

  /// How many the terminal's description knows; 0 for none.
  var colors: Int { Int(ct_canvas_colors()) }

  /// Bytes that leave the alternate screen and show the cursor.
  var farewell: [UInt8] {
    var bytes: UnsafePointer<UInt8>?
    let count = ct_canvas_farewell(&bytes)
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  func paint(_ surface: Surface, changedFrom other: Surface?, inks: Inks) {
    let runs = surface.runs(changedFrom: other, imageFiller: imageFiller)
    for run in runs {
      let attributes = inks.attributes(run.role).symmetricDifference(
        run.attributes.intersection(.reverse)
      )
      .union(run.attributes.subtracting(.reverse))
      ct_canvas_put(
        Int32(run.y), Int32(run.x), run.scalars, Int32(run.scalars.count),
        Int32(attributes.rawValue), inks.pair(run.role))
    }
    if let cursor = surface.cursor, surface.bounds.contains(x: cursor.x, y: cursor.y) {
      ct_canvas_cursor(Int32(cursor.y), Int32(cursor.x))
    } else {
      ct_canvas_cursor(-1, 0)
    }
    ct_canvas_update()
  }

  /// Bytes to send since the last call.
  func take() -> [UInt8] {
    var bytes: UnsafePointer<UInt8>?
    let count = ct_canvas_take(&bytes)
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  func forget() { ct_canvas_forget() }
  func resize(columns: Int, rows: Int) { ct_canvas_resize(Int32(rows), Int32(columns)) }
  func leave() { ct_canvas_leave() }
  func close() { ct_canvas_close() }
}
