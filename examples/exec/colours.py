"""Tells the colours of pictures. Needs nothing but Python 3, so it reads PNG files itself.

It is a program for the step `exec`: a line of JSON comes in for each picture, and a line goes out. Run it by hand:

    echo '{"id":"1","image":{"path":"picture.png"},"facts":{}}' | python3 examples/exec/colours.py
"""

import argparse
import colorsys
import json
import struct
import sys
import zlib

NAMES = ["red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"]
# Where each name ends on the circle of hues, in degrees; what is behind the last is red again.
ENDS = [15, 45, 70, 160, 200, 255, 290, 345]


def pixels_of(path):
    """Width, height and rows of (red, green, blue) of a PNG with 8 bits a sample, without interlacing."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("it is no PNG; set `format: png`")
    place, packed = 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        chunk = data[place + 8 : place + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunk)
        elif kind == b"IDAT":
            packed += chunk
        place += 12 + size
    if depth != 8 or interlaced or colour not in (0, 2, 4, 6):
        raise ValueError("it is a PNG of a kind that this program does not read")
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    return width, height, [rgb(row, channels) for row in rows_of(zlib.decompress(packed), width * channels, channels)]


def rows_of(raw, length, step):
    """Rows of bytes with the filters of PNG undone."""
    before = bytearray(length)
    for start in range(0, len(raw), length + 1):
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + length])
        for at in range(length) if kind else ():
            left = row[at - step] if at >= step else 0
            above = before[at]
            corner = before[at - step] if at >= step else 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = above
            elif kind == 3:
                guess = (left + above) // 2
            else:
                base = left + above - corner
                guess = min((abs(base - left), 0, left), (abs(base - above), 1, above), (abs(base - corner), 2, corner))[2]
            row[at] = (row[at] + guess) & 255
        before = row
        yield row


def rgb(row, channels):
    return [(row[at],) * 3 if channels < 3 else tuple(row[at : at + 3]) for at in range(0, len(row), channels)]


def colours_of(path):
    """Brightness from 0 to 255, saturation from 0 to 1, and the name of the hue that most coloured pixels have."""
    width, height, rows = pixels_of(path)
    light, full, votes = 0.0, 0.0, dict.fromkeys(NAMES, 0)
    for row in rows:
        for red, green, blue in row:
            hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
            light += 0.2126 * red + 0.7152 * green + 0.0722 * blue
            full += saturation
            if saturation > 0.25 and value > 0.2:
                degrees = hue * 360
                votes[next((name for name, end in zip(NAMES, ENDS) if degrees < end), "red")] += 1
    count = width * height
    best = max(NAMES, key=lambda name: votes[name])
    named = best if votes[best] > count / 20 else "grey"
    return {"colour": named, "light": round(light / count, 1), "saturation": round(full / count, 3)}


def answer_to(path, darkest):
    facts = colours_of(path)
    if facts["light"] < darkest:
        return {"drop": "too_dark", "detail": f"Its mean brightness is {facts['light']}, below {darkest}"}
    return {"keep": True, "facts": facts}


def main():
    options = argparse.ArgumentParser(description="Tells the colours of pictures, a line of JSON each.")
    options.add_argument("--darkest", type=float, default=0, help="pictures below this brightness are dropped, 0 to 255")
    darkest = options.parse_args().darkest
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = answer_to(asked["image"]["path"], darkest)
        except (ValueError, zlib.error, struct.error) as trouble:
            answer = {"reject": "no_colours", "detail": f"Cannot tell the colours: {trouble}"}
        print(json.dumps({"id": asked["id"], **answer}), flush=True)


main()
