import Testing

@testable import TextEncoding

@Suite struct HTMLTextTests {
  /// Printed by BeautifulSoup 4.15 with `html.parser` of Python 3.11.
  @Test(arguments: [
    ("", ""), ("a<b>c</b>d", "acd"), ("<p>one</p>\n\n<p>two</p>", "one\ntwo"),
    ("<script>x<b></script>y", "y"), ("<SCRIPT>a</Script >b", "b"), ("<script>never closed", ""),
    ("<style>p{}</style>z", "z"), ("<template>t<b>u</b></template>v", "v"),
    ("<ruby>k<rp>(</rp><rt>r</rt><rp>)</rp></ruby>", "k"), ("x<!-- a > b -->y", "xy"),
    ("<!---->x", "x"), ("x<!doctype html>y", "xy"), ("x<?php echo ?>y", "xy"),
    ("<![CDATA[data]]>!", "data!"), ("<![if x]>in<![endif]>", "in"),
    ("<br/>a<br>b</br>c", "abc"), ("<pre>   </pre>|<b>   </b>", "   | "),
    ("<textarea> \t </textarea>", " \t "),
  ])
  func leavesOutMarkup(source: String, want: String) {
    expectScalars(extract(source), want, source)
  }

  /// Likewise, for markup that is none or that does not end.
  @Test(arguments: [
    ("i <3 you", "i <3 you"), ("a < b > c", "a < b > c"), ("a<b", "a<b"), ("x <", "x <"),
    ("<a href='x>y'>z</a>", "z"), ("<a href='x>z", "<a href='x>z"), ("</>a</ b>c</1>d", "acd"),
    ("<a\"b'>c", "c"), ("<img alt='a>b'/>c", "c"), ("<a b==c d = 'e'f>g", "g"),
    ("a <!-- b", "a <!-- b"),
  ])
  func forgives(source: String, want: String) {
    expectScalars(extract(source), want, source)
  }

  /// Likewise; html.parser drops an ampersand before a single letter at the end.
  @Test(arguments: [
    ("AT&T", "ATT"), ("R&D ", "R&D "),
    ("&eacute; &Eacute &notit; &foo; &amp", "é É &notit &foo &amp"),
    ("&#39;&#x27;&#150;&#0;&#xd800;", "''–\u{FFFD}\u{FFFD}"), ("&#39", "&#39"),
    ("&#; <b>x</b>", "&#; x"), ("a &#; &#; <b>x</b>", "a &#; &#; <b>x</b>"),
  ])
  func resolvesReferences(source: String, want: String) {
    expectScalars(extract(source), want, source)
  }

  private func extract(_ source: String) -> String {
    HTMLText.extract(from: ScalarText(source)).string
  }
}

@Suite struct HTMLEntitiesTests {
  /// Printed by `html.unescape` of Python 3.11.
  @Test(arguments: [
    ("&lt;&gt", "<>"), ("&notit;", "¬it;"), ("&notin;", "∉"), ("&amp;amp;", "&amp;"),
    ("&ampx", "&x"), ("&CounterClockwiseContourIntegral;", "∳"), ("&bne;", "=\u{20E5}"),
    ("&#128;&#x110000;&#xFFFE;&#1;", "€\u{FFFD}"), ("&;&#;&#x;", "&;&#;&#x;"),
    ("&nosuch;", "&nosuch;"), ("&#99999999999999999999;", "\u{FFFD}"),
  ])
  func unescapes(source: String, want: String) {
    expectScalars(HTMLEntities.unescape(ScalarText(source)).string, want, source)
  }

  /// 2125 names in the standard; a few from its ends and its middle.
  @Test func knowsTheNames() {
    #expect(HTMLEntities.list.split(whereSeparator: \.isWhitespace).count == 2125)
    for (name, want) in [
      ("AElig", "Æ"), ("hellip", "…"), ("NotEqualTilde", "≂̸"), ("zwnj", "\u{200C}"),
    ] {
      expectScalars(HTMLEntities.named(name)?.string ?? "nothing", want, name)
    }
  }
}
