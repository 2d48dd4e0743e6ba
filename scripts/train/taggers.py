"""A baseline for the pairing score: the same network's cues and word tags alone, put together by nearness.

    python3 scripts/train/taggers.py RECORDS --model models/copydesk --scheme polnear -o OUT.jsonl

Each cue takes the stretches of content and the source that stand nearest to it; no score between them is asked. Writes records for
`copydesk evaluate`.
"""
import argparse
import json
from pathlib import Path

import data
import loop
import predict
import quotes
from model import load_model


def runs(tags, begin):
    """Runs of a tag and the one that follows it (its I-), as [first, behind)."""
    out = []
    for i, t in enumerate(tags):
        if t == begin or t == begin + 1 and not (out and out[-1][1] == i):
            out.append([i, i + 1])
        elif t == begin + 1:
            out[-1][1] = i + 1
    return out


def gap(a, b):
    return max(a[0] - b[1], b[0] - a[1], 0)


def together(doc, out):
    span = lambda r: {"start": int(doc.start[r[0]]), "end": int(doc.end[r[1] - 1])}
    cues = out[:, : len(quotes.CUES)].argmax(-1)
    tags = out[:, len(quotes.CUES): len(quotes.CUES) + len(quotes.REPORT)].argmax(-1)
    places, sources = runs(cues, 1), runs(tags, 3)
    of = {}
    for content in runs(tags, 1):
        near = min(places, key=lambda c: gap(c, content), default=None)
        if near:
            of.setdefault(tuple(near), []).append(content)
    for cue, contents in of.items():
        source = min(sources, key=lambda s: gap(s, cue), default=None)
        yield {"kind": "indirect", "spans": [span(c) for c in contents], "cue": span(cue),
               "speaker": span(source) | {"chain": None, "name": None} if source else None}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("records", type=Path)
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--scheme", choices=quotes.SCHEMES, default="polnear")
    p.add_argument("-o", "--out", type=Path, required=True)
    o = p.parse_args()
    model = loop.build()
    load_model(model, o.model)
    tokenizer = data.load_tokenizer(o.model / "tokenizer.json")
    with open(o.out, "w", encoding="utf-8") as f:
        for record in data.read_records(o.records):
            doc = data.make_doc(record, tokenizer)
            found = list(together(doc, predict.logits(model, [doc], [o.scheme], head="quotes")[0][o.scheme]))
            found = [q | {"spans": [s | {"text": record["text"][s["start"]: s["end"]]} for s in q["spans"]]} for q in found]
            for i, q in enumerate(sorted(found, key=lambda q: q["spans"][0]["start"])):
                q["id"] = f"Q{i + 1}"
            record = {"id": record["id"], "text": record["text"], "meta": {}, "sentences": [], "entities": [], "chains": [],
                      "quotes": sorted(found, key=lambda q: (q["spans"][0]["start"], -q["spans"][-1]["end"]))}
            f.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
