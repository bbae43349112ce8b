"""Subset Noto Sans Regular and Bold, and add the signs that it lacks.

Usage: python3 subset.py [FOLDER OF THE NOTO FONTS]
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

NOTO = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/noto")
KEPT = (
    "20-7E A0-24F 2BC 2C6-2DD 300-304 306-30C 370-3FF 400-52F 1E00-1EFF 2009 2010-2015 2018-201E 2020-2022 2026 202F "
    "2030 2032 2033 2039 203A 2044 2070-209C 20A0-20BF 2116 2122 FFFD"
)
FROM_MATH = [0x2190, 0x2191, 0x2192, 0x2193, 0x221E, 0x2248, 0x2260]
# How far < and > are lifted to make room for the bar of ≤ and ≥, and the gap between, in bars.
LIFT, GAP = 60, 0.6


def code_points(ranges):
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def polygon(pen, points):
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()


def bar(pen, left, bottom, right, top):
    polygon(pen, [(left, bottom), (left, top), (right, top), (right, bottom)])


def signs(font):
    """Minus, less-or-equal and greater-or-equal, from the font's own plus, less and greater."""
    glyphs, names = font["glyf"], font.getBestCmap()
    advance = font["hmtx"][names[ord("+")]][0]
    plus = glyphs[names[ord("+")]].coordinates
    xs, ys = sorted({x for x, _ in plus}), sorted({y for _, y in plus})
    left, right, low, high = xs[0], xs[-1], ys[1], ys[2]
    pen = TTGlyphPen(None)
    bar(pen, left, low, right, high)
    yield 0x2212, pen.glyph(), advance
    for code, base in ((0x2264, "<"), (0x2265, ">")):
        points = [(x, y + LIFT) for x, y in glyphs[names[ord(base)]].coordinates]
        top = round(min(y for _, y in points) - GAP * (high - low))
        pen = TTGlyphPen(None)
        polygon(pen, points)
        bar(pen, left, top - (high - low), right, top)
        yield code, pen.glyph(), advance


def math_signs():
    font = TTFont(NOTO / "NotoSansMath-Regular.ttf")
    names, outlines = font.getBestCmap(), font.getGlyphSet()
    for code in FROM_MATH:
        record, pen = DecomposingRecordingPen(outlines), TTGlyphPen(None)
        outlines[names[code]].draw(record)
        record.replay(pen)
        yield code, pen.glyph(), font["hmtx"][names[code]][0]


def build(face):
    options = subset.Options(
        layout_features=["kern", "mark", "mkmk", "ccmp"], hinting=False, name_IDs=["*"], notdef_outline=True, recalc_timestamp=False
    )
    font = subset.load_font(NOTO / f"NotoSans-{face}.ttf", options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=code_points(KEPT))
    subsetter.subset(font)
    # A file of its own before glyphs are added: the subset's tables are compiled once.
    out = Path(__file__).with_name(f"NotoSans-{face}.ttf")
    subset.save_font(font, out, options)
    font = TTFont(out, recalcTimestamp=False)
    order = list(font.getGlyphOrder())
    for code, glyph, advance in [*signs(font), *math_signs()]:
        name = f"uni{code:04X}"
        order.append(name)
        font["glyf"].glyphs[name] = glyph
        glyph.recalcBounds(font["glyf"])
        font["hmtx"].metrics[name] = (advance, glyph.xMin)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[code] = name
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order
    font["maxp"].numGlyphs = len(order)
    font.save(out)


for face in ("Regular", "Bold"):
    build(face)
