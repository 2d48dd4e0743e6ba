#!/usr/bin/env python3
"""Scores quotes and speakers on development files: the tables of docs/quotes.md.

    python3 scripts/score_quotes.py --gold GOLD [--program target/release/copydesk] [--model models/copydesk] [--beside NAME=FOLDER]…

Annotates each file in its own scheme and compares it with itself by `copydesk evaluate`; prints Markdown: F1 with its 95 % interval.
--beside adds the rows of other predictions, records in FOLDER/NAME.jsonl for each file NAME (those of an older version of the program,
or of scripts/train/taggers.py).
"""
import argparse
import json
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# file, scheme that it is read in, arguments of evaluate, which of its articles
ROWS = [
    ("wikinews.dev", "copydesk", [], ""),
    ("corpus/gold", "copydesk", [], ""),
    ("polnear.dev", "polnear", ["--quotes", "speech"], ""),
    ("gum.dev", "ontogum", ["--quotes", "speech"], "_news_"),
    ("litbank.dev", "litbank", [], ""),
]
# key of evaluate, heading
COLUMNS = [("overlap", "content, characters"), ("exact", "content exact"), ("direct.exact", "direct"), ("mixed.exact", "mixed"),
           ("cue", "cue"), ("speaker.span", "speaker exact"), ("speaker.span.found", "of found"),
           ("speaker.overlap.found", "overlap, of found"), ("speaker.chain.found", "chain, of found")]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--program", default=str(ROOT / "target/release/copydesk"))
    p.add_argument("--model", default=str(ROOT / "models/copydesk"))
    p.add_argument("--beside", action="append", default=[], metavar="NAME=FOLDER")
    o = p.parse_args()
    print("| gold | quotes | by |" + "".join(f" {heading} |" for _, heading in COLUMNS))
    print("| --- | ---: | --- |" + " ---: |" * len(COLUMNS))
    for name, scheme, arguments, part in ROWS:
        source = ROOT / "corpus/gold.jsonl" if name == "corpus/gold" else o.gold / f"{name}.jsonl"
        with tempfile.TemporaryDirectory() as folder:
            gold, run = Path(folder) / "gold.jsonl", Path(folder) / "run"
            lines = [l for l in source.read_text(encoding="utf-8").splitlines() if part in json.loads(l)["id"]]
            gold.write_text("\n".join(lines) + "\n", encoding="utf-8")
            subprocess.run([o.program, "annotate", gold, "--model", o.model, "--scheme", scheme, "--quiet", "-o", run], check=True)
            others = [(b.split("=", 1)[0], Path(b.split("=", 1)[1]) / f"{name.replace('/', '.')}.jsonl") for b in o.beside]
            for who, prediction in [("Copydesk", run), *((n, f) for n, f in others if f.exists())]:
                evaluate = [o.program, "evaluate", gold, prediction, "--layers", "quotes", "--format", "json"]
                scores = json.loads(subprocess.run([*evaluate, *arguments], check=True, stdout=subprocess.PIPE).stdout)["quotes"]
                cells = [cell(scores.get(key)) for key, _ in COLUMNS]
                print(f"| {name}{' news' if part else ''} | {scores['exact']['gold']} | {who} | " + " | ".join(cells) + " |", flush=True)


def cell(measure):
    if not measure or not measure["gold"] or measure["f1"] is None:
        return "–"
    low, high = measure["interval"]["f1"]
    return f"{100 * measure['f1']:.1f} ({100 * low:.0f}–{100 * high:.0f})"


if __name__ == "__main__":
    main()
