import Tensors
import Testing

@Suite struct SHA256Tests {
  /// Examples of FIPS 180-4, and lengths around a block's end as `sha256sum` gives them.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 55),
      "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"
    ),
    (
      String(repeating: "a", count: 56),
      "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"
    ),
    (
      String(repeating: "a", count: 63),
      "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"
    ),
    (
      String(repeating: "a", count: 64),
      "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"
    ),
    (
      String(repeating: "a", count: 1000),
      "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"
    ),
  ]) func hashesTexts(text: String, expected: String) {
    var whole = SHA256()
    whole.add(text)
    #expect(whole.hexadecimal == expected)
    // However it is cut.
    var pieces = SHA256()
    var rest = Array(text.utf8)[...]
    var size = 1
    while !rest.isEmpty {
      pieces.add(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      size += 1
    }
    #expect(pieces.hexadecimal == expected)
  }

  /// The lowest byte first: 1 is 00 00 80 3f.
  @Test func hashesFloats() {
    var floats = SHA256()
    floats.add([1, -0.5] as [Float])
    var bytes = SHA256()
    bytes.add([0, 0, 0x80, 0x3f, 0, 0, 0, 0xbf] as [UInt8])
    #expect(floats.hexadecimal == bytes.hexadecimal)
  }
}
