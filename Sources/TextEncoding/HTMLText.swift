/// The text of an HTML fragment.
enum HTMLText {
  /// What BeautifulSoup with Python's `html.parser` takes for the text of a fragment.
  ///
  /// Markup, comments, declarations, and the contents of script, style, template, rt and rp go;
  /// references are resolved. Anything is a valid fragment. Where `html.parser` (3.11) gives up with
  /// an exception, at an unknown marked section, that section is dropped.
  static func extract(from source: ScalarText) -> ScalarText {
    guard source.contains(where: { $0 == "<" || $0 == "&" }) else {
      var collector = HTMLTextCollector()
      collector.append(source[...])
      return source.isEmpty ? [] : collector.finish()
    }
    var parser = HTMLTextParser(source)
    return parser.parse()
  }
}
