import Tensors

/// Part of a picture or of latents, `[channels, height, width]`: between whole arrays and tensors.
struct PixelMap {
  let channels: Int
  let height: Int
  let width: Int
  var values: [Float]

  init(channels: Int, height: Int, width: Int, values: [Float]) {
    precondition(values.count == channels * height * width)
    self.channels = channels
    self.height = height
    self.width = width
    self.values = values
  }

  /// Zeros.
  init(channels: Int, height: Int, width: Int) {
    self.init(
      channels: channels, height: height, width: width,
      values: [Float](repeating: 0, count: channels * height * width))
  }

  /// - Parameter x: `[height, width, channels]`.
  init(_ x: borrowing Tensor) {
    let (height, width, channels) = (x.shape[0], x.shape[1], x.shape[2])
    let source = x.values
    let pixels = height * width
    self.init(channels: channels, height: height, width: width)
    for channel in 0..<channels {
      for pixel in 0..<pixels {
        values[channel * pixels + pixel] = source[pixel * channels + channel]
      }
    }
  }

  init(_ picture: Picture) {
    self.init(channels: 3, height: picture.height, width: picture.width, values: picture.values)
  }

  /// One of several latents.
  init(_ latents: Latents, index: Int) {
    let count = latents.channels * latents.height * latents.width
    self.init(
      channels: latents.channels, height: latents.height, width: latents.width,
      values: Array(latents.values[index * count..<(index + 1) * count]))
  }

  /// A part as `[rows, columns, channels]`; ranges are cut at the edge.
  func tensor(rows: Range<Int>, columns: Range<Int>) -> Tensor {
    let rows = rows.clamped(to: 0..<height)
    let columns = columns.clamped(to: 0..<width)
    var part = [Float]()
    part.reserveCapacity(rows.count * columns.count * channels)
    for row in rows {
      for column in columns {
        for channel in 0..<channels {
          part.append(values[(channel * height + row) * width + column])
        }
      }
    }
    return Tensor([rows.count, columns.count, channels], values: part)
  }

  /// All of it as `[height, width, channels]`.
  var tensor: Tensor { tensor(rows: 0..<height, columns: 0..<width) }
}
