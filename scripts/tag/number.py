#!/usr/bin/env python3
"""Print articles with line numbers, as tagging by hand needs them.

A tag names a place as [line, "exact substring", occurrence]; this prints the
lines with their numbers and leaves out the blank ones. A line ends at "\\n"
only. Characters that look like something else are made visible on request.
"""
import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from resolve import articles  # noqa: E402

HIDDEN = {"\r": "␍", "\u00a0": "␣", "\u202f": "␣", "\u2009": "␣", "\u200b": "�", "\t": "␉"}


def shown(line, hidden):
    """The line as it is printed."""
    if not hidden:
        return line.rstrip("\r")
    out = []
    for c in line:
        if "\u0300" <= c <= "\u036f":
            c = f"{{U+{ord(c):04X}}}"
        out.append(HIDDEN.get(c, c))
    return "".join(out)


def main():
    p = argparse.ArgumentParser(description="Print articles with line numbers for tagging by hand.")
    p.add_argument("input", nargs="+", type=Path, help="a .txt file, a .jsonl file or a folder of them")
    p.add_argument("--only", nargs="+", metavar="ID", default=[], help="only these articles")
    p.add_argument("--hidden", action="store_true",
                   help="show carriage returns, no-break spaces, tabs and combining marks")
    args = p.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    for path in args.input:
        for article in articles(path):
            if args.only and article["id"] not in args.only:
                continue
            print("=====", article["id"])
            for number, line in enumerate(article["text"].split("\n"), 1):
                if line.strip():
                    print(f"{number}: {shown(line, args.hidden)}")


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.stderr.close()
