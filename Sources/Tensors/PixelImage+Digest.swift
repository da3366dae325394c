extension PixelImage {
  /// Tells this picture from other ones, in whatever file it is: 16 hexadecimal digits.
  public var digest: String {
    var hash = SHA256()
    hash.add("\(width)x\(height)\n")
    hash.add(bytes)
    return String(hash.hexadecimal.prefix(16))
  }
}
