"""Compares `copydesk evaluate` on entities with seqeval and nervaluate, to 1e-9.

    pip install seqeval==1.2.2 nervaluate==1.2.1
    python3 scripts/verify/entities.py [--cases 3000] [--real GOLD PRED]...

seqeval is compared everywhere; nervaluate where two of its rules cannot show (`tests/golden/evaluate/make.py` says which).
Articles are cut into stretches at every border of a name, and each stretch is a word to them.
"""

import argparse
import json
import random
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/golden/evaluate"))

import make  # noqa: E402
from program import evaluate  # noqa: E402

CLOSE = 1e-9


def words(sides):
    """The names of both sides with words for offsets, and how many words there are."""
    places = sorted({place for names in sides for start, end, _ in names for place in (start, end)} | {0})
    word = {place: i for i, place in enumerate(places)}
    return [[(word[s], word[e], label) for s, e, label in names] for names in sides], max(len(places) - 1, 1)


def record(id, names, length):
    entities = [{"start": s, "end": e, "label": label} for s, e, label in names]
    return {"id": id, "text": "." * length, "entities": entities}


def ours(program, articles):
    """Articles as (gold, predicted) names by offsets."""
    length = max([1] + [end for a in articles for names in a for _, end, _ in names])
    side = lambda side: [record(f"a{i:05}", a[side], length) for i, a in enumerate(articles)]
    return evaluate(program, "entities", side(0), side(1))


def compare(found, expected, where):
    differ = 0
    for key, scores in expected.items():
        for stat, value in scores.items():
            got = found[key][stat] or 0.0
            if abs(got - value) > CLOSE:
                differ += 1
                print(f"{where}: {key}.{stat} is {got}, the reference says {value}")
    return differ


def check(program, articles, where):
    """Numbers compared, and how many differ."""
    in_words = [words(article) for article in articles]
    expected = make.seqeval_scores([(names[0], names[1], n) for names, n in in_words])
    numbers, differ = 3 * len(expected), compare(ours(program, articles), expected, where)
    clean = [i for i, (names, _) in enumerate(in_words) if make.clean(*names) and any(names)]
    if clean:
        labels = sorted({label for a in articles for names in a for _, _, label in names})
        expected = make.nervaluate_scores([in_words[i][0] for i in clean], labels)
        differ += compare(ours(program, [articles[i] for i in clean]), expected, where)
        numbers += 3 * len(expected)
    return numbers, differ


def real(gold_path, predicted_path):
    names = lambda r: [(e["start"], e["end"], e["label"]) for e in r["entities"]]
    read = lambda path: {r["id"]: names(r) for r in map(json.loads, open(path, encoding="utf-8"))}
    gold, predicted = read(gold_path), read(predicted_path)
    return [(gold[id], predicted[id]) for id in gold]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=str(ROOT / "target/release/copydesk"))
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=2013)
    parser.add_argument("--real", nargs=2, action="append", default=[], metavar=("GOLD", "PRED"))
    args = parser.parse_args()
    warnings.simplefilter("ignore")  # seqeval: labels without a name
    rng = random.Random(args.seed)
    numbers = differ = 0
    for i in range(args.cases):
        length = rng.randint(1, 20)
        gold = make.names(rng, length) or [(0, 1, "PER")]
        more = check(args.program, [(gold, make.predict(rng, gold, length))], f"case {i}")
        numbers, differ = numbers + more[0], differ + more[1]
    print(f"{args.cases} random cases, {numbers} numbers, {differ} differ")
    for gold_path, predicted_path in args.real:
        articles = real(gold_path, predicted_path)
        numbers, differ = check(args.program, articles, gold_path)
        print(f"{gold_path}: {len(articles)} articles, {numbers} numbers, {differ} differ")


if __name__ == "__main__":
    main()
