"""Runs public sentence splitters over gold texts, to compare them with Copydesk's.

    pip install pysbd syntok blingfire spacy
    python scripts/compare_sentences.py --gold DIR --out DIR

For each splitter and each file of DIR with sentences it writes OUT/SPLITTER/FILE: annotation records
with the same ids and texts, the splitter's sentences and no other layer. Score them with
`copydesk evaluate GOLD/FILE OUT/SPLITTER/FILE`.
"""

import argparse
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path


def pysbd():
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False)
    return lambda text: place(text, segmenter.segment(text))


def syntok():
    from syntok import segmenter

    # Paragraphs are cut at blank lines, sentences inside them; tokens carry offsets.
    return lambda text: [
        (sentence[0].offset, sentence[-1].offset + len(sentence[-1].value))
        for paragraph in segmenter.analyze(text)
        for sentence in paragraph
        if sentence
    ]


def blingfire():
    from blingfire import text_to_sentences_and_offsets

    return lambda text: text_to_sentences_and_offsets(text)[1] if text.strip() else []


def spacy_sentencizer():
    import spacy

    nlp = spacy.blank("en")
    nlp.max_length = 10**8
    nlp.add_pipe("sentencizer")
    return lambda text: [(s.start_char, s.end_char) for s in nlp(text).sents]


SPLITTERS = {
    "pysbd": ("pysbd", pysbd),
    "syntok": ("syntok", syntok),
    "blingfire": ("blingfire", blingfire),
    "spacy_sentencizer": ("spacy", spacy_sentencizer),
}


def place(text, sentences):
    """Finds the sentences of a splitter without offsets in the text, in order."""
    at, spans = 0, []
    for sentence in sentences:
        start = text.find(sentence.strip(), at)
        if start < 0:  # the splitter changed the text
            continue
        at = start + len(sentence.strip())
        spans.append((start, at))
    return spans


def lines(text, split):
    """Cuts each line by itself: for splitters that do not end sentences at line breaks."""
    at = 0
    for line in text.splitlines(keepends=True):
        yield from ((at + start, at + end) for start, end in split(line))
        at += len(line)


def trim(text, spans):
    for start, end in spans:
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            yield {"start": start, "end": end}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True, help="folder of annotation records (*.jsonl)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the predictions")
    parser.add_argument("--files", nargs="*", help="names of gold files; all with sentences if left out")
    parser.add_argument("--splitters", nargs="*", choices=SPLITTERS, default=list(SPLITTERS))
    parser.add_argument(
        "--by-line",
        action="store_true",
        help="give the splitters one line at a time: kinder to them on texts that are not wrapped",
    )
    args = parser.parse_args()
    names = args.files or sorted(p.name for p in args.gold.glob("*.jsonl"))
    for name in args.splitters:
        package, make = SPLITTERS[name]
        split = make()
        folder = args.out / (f"{name}.by_line" if args.by_line else name)
        folder.mkdir(parents=True, exist_ok=True)
        for file in names:
            with open(args.gold / file, encoding="utf-8") as gold:
                records = [json.loads(line) for line in gold if line.strip()]
            if not any(r.get("sentences") for r in records):
                continue
            began = time.perf_counter()
            with open(folder / file, "w", encoding="utf-8") as out:
                for r in records:
                    text = r["text"]
                    spans = lines(text, split) if args.by_line else split(text)
                    record = {
                        "id": r["id"],
                        "text": text,
                        "meta": r.get("meta", {}),
                        "sentences": list(trim(text, spans)),
                        "entities": [],
                        "chains": [],
                        "quotes": [],
                    }
                    out.write(json.dumps(record, ensure_ascii=False) + "\n")
            took = time.perf_counter() - began
            print(f"{name} {version(package)} {file}: {len(records)} texts, {took:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
