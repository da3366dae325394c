import CTerminal
import Foundation

/// What is sent when: text first, one picture at a time, and only when the line is free.
extension Screen {
  /// Takes the screen as unknown.
  func forgetScreen() {
    canvas.forget()
    painted = nil
    // Cells are erased with everything else; pictures with names are not.
    output.append(erasing(wall.forget().filter { $0.picture.id != nil }))
    forgetOrders()
    isDirty = true
  }

  func forgetOrders() {
    generation += 1
    ordered = []
    kept = []
    workshop.keep([], generation: generation)
  }

  /// Does the next thing the line is free for.
  func advance() {
    guard isOpen else { return }
    output.pump()
    noteWritten()
    if output.isEmpty, isDirty { present() }
    if output.isEmpty, pacer.isIdle, !isDirty { sendPicture() }
    ct_guard_watch_output(!output.isEmpty)
    if output.isBroken { stopRequest = stopRequest ?? .hangUp }
  }

  private func noteWritten() {
    guard isSendingPicture, output.isEmpty else { return }
    isSendingPicture = false
    pacer.written(at: .now)
  }

  /// Sends the text of the newest surface and takes away pictures that have no place on it.
  private func present() {
    // After a resize the next surface has the new size; until then nothing fits.
    guard let surface, surface.width == columns, surface.height == rows else { return }
    isDirty = false
    let visible = PictureWall.visible(on: surface, columns: columns, rows: rows)
    let areas = visible.map(\.area)
    let gone = wall.retire(keeping: areas)
    for standing in gone where standing.picture.id == nil {
      kept = kept.suffix(Self.keptPictures - 1) + [standing]
    }
    let erased = erasing(gone)
    canvas.paint(surface, changedFrom: painted, inks: inks)
    painted = surface
    let text = inks.rewrite(canvas.take())
    if !erased.isEmpty || !text.isEmpty {
      output.append(synchronized(erased + text))
      output.pump()
    }
    workshop.keep(areas, generation: generation)
    ordered.removeAll { !areas.contains($0.area) }
    if !isProbing { order(visible) }
  }

  /// Has pictures encoded that are not shown yet.
  private func order(_ visible: [ImagePlacement]) {
    guard let encoder = capabilities.encoder else { return }
    for placement in visible {
      func isSame(_ imageID: UInt64, _ isPassing: Bool) -> Bool {
        imageID == placement.image.id && isPassing == placement.isPassing
      }
      if let standing = wall[placement.area], isSame(standing.imageID, standing.isPassing) {
        continue
      }
      if ordered.contains(where: {
        $0.area == placement.area && isSame($0.imageID, $0.isPassing)
      }) {
        continue
      }
      if let index = kept.firstIndex(where: {
        $0.area == placement.area && isSame($0.imageID, $0.isPassing)
      }), pacer.isIdle, output.isEmpty {
        send(kept.remove(at: index).picture, for: placement)
        continue
      }
      ordered.removeAll { $0.area == placement.area }
      ordered.append((placement.area, placement.image.id, placement.isPassing))
      let offer = pacer.offer(placement)
      lastPictureID += 1
      workshop.order(
        PictureWorkshop.Order(
          placement: placement, encoder: encoder, qualities: offer.qualities,
          mostBytes: offer.mostBytes, id: lastPictureID, generation: generation))
    }
  }

  /// Sends one picture that is ready, or a standing one that the terminal is about to forget.
  private func sendPicture() {
    guard let painted else { return }
    let visible = PictureWall.visible(on: painted, columns: columns, rows: rows)
    guard let result = workshop.take(visible.map(\.area)) else { return }
    guard result.order.generation == generation else { return }
    send(result.picture, for: result.order.placement)
  }

  private func send(_ picture: EncodedPicture, for placement: ImagePlacement) {
    var bytes: [UInt8] = []
    if case .sixel = capabilities.graphics {
      while let endangered = wall.endangered, endangered.area != placement.area {
        bytes += endangered.drawing(on: inks.ground(.image))
        wall.repeated(endangered.area)
      }
    }
    let before = wall.put(picture, for: placement)
    guard let now = wall[placement.area] else { return }
    if let before, before.picture.id == nil, before.cells != now.cells {
      bytes += erasing([before])
    }
    bytes += now.drawing(on: inks.ground(.image))
    if let id = before?.picture.id { bytes += KittyEncoder.delete(id: id) }
    pacer.began(bytes: bytes.count, isPassing: placement.isPassing, at: .now)
    isSendingPicture = true
    output.append(synchronized(bytes) + Array("\u{1B}[5n".utf8))
    output.pump()
    lastTraffic.width = picture.width
    lastTraffic.height = picture.height
    lastTraffic.colors = picture.colors
    lastTraffic.bytes = picture.byteCount
    lastTraffic.sent += 1
    noteWritten()
  }

  func erasing(_ gone: [PictureWall.Standing]) -> [UInt8] {
    gone.flatMap { $0.erasing(on: inks.ground(.image), columns: columns, rows: rows) }
  }

  private func synchronized(_ bytes: [UInt8]) -> [UInt8] {
    guard capabilities.isSynchronized else { return bytes }
    return Array("\u{1B}[?2026h".utf8) + bytes + Array("\u{1B}[?2026l".utf8)
  }
}
