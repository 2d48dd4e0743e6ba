#!/usr/bin/env python3
"""Converts the corpora to annotation records, one JSONL file per corpus and split, and prints a table of counts.

    build.py --data DIR --out DIR [--test-out DIR] [--only NAME,NAME]

--data      folder with a folder per corpus, named as in CORPORA
--out       where the training and development files go
--test-out  where held-out files go; without it they are not written. Keep it outside the repository.

Documents named in excluded.tsv (corpus, id, reason) are left out of training and development files."""

import argparse
import importlib
import json
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from common import LABELS, check  # noqa: E402

# converter, folder of the corpus
CORPORA = (
    ("conll2003", "conll2003"), ("worldwide", "en-worldwide-newswire"), ("uner_ewt", "uner_en_ewt"), ("ud_ewt", "ud_en_ewt"),
    ("golden_rules", "golden_rules_pragmatic_segmenter"), ("gum", "gum"), ("meantime", "meantime_en"), ("masc", "masc"),
    ("wikigold", "wikigold"), ("gmb", "gmb_kaggle"), ("re3d", "re3d"), ("litbank", "litbank"), ("polnear", "polnear"),
    ("dwie", "dwie"), ("wikievents", "wikievents"), ("gap", "gap"), ("wikinews", "raw_wikinews_en"),
    ("current_events", "raw_wikipedia_current_events"),
)
HELD_OUT = ("test", "validation")
COLUMNS = ("file", "docs", "words", "sentences", *LABELS, "entities", "chains", "mentions", "direct", "mixed", "indirect", "speech")


def counts(file, docs):
    entities = Counter(e["label"] for d in docs for e in d["entities"])
    quotes = Counter(q["kind"] for d in docs for q in d["quotes"])
    speech = sum(q.get("attribution_cue_class") == "speech" for d in docs for q in d["quotes"])
    return (file, len(docs), sum(len(d["text"].split()) for d in docs), sum(len(d["sentences"]) for d in docs),
            *(entities[l] for l in LABELS), sum(entities.values()), sum(len(d["chains"]) for d in docs),
            sum(len(c["mentions"]) for d in docs for c in d["chains"]), quotes["direct"], quotes["mixed"], quotes["indirect"], speech)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--test-out", type=Path)
    options.add_argument("--only", default="")
    options = options.parse_args()
    listed = (HERE / "excluded.tsv").read_text(encoding="utf-8").splitlines() if (HERE / "excluded.tsv").exists() else []
    excluded = {tuple(line.split("\t")[:2]) for line in listed if line and not line.startswith("#")}
    rows, notes = [], []
    for name, folder in CORPORA:
        if options.only and name not in options.only.split(","):
            continue
        if not (options.data / folder).is_dir():
            notes.append(f"{folder}: no such folder")
            continue
        converter = importlib.import_module(name)
        for corpus, split, docs in converter.convert(options.data / folder):
            held = split in HELD_OUT
            if not held:
                docs = [d for d in docs if (corpus, d["id"]) not in excluded]
            assert len({d["id"] for d in docs}) == len(docs), f"{corpus}.{split}: ids repeat"
            for d in docs:
                check(d)
            target = options.test_out if held else options.out
            file = f"{corpus}.{split}.jsonl"
            if target:
                target.mkdir(parents=True, exist_ok=True)
                with open(target / file, "w", encoding="utf-8", newline="\n") as f:
                    for d in docs:
                        f.write(json.dumps(d, ensure_ascii=False, separators=(",", ":")) + "\n")
            rows.append(counts(file, docs))
        for problem, n in Counter(p[0] for p in getattr(converter, "problems", ())).items():
            notes.append(f"{folder}: {problem}: {n}")
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + " --- |" + " ---: |" * (len(COLUMNS) - 1))
    for row in rows:
        print("| " + " | ".join(str(c) for c in row) + " |")
    print(*notes, sep="\n")


if __name__ == "__main__":
    main()
