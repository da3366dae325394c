#!/usr/bin/env python3
"""Draws the table that bench-peers.py prints as bars: seconds, each work in a scale of its own.

    python3 Scripts/speed-chart.py Documentation/speed-table.md Documentation/speed.svg
"""
import pathlib
import sys

NAMES = {
    "torch-fp32": "PyTorch fp32", "torch-bf16": "PyTorch bf16", "openvino-bf16": "OpenVINO bf16",
    "openvino-int8": "OpenVINO INT8",
}
WIDTH, LABEL, BAR, ROW, GAP = 760, 150, 520, 18, 34


def works(lines):
    """Seconds by side, for each kind of work; the slowest side first."""
    table = {}
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 6 or not cells[1].startswith("pixart "):
            continue
        sides = table.setdefault(cells[0], {})
        for name, figure in [(cells[3], cells[4]), (cells[1], cells[2])]:
            sides[name] = float(figure.split(" s")[0])
    return {work: sorted(sides.items(), key=lambda side: -side[1]) for work, sides in table.items()}


def main(source, target):
    table = works(pathlib.Path(source).read_text().splitlines())
    parts, y = [], 10
    for work, sides in table.items():
        most = max(seconds for _, seconds in sides)
        parts.append(f'<text x="10" y="{y + 12}" class="work">{work}</text>')
        y += 20
        for name, seconds in sides:
            kind = "ours" if name.startswith("pixart") else "peer"
            width = max(1, round(BAR * seconds / most))
            parts.append(f'<text x="{LABEL - 8}" y="{y + 12}" class="name">{NAMES.get(name, name)}</text>')
            parts.append(f'<rect x="{LABEL}" y="{y + 1}" width="{width}" height="{ROW - 4}" class="{kind}"/>')
            parts.append(f'<text x="{LABEL + width + 6}" y="{y + 12}">{seconds:.2f} s</text>')
            y += ROW
        y += GAP - ROW
    style = (
        "text{font:12px sans-serif;fill:#222}.work{font-weight:bold}.name{text-anchor:end}"
        ".ours{fill:#2f7d4f}.peer{fill:#b8bec6}")
    pathlib.Path(target).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}">'
        f'<style>{style}</style><rect width="{WIDTH}" height="{y}" fill="#fff"/>' + "".join(parts) + "</svg>\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
