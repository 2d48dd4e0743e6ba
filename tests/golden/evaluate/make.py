"""Makes gold.jsonl, predicted.jsonl and expected.json in this folder: what two outside scorers say.

    pip install seqeval==1.2.2 nervaluate==1.2.1
    python tests/golden/evaluate/make.py

The articles are nonsense: words drawn at random, a tenth of them outside ASCII, with names at random places
and a prediction that moves, widens, splits, relabels, drops and invents some of them.

seqeval (strict mode, IOB2) gives exact precision, recall and F1: micro, macro and per label.
nervaluate gives the four schemes of SemEval 2013. Two of its rules are faults here, so its numbers come from the
articles where they cannot show (listed in expected.json as "semeval_ids"): it counts ends as inclusive, so it
gets them so; and it lets the first gold name that overlaps win, and allows one prediction to answer two gold names,
so articles in which a name overlaps two of the other side are left out.
"""

import json
import random
from pathlib import Path

from nervaluate import Evaluator
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

FOLDER = Path(__file__).parent
LABELS = ["PER", "ORG", "LOC", "DATE", "MISC"]
WORDS = "the of and Anna Berg Oslo Union council said Zoë Łódź “Nord” 1987 May strike 💩 port Inc. Mr Dal".split()
ARTICLES = 60


def names(rng, n):
    """Random names as (first word, word behind the last, label), without overlap; many touch."""
    found, at = [], 0
    while at < n:
        if rng.random() < 0.35:
            length = min(rng.choice([1, 1, 2, 3]), n - at)
            found.append((at, at + length, rng.choice(LABELS)))
            at += length
        else:
            at += 1
    return found


def predict(rng, gold, n):
    """The gold names with mistakes, without overlap."""
    out = []
    for start, end, label in gold:
        roll = rng.random()
        if roll < 0.10:
            continue
        if roll < 0.20:
            label = rng.choice(LABELS)
        elif roll < 0.28:
            start -= 1
        elif roll < 0.36:
            end += rng.choice([1, 2])
        elif roll < 0.42 and end - start > 1:
            out.append((start, start + 1, label))
            start += 1
        out.append((start, end, label))
    out += [(a, a + 1, rng.choice(LABELS)) for a in range(n) if rng.random() < 0.06]
    kept, last = [], 0
    for start, end, label in sorted(out):
        if start >= last and end <= n:
            kept.append((start, end, label))
            last = end
    return kept


def tags(spans, n):
    out = ["O"] * n
    for start, end, label in spans:
        out[start:end] = ["B-" + label] + ["I-" + label] * (end - start - 1)
    return out


def record(id, words, spans):
    text, places = " ".join(words), []
    for w in words:
        start = places[-1][1] + 1 if places else 0
        places.append((start, start + len(w)))
    entities = [
        {"id": f"E{i}", "start": places[a][0], "end": places[b - 1][1], "label": label,
         "text": text[places[a][0] : places[b - 1][1]]}
        for i, (a, b, label) in enumerate(spans, 1)
    ]
    return {"id": id, "text": text, "meta": {}, "sentences": [], "entities": entities, "chains": [], "quotes": []}


def clean(gold, predicted):
    """Whether every name overlaps at most one of the other side."""
    over = lambda a, others: sum(a[0] < b[1] and b[0] < a[1] for b in others)
    return all(over(g, predicted) < 2 for g in gold) and all(over(p, gold) < 2 for p in predicted)


STATS = {"precision": "precision", "recall": "recall", "f1": "f1-score"}


def seqeval_scores(articles):
    """Micro, macro and by label, of articles as (gold names, predicted names, words)."""
    report = classification_report(
        [tags(gold, n) for gold, _, n in articles],
        [tags(predicted, n) for _, predicted, n in articles],
        mode="strict", scheme=IOB2, output_dict=True, zero_division=0,
    )
    scores = {key: {ours: stats[theirs] for ours, theirs in STATS.items()} for key, stats in report.items()}
    exact = {key: value for key, value in scores.items() if not key.endswith("avg")}
    return exact | {"exact": scores["micro avg"], "macro": scores["macro avg"]}


def nervaluate_scores(articles, labels):
    """The four schemes, of articles as (gold names, predicted names)."""
    spans = lambda side: [[{"start": s, "end": e - 1, "label": label} for s, e, label in a[side]] for a in articles]
    result = Evaluator(spans(0), spans(1), tags=labels, loader="dict").evaluate()["overall"]
    schemes = {"strict": "strict", "exact": "exact", "partial": "partial", "ent_type": "type"}
    return {
        f"semeval.{ours}": {"precision": result[k].precision, "recall": result[k].recall, "f1": result[k].f1}
        for k, ours in schemes.items()
    }


def main():
    rng = random.Random(2013)
    articles = []
    for i in range(ARTICLES):
        words = [rng.choice(WORDS) for _ in range(rng.randint(3, 30))]
        gold = names(rng, len(words))
        articles.append((f"a{i:02}", words, gold, predict(rng, gold, len(words))))

    for name, side in [("gold", 2), ("predicted", 3)]:
        with open(FOLDER / f"{name}.jsonl", "w", encoding="utf-8") as out:
            for a in articles:
                out.write(json.dumps(record(a[0], a[1], a[side]), ensure_ascii=False) + "\n")

    chosen = [a for a in articles if clean(a[2], a[3])]
    exact = seqeval_scores([(a[2], a[3], len(a[1])) for a in articles])
    semeval = nervaluate_scores([(a[2], a[3]) for a in chosen], LABELS)
    expected = {"exact": exact, "semeval_ids": [a[0] for a in chosen], "semeval": semeval}
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
