#!/usr/bin/env python3
"""Makes the glyphs that sheets are labelled with out of an X11 bitmap font.

    apt-get download xfonts-base && dpkg-deb -x xfonts-base_*.deb x
    Scripts/font.py x/usr/share/fonts/X11/misc/9x15.pcf.gz Sources/Gallery/Resources/fixed9x15.glyphs

The font 9x15 of X11 (misc-fixed, by Markus Kuhn and others) says of itself: "Public domain font.
Share and enjoy." The result has, in the order of code points, for each glyph two bytes of its code
point, the lower first, and 17 bytes with 15 rows of 9 pixels, the leftmost pixel in the highest bit.
"""

import gzip
import struct
import sys

WIDTH, HEIGHT = 9, 15
WANTED = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x1E00, 0x1EFF),
    (0x2010, 0x2027), (0x2030, 0x205E), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F),
    (0x2190, 0x21FF), (0x2200, 0x22FF), (0x25A0, 0x25FF), (0x2605, 0x2606), (0x266A, 0x266F),
]


def table(font, kind):
    """The bytes of a table of a PCF file, from its format word on, and the order of its words."""
    for index in range(struct.unpack_from("<I", font, 4)[0]):
        found, _, size, offset = struct.unpack_from("<4I", font, 8 + 16 * index)
        if found == kind:
            data = font[offset : offset + size]
            return data, ">" if struct.unpack_from("<I", data)[0] & 4 else "<"
    sys.exit(f"The font has no table {kind}.")


def notice(font):
    data, order = table(font, 1)
    count = struct.unpack_from(order + "I", data, 4)[0]
    start = 8 + 9 * count + (-count & 3)
    texts = data[start + 4 :]
    for index in range(count):
        name, is_text, value = struct.unpack_from(order + "IBI", data, 8 + 9 * index)
        if is_text and texts[name:].split(b"\0")[0] == b"COPYRIGHT":
            return texts[value:].split(b"\0")[0].decode()
    return "nothing"


def metrics(font):
    """Left bearing, width, ascent of every glyph."""
    data, order = table(font, 4)
    if struct.unpack_from("<I", data)[0] & 0x100:
        count = struct.unpack_from(order + "H", data, 4)[0]
        rows = (struct.unpack_from("5B", data, 6 + 5 * index) for index in range(count))
        return [(left - 0x80, right - left, ascent - 0x80, ascent + descent - 0x100)
                for left, right, _, ascent, descent in rows]
    count = struct.unpack_from(order + "I", data, 4)[0]
    rows = (struct.unpack_from(order + "5hH", data, 8 + 12 * index) for index in range(count))
    return [(left, right - left, ascent, ascent + descent)
            for left, right, _, ascent, descent, _ in rows]


def encodings(font):
    data, order = table(font, 32)
    low, high, first, last, _ = struct.unpack_from(order + "5H", data, 4)
    columns = high - low + 1
    places = {}
    for row in range(first, last + 1):
        for column in range(low, high + 1):
            index = (row - first) * columns + column - low
            glyph = struct.unpack_from(order + "H", data, 14 + 2 * index)[0]
            if glyph != 0xFFFF:
                places[row << 8 | column] = glyph
    return places


def bitmaps(font):
    """Where each glyph's rows begin, the bytes of a row's padding, whether bits go from the left."""
    data, order = table(font, 8)
    kind, count = struct.unpack_from("<I", data)[0], struct.unpack_from(order + "I", data, 4)[0]
    starts = struct.unpack_from(f"{order}{count}I", data, 8)
    if kind >> 4 & 3:
        sys.exit("The font's bits come in words; only bytes are read here.")
    return data[8 + 4 * count + 16 :], starts, 1 << (kind & 3), bool(kind & 8)


def main():
    with gzip.open(sys.argv[1]) as file:
        font = file.read()
    if "Public domain" not in notice(font):
        sys.exit(f"The font says of its rights: {notice(font)}")
    ascent = struct.unpack_from(table(font, 2)[1] + "i", table(font, 2)[0], 12)[0]
    sizes, places = metrics(font), encodings(font)
    pixels, starts, padding, from_left = bitmaps(font)
    result, count = bytearray(), 0
    for code in (code for first, last in WANTED for code in range(first, last + 1)):
        if code not in places:
            continue
        glyph = places[code]
        left, width, up, height = sizes[glyph]
        stride = -(-width // (8 * padding)) * padding
        bits = 0
        for y in range(HEIGHT):
            for x in range(WIDTH):
                row, column = y - (ascent - up), x - left
                isset = 0
                if 0 <= row < height and 0 <= column < width:
                    byte = pixels[starts[glyph] + row * stride + column // 8]
                    isset = byte >> (7 - column % 8 if from_left else column % 8) & 1
                bits = bits << 1 | isset
        result += struct.pack("<H", code) + (bits << 1).to_bytes(17, "big")
        count += 1
    with open(sys.argv[2], "wb") as file:
        file.write(result)
    print(f"{count} glyphs, {len(result)} bytes; the font says: {notice(font)}")


if __name__ == "__main__":
    main()
