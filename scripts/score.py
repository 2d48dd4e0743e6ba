#!/usr/bin/env python3
"""Scores a model's entities on development files: the table of its card.

    python3 scripts/score.py --gold GOLD [--program target/release/copydesk] [--model models/copydesk] [--precision int8] [--case lower]

Annotates each file and compares it with itself by `copydesk evaluate`; prints Markdown: exact F1 with its 95 % interval.
--case sets all the text in capitals or small letters before.
"""
import argparse
import json
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# file, scheme of the annotation, arguments of evaluate
ROWS = [
    ("conll2003.dev", "conll2003", ["--labels", "conll"]),
    ("conll2003.dev", "copydesk", ["--labels", "conll"]),
    ("worldwide.dev", "worldwide", []),
    ("worldwide.dev", "copydesk", []),
    ("wikinews.dev", "copydesk", []),
    ("uner_en_ewt.dev", "copydesk", ["--only", "PER,ORG,LOC"]),
    ("dwie.dev", "copydesk", ["--only", "PER,ORG,LOC"]),
]


def recase(gold, path, case):
    """The same records in another case; characters that would change their number stay."""
    with open(path, "w", encoding="utf-8") as out:
        for line in gold.open(encoding="utf-8"):
            record = json.loads(line)
            text = "".join(d if len(d := getattr(c, case)()) == 1 else c for c in record["text"])
            layers = {"entities": [e | {"text": text[e["start"]:e["end"]]} for e in record["entities"]], "quotes": [], "chains": []}
            out.write(json.dumps(record | {"text": text} | layers, ensure_ascii=False) + "\n")
    return path


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--gold", type=Path, required=True)
    options.add_argument("--program", default=str(ROOT / "target/release/copydesk"))
    options.add_argument("--model", default=str(ROOT / "models/copydesk"))
    options.add_argument("--precision", choices=["fp32", "int8"])
    options.add_argument("--case", choices=["lower", "upper"])
    args = options.parse_args()
    print("| gold | scheme | labels | precision | recall | F1 | 95 % interval |\n| --- | --- | --- | ---: | ---: | ---: | --- |")
    for name, scheme, compare in [*ROWS, ("corpus/gold", "copydesk", [])]:
        gold = ROOT / "corpus/gold.jsonl" if name == "corpus/gold" else args.gold / f"{name}.jsonl"
        with tempfile.TemporaryDirectory() as folder:
            run = f"{folder}/run"
            if args.case:
                gold = recase(gold, Path(folder) / "gold.jsonl", args.case)
            annotate = ["annotate", str(gold), "--model", args.model, "--stages", "entities", "--scheme", scheme, "--quiet", "-o", run]
            subprocess.run([args.program, *annotate, *(["--precision", args.precision] if args.precision else [])], check=True)
            evaluate = [args.program, "evaluate", str(gold), run, "--layers", "entities", "--format", "json", *compare]
            exact = json.loads(subprocess.run(evaluate, check=True, stdout=subprocess.PIPE).stdout)["entities"]["exact"]
        low, high = exact["interval"]["f1"]
        figures = " | ".join(f"{100 * exact[k]:.1f}" for k in ("precision", "recall", "f1"))
        print(f"| {name} | {scheme} | {compare[1] if compare else 'nine'} | {figures} | {100 * low:.1f} to {100 * high:.1f} |", flush=True)


if __name__ == "__main__":
    main()
