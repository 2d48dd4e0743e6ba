"""Compares what `copydesk convert` makes of the corpora with the gold that scripts/convert made of them.

    python3 scripts/compare_converted.py --data CORPORA --gold GOLD [--copydesk PROGRAM] [--show N]

Articles are paired by their text, white space aside, because the two lay ids and lines out by rules of their own; spans are
compared the same way. Printed are counts, not scores: of each layer how many items both have, how many only the gold has,
and how many only `convert` has. `--show N` prints N of the differences of each kind.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from bisect import bisect_left
from collections import Counter, defaultdict
from pathlib import Path

# name, format, inputs below CORPORA, files of GOLD, layers of ours to compare (and the gold's key where it is another)
JOBS = (
    ("conll2003 (IOB1)", "conll2003", ("conll2003/original_conll03_eng/eng.train", "conll2003/original_conll03_eng/eng.testa"),
     ("conll2003.train", "conll2003.dev"), {"entities": "entities", "sentences": "source_sentences"}),
    ("conll2003, CrossWeigh (IOB2)", "conll2003", ("conll2003/conllpp_crossweigh/conllpp_train.txt", "conll2003/conllpp_crossweigh/conllpp_dev.txt"),
     ("conll2003.train", "conll2003.dev"), {"entities": "entities", "sentences": "source_sentences"}),
    ("wikigold", "conll2003", ("wikigold/CONLL-format/data/wikigold.conll.txt",), ("wikigold.train",),
     {"entities": "entities", "sentences": "source_sentences"}),
    ("litbank", "conll2012", ("litbank/coref/conll",), ("litbank.train", "litbank.dev"),
     {"chains": "chains", "mentions": "mentions", "kinds": "kinds", "sentences": "source_sentences"}),
    ("ontogum", "conll2012", ("gum/coref/ontogum/conll",), ("ontogum.train", "ontogum.dev"),
     {"chains": "chains", "mentions": "mentions", "kinds": "kinds"}),
    ("gum", "conllu", ("gum/dep",), ("gum.train", "gum.dev"),
     {"sentences": "sentences", "chains": "chains", "mentions": "mentions", "kinds": "kinds", "labels": "labels"}),
    ("ud_en_ewt", "conllu", ("ud_en_ewt/sources",), ("ud_en_ewt.train", "ud_en_ewt.dev"), {"sentences": "sentences"}),
    ("polnear", "brat", ("polnear/train/attributions", "polnear/dev/attributions"), ("polnear.train", "polnear.dev"),
     {"quotes": "quotes", "contents": "contents", "quote kinds": "quote kinds", "cues": "cues", "speakers": "speakers"}),
)


class Article:
    """A record with its items as tuples of places among the characters that are no white space."""

    def __init__(self, record):
        self.id = record["id"]
        self.text = record["text"]
        self.solid = [i for i, c in enumerate(self.text) if not c.isspace()]
        self.key = "".join(self.text.split())
        self.record = record

    def place(self, span):
        return bisect_left(self.solid, span["start"]), bisect_left(self.solid, span["end"])

    def items(self, layer):
        """A multiset of the layer's items."""
        record, place = self.record, self.place
        if layer in ("sentences", "source_sentences"):
            return Counter(place(s) for s in record.get(layer, ()))
        if layer == "entities":
            return Counter((place(e), e["label"]) for e in record["entities"])
        chains = [(c, [place(m) for m in c["mentions"]]) for c in record["chains"]]
        if layer == "chains":
            return Counter(tuple(sorted(set(places))) for _, places in chains)
        if layer == "mentions":
            return Counter(p for _, places in chains for p in places)
        if layer == "kinds":
            return Counter((place(m), m["kind"]) for c, _ in chains for m in c["mentions"])
        if layer == "labels":
            return Counter((tuple(sorted(set(places))), c["label"]) for c, places in chains)
        quotes = record["quotes"]

        def content(q):
            return tuple(place(s) for s in q["spans"])

        def maybe(span):
            return place(span) if span else None

        if layer == "contents":
            return Counter(content(q) for q in quotes)
        if layer == "quote kinds":
            return Counter((content(q), q["kind"]) for q in quotes)
        if layer == "cues":
            return Counter(maybe(q["cue"]) for q in quotes)
        if layer == "speakers":
            return Counter(maybe(q["speaker"]) for q in quotes)
        return Counter((content(q), q["kind"], maybe(q["cue"]), maybe(q["speaker"])) for q in quotes)


def read(path):
    with open(path, encoding="utf-8") as f:
        return [Article(json.loads(line)) for line in f]


def snippet(article, item):
    """Some of the text of an item, for people."""
    while item and not isinstance(item[0], int):
        item = item[0]
    if not item:
        return "none"
    start, end = article.solid[item[0]], article.solid[item[1] - 1] + 1
    return f"{article.id} {start}-{end} {article.text[start:end][:90]!r}"


def compare(name, formatted, inputs, gold_files, layers, options, folder):
    paths = [options.data / path for path in inputs]
    paths = [path for path in paths if path.exists()]
    gold_paths = [options.gold / f"{file}.jsonl" for file in gold_files]
    if not paths or not all(path.exists() for path in gold_paths):
        print(f"\n{name}: left out, its files are not there")
        return
    out = folder / "converted.jsonl"
    run = subprocess.run([options.copydesk, "convert", "--from", formatted, *paths, "-o", out], stderr=subprocess.PIPE, text=True)
    if run.returncode not in (0, 1):
        sys.exit(run.stderr)
    *failures, summary = run.stderr.splitlines()
    gold = defaultdict(list)
    for path in gold_paths:
        for article in read(path):
            gold[article.key].append(article)
    pairs, others = [], 0
    for article in read(out):
        same = gold.get(article.key)
        if same:
            pairs.append((same.pop(0), article))
        else:
            others += 1
    left = [article for articles in gold.values() for article in articles]
    print(f"\n{name}: {summary.split(' -> ')[0]}; {len(pairs)} articles have the text of a gold article, "
          f"{others} are not in the gold, {len(left)} of the gold have no partner")
    for line in failures[:options.show]:
        print("   ", line)
    for article in left[:options.show]:
        print("    no partner:", article.id)
    exact = sum(a.text == b.text for a, b in pairs)
    print(f"  {'text to the character':24}{exact:>9} of {len(pairs)} articles")
    for layer, key in layers.items():
        both, only_gold, only_ours = 0, [], []
        for one, two in pairs:
            a, b = one.items(key), two.items(layer)
            both += sum((a & b).values())
            only_gold += [(one, item) for item in (a - b).elements()]
            only_ours += [(two, item) for item in (b - a).elements()]
        print(f"  {layer:24}{both:>9} the same, {len(only_gold):>6} only in the gold, {len(only_ours):>6} only converted")
        for what, items in (("gold", only_gold), ("converted", only_ours)):
            for article, item in items[:options.show]:
                print(f"    {what}: {snippet(article, item)} {item if layer in ('kinds', 'quote kinds', 'labels') else ''}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True, help="folder with a folder per corpus")
    options.add_argument("--gold", type=Path, required=True, help="folder with the records that scripts/convert made")
    options.add_argument("--copydesk", type=Path, default=Path("target/release/copydesk"))
    options.add_argument("--only", default="", help="names of corpora, separated by commas")
    options.add_argument("--show", type=int, default=0, metavar="N")
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, *job in JOBS:
            if not options.only or any(name.startswith(n) for n in options.only.split(",")):
                compare(name, *job, options, Path(folder))


if __name__ == "__main__":
    main()
