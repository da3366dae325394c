import Foundation

/// What the kernel knows of a terminal's window; 0 where it was never told.
public struct WindowSize: Sendable, Equatable {
  public var columns: Int
  public var rows: Int
  /// Pixels of the whole window; some terminals count their border.
  public var width: Int
  public var height: Int

  public init(columns: Int, rows: Int, width: Int = 0, height: Int = 0) {
    self.columns = columns
    self.rows = rows
    self.width = width
    self.height = height
  }

  /// `nil` if the descriptor is not a terminal's.
  public init?(of descriptor: Int32) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return nil }
    self.init(
      columns: Int(size.ws_col), rows: Int(size.ws_row), width: Int(size.ws_xpixel),
      height: Int(size.ws_ypixel))
  }
}
