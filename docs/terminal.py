#!/usr/bin/env python3
"""Draws docs/terminal.svg: what `aem-ims-lint check` shows on a terminal.

terminal.py BINARY            writes the picture
terminal.py BINARY --check    fails when the picture is not what the program shows now
"""

import html
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "terminal.svg"
# Seen from here the paths are short enough to be read in a picture.
PLACE = ROOT / "fixtures/demo/ui.config/src/main/content"
COMMAND = ["check", "jcr_root/apps/acme/config", "--isolated", "--color", "always"]
COLUMNS = 118
# What does not fit on a page is left out, and the picture says so.
LINES = 44
WIDTH, HEIGHT = 8.4, 19
COLOURS = {
    "31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#76e3ea",
    "91": "#ff7b72", "92": "#7ee787", "93": "#e3b341", "94": "#79c0ff", "95": "#d2a8ff", "96": "#76e3ea",
}


def cells(line):
    """The characters of a line, each with its style."""
    style, out = ("", False), []
    for part in re.split(r"(\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07))", line):
        if part.startswith("\x1b["):
            colour, bold = style
            for code in part[2:-1].split(";"):
                if code in ("", "0"):
                    colour, bold = "", False
                elif code == "1":
                    bold = True
                else:
                    colour = COLOURS.get(code, colour)
            style = (colour, bold)
        elif not part.startswith("\x1b]"):
            out += [(character, style) for character in part]
    return out


def wrapped(line):
    """The line in pieces that fit, broken at blanks where there are any."""
    while len(line) > COLUMNS:
        blanks = [i for i in range(40, COLUMNS) if line[i][0] == " "]
        end = blanks[-1] if blanks else COLUMNS
        yield line[:end]
        line = [(" ", ("", False))] * 4 + line[end:][1 if blanks else 0:]
    yield line


def drawn(line, row):
    spans, start = [], 0
    while start < len(line):
        end = start
        while end < len(line) and line[end][1] == line[start][1]:
            end += 1
        colour, bold = line[start][1]
        text = html.escape("".join(character for character, _ in line[start:end]))
        attributes = (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if bold else "")
        spans.append(f"<tspan{attributes}>{text}</tspan>" if attributes else text)
        start = end
    return f'<text x="16" y="{48 + row * HEIGHT}" xml:space="preserve">{"".join(spans)}</text>'


def main():
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    environment["COLUMNS"] = str(COLUMNS)
    binary = Path(sys.argv[1]).resolve()
    result = subprocess.run([binary, *COMMAND], cwd=PLACE, env=environment, capture_output=True, encoding="utf-8")
    if result.returncode != 1:
        sys.exit(f"terminal.py: the program ended with {result.returncode}, not 1\n{result.stderr}")
    prompt = [(c, ("#7ee787", True)) for c in "$ "] + [(c, ("", True)) for c in "aem-ims-lint check jcr_root/apps/acme/config"]
    shown = [piece for line in result.stdout.splitlines() for piece in wrapped(cells(line))]
    if len(shown) > LINES:
        total = shown[-1]
        shown = shown[:LINES] + [[("…", ("", False))], [], total]
    lines = [prompt, *shown]
    width, height = round(COLUMNS * WIDTH + 32), 48 + len(lines) * HEIGHT + 8
    picture = "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        "<title>aem-ims-lint on a terminal</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
        '<circle cx="20" cy="18" r="6" fill="#ff5f56"/><circle cx="40" cy="18" r="6" fill="#ffbd2e"/><circle cx="60" cy="18" r="6" fill="#27c93f"/>',
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14" fill="#e6edf3">',
        *(drawn(line, row) for row, line in enumerate(lines)),
        "</g>\n</svg>\n",
    ])
    if "--check" in sys.argv[2:]:
        if PICTURE.read_text(encoding="utf-8") != picture:
            sys.exit(f"{PICTURE.name} is not fresh: run docs/terminal.py {sys.argv[1]}")
    else:
        PICTURE.write_text(picture, encoding="utf-8")


main()
