#!/usr/bin/env python3
"""Makes the scores of quotes and of their speakers honest: fits the calibration in a model's config.json on gold articles.

    python3 scripts/calibrate.py GOLD --model models/copydesk [--program target/release/copydesk]

GOLD: records of articles that trained nothing (corpus/gold.jsonl). Annotates them without calibration, lets `copydesk evaluate
--errors` say what is wrong, and fits score = 1 / (1 + exp(-(a * logit(p) + b))) to whether a quote's content is exactly right, and to
whether the speaker of a quote that was found is of the right chain.
"""
import argparse
import json
import math
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IDENTITY = {"a": 1.0, "b": 0.0}


def fit(pairs):
    """a and b by Newton's method; pairs of (probability, right). A weak prior keeps them near (1, 0)."""
    a, b = 1.0, 0.0
    clip = lambda x, most: min(max(x, -most), most)
    points = [(math.log(min(max(p, 1e-3), 1 - 1e-3) / (1 - min(max(p, 1e-3), 1 - 1e-3))), right) for p, right in pairs]
    for _ in range(200):
        ga, gb, haa, hab, hbb = 1 - a, -b, 1.0, 0.0, 1.0
        for x, right in points:
            p = 1 / (1 + math.exp(-clip(a * x + b, 30)))
            ga, gb = ga + (right - p) * x, gb + right - p
            w = p * (1 - p)
            haa, hab, hbb = haa + w * x * x, hab + w * x, hbb + w
        d = haa * hbb - hab * hab
        a, b = a + clip((hbb * ga - hab * gb) / d, 0.2), b + clip((haa * gb - hab * ga) / d, 0.2)      # far steps overshoot
    return {"a": round(a, 4), "b": round(b, 4)}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("gold", type=Path)
    p.add_argument("--model", type=Path, default=ROOT / "models/copydesk")
    p.add_argument("--program", type=Path, default=ROOT / "target/release/copydesk")
    o = p.parse_args()
    file = o.model / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    head = config["heads"]["quotes"]
    head["calibration"], head["speakers"] = IDENTITY, IDENTITY
    write = lambda: file.write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    write()
    with tempfile.TemporaryDirectory() as folder:
        out, errors = Path(folder) / "out", Path(folder) / "errors.jsonl"
        subprocess.run([o.program, "annotate", o.gold, "-o", out, "--model", o.model, "--quiet"], check=True)
        run = out / "annotations.jsonl"
        subprocess.run([o.program, "evaluate", o.gold, run, "--layers", "quotes", "--draws", "1", "--errors", errors], check=True,
                       stdout=subprocess.DEVNULL)
        faults = {"boundary": set(), "invented": set(), "speaker": set()}
        for line in errors.read_text(encoding="utf-8").splitlines():
            e = json.loads(line)
            if e["kind"] in faults and e["predicted"]:
                faults[e["kind"]].add((e["id"], e["predicted"]["start"], e["predicted"]["end"]))
        contents, speakers = [], []
        for line in run.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            for q in record["quotes"]:
                at = (record["id"], q["spans"][0]["start"], q["spans"][-1]["end"])
                speaker = q["speaker"]
                if "score" in q:
                    contents.append((q["score"], at not in faults["boundary"] | faults["invented"]))
                if speaker and "score" in speaker and at not in faults["invented"]:
                    place = (record["id"], speaker["start"], speaker["end"])
                    speakers.append((speaker["score"], place not in faults["speaker"]))
    head["calibration"], head["speakers"] = fit(contents), fit(speakers)
    write()
    for name, pairs, key in (("quotes", contents, "calibration"), ("speakers", speakers, "speakers")):
        print(f"{name}: {len(pairs)}, {sum(r for _, r in pairs) / len(pairs):.3f} right, {head[key]}")


if __name__ == "__main__":
    main()
