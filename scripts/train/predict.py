"""Reading articles with the model: sliding windows, constrained decoding, scores of development files.

For choosing between settings; the scores that count are those of `copydesk evaluate`.
"""
import numpy as np
import torch

import quotes
from data import SCHEMES, collate
from model import LABELS, TAGS

WINDOW, OVERLAP = 256, 64     # pieces; window with [CLS] and [SEP]

TO_CONLL = {"PER": "PER", "ORG": "ORG", "LOC": "LOC", "FAC": "LOC", "NORP": "MISC", "PRODUCT": "MISC", "MISC": "MISC"}

ALLOWED = np.array([[not b.startswith("I-") or a[2:] == b[2:] for b in TAGS] for a in TAGS])    # [from, to]
START = np.array([not t.startswith("I-") for t in TAGS])


def slide(first, window=None, overlap=None):
    """Windows [a, b) of words over a text, and for each the range [c, d) of words that are read from it.

    first [w + 1]: the first piece of each word, then the number of pieces p. With room = window - 2 pieces: a window starts
    at word a and takes all words that end within `room` pieces (one at least). The next starts at the first word that begins
    at or after the piece (end of this window - overlap), but at least one word on. Of the words two windows share, those
    whose first piece lies before the middle of the shared pieces are read from the first window, the others from the second.
    """
    room, overlap, w = (window or WINDOW) - 2, OVERLAP if overlap is None else overlap, len(first) - 1
    out, a, c = [], 0, 0
    while a < w:
        b = min(w, max(a + 1, int(np.searchsorted(first, first[a] + room, "right")) - 1))
        if b == w:
            out.append((a, b, c, w))
            break
        a2 = min(max(int(np.searchsorted(first, first[b] - overlap, "left")), a + 1), b)
        d = max(a2, int(np.searchsorted(first, (int(first[a2]) + int(first[b]) + 1) // 2, "left")))
        d = min(max(d, c), b)
        out.append((a, b, c, d))
        a, c = a2, d
    return [tuple(int(x) for x in r) for r in out]


@torch.no_grad()
def logits(model, docs, schemes, window=None, overlap=None, pieces=4096, device="cpu", head="entities"):
    """For each document and scheme what the head says [w, depth]. One encoder pass per batch of windows serves all schemes."""
    model.eval()
    numbers = SCHEMES if head == "entities" else quotes.SCHEMES
    out = [{} for d in docs]
    jobs = sorted(((i, *w) for i, d in enumerate(docs) for w in slide(d.first, window, overlap)),
                  key=lambda j: int(docs[j[0]].first[j[2]] - docs[j[0]].first[j[1]]))
    at = 0
    while at < len(jobs):
        n = max(1, pieces // (window or WINDOW))
        these, at = jobs[at: at + n], at + n
        batch = tensors(collate(docs, [(i, a, b) for i, a, b, _, _ in these]), device)
        with torch.autocast(device, torch.bfloat16):
            hidden, char = model.words(*(batch[k] for k in ("ids", "word", "first", "shapes", "chars")), mask=batch["mask"])
            for s in schemes:
                y = model.heads[head](hidden, char, torch.tensor([numbers[s]], device=device)).float().cpu().numpy()
                row = 0
                for i, a, b, c, d in these:
                    if s not in out[i]:
                        out[i][s] = np.zeros((len(docs[i].texts), y.shape[-1]), np.float32)
                    out[i][s][c:d] = y[row + c - a: row + d - a]
                    row += b - a
    return out


def tensors(batch, device="cpu"):
    move = lambda v: {k: move(x) for k, x in v.items()} if isinstance(v, dict) else torch.from_numpy(v).to(device)
    out = move(batch)
    out["mask"] = out["mask"][:, None, None, :]
    return out


def viterbi(scores):
    """The best sequence of tags that BIO allows, and the probability of nothing: scores [w, 19] -> [w]."""
    lp = scores - np.logaddexp.reduce(scores, -1, keepdims=True)
    penalty = np.where(ALLOWED, 0.0, -1e4).astype(np.float32)
    v, back = lp[0] + np.where(START, 0, -1e4), []
    for row in lp[1:]:
        m = v[:, None] + penalty
        back.append(m.argmax(0))
        v = m.max(0) + row
    tags = [int(v.argmax())]
    for b in reversed(back):
        tags.append(int(b[tags[-1]]))
    return tags[::-1]


def spans_of(tags):
    """Tag numbers to (first word, past the last, label)."""
    out = []
    for i, t in enumerate(tags):
        if t and t % 2 == 1:
            out.append([i, i + 1, LABELS[t // 2]])
        elif t and out and out[-1][1] == i:
            out[-1][1] = i + 1
    return out


def decode(doc, scores):
    """Entities of a document as (start, end, label) in code points."""
    return [(int(doc.start[a]), int(doc.end[b - 1]), l) for a, b, l in spans_of(viterbi(scores))]


def f1(pairs, mapping=None):
    """Exact-span micro F1 in percent, and by label (F1, gold spans), over pairs of (gold, predicted) spans."""
    hit, gold, predicted = {}, {}, {}
    for g, p in pairs:
        if mapping:
            g, p = ([(s, e, mapping[l]) for s, e, l in x if l in mapping] for x in (g, p))
        for table, x in ((gold, g), (predicted, p), (hit, set(g) & set(p))):
            for _, _, l in x:
                table[l] = table.get(l, 0) + 1
    score = lambda h, g, p: 200 * h / max(1, g + p)
    by = {l: (round(score(hit.get(l, 0), n, predicted.get(l, 0)), 1), n) for l, n in gold.items()}
    return score(*(sum(t.values()) for t in (hit, gold, predicted))), by


def quote_scores(model, docs, scheme, device="cpu"):
    """Percentages, with the gold cues and stretches given: cues found, reports' content and sources and stretches' kinds and sources
    exactly right."""
    right, of = {}, {}
    def count(name, hit):
        right[name], of[name] = right.get(name, 0) + hit, of.get(name, 0) + 1
    for doc, out in zip(docs, logits(model, docs, [scheme], device=device, head="quotes")):
        out = torch.from_numpy(out[scheme])
        anchors, cues = doc.quotes[0]
        if cues is not None:
            found = out[:, : len(quotes.CUES)].argmax(-1).numpy()
            gold = set(np.flatnonzero(cues == 1))
            hits = len(gold & set(np.flatnonzero(found == 1)))
            right["cue"], of["cue"] = right.get("cue", 0) + 2 * hits, of.get("cue", 0) + len(gold) + int((found == 1).sum())
        for kind, a in quotes.collate([(anchors, doc.gaps, 0, len(doc.texts), 0)]).items():
            with torch.no_grad():
                a = {k: torch.from_numpy(v) for k, v in a.items()}
                scores, what = model.heads["quotes"].pairs(out, kind, *(a[k] for k in ("anchor", "close", "words", "distance", "lines")))
            for i in range(len(scores)):
                gold, found = a["tags"][i].numpy(), scores[i].argmax(-1).numpy()
                used = gold >= 0
                one = (lambda stem: bool((((gold - 1) // 2 == stem) == ((found - 1) // 2 == stem))[used].all()))
                if kind == "stretch":
                    count("kind", bool(what[i].argmax() == a["what"][i]))
                if kind == "report" and (gold == 1).any():
                    count("content", one(0))
                if (gold == 3).any():
                    count(f"{kind} source", one(1))
    return {k: round(100 * right[k] / max(1, of[k]), 1) for k in sorted(of)}


DEV = [("conll2003.dev", "conll2003", None), ("conll2003.dev", "copydesk", TO_CONLL), ("worldwide.dev", "worldwide", None),
       ("worldwide.dev", "copydesk", None), ("wikinews.dev", "copydesk", None)]
"""What is scored: file, scheme it is read in, label map for both sides."""


def evaluate(model, dev, device="cpu", window=None, overlap=None, by_label=False):
    """dev: {file: documents}. Returns {"file/scheme": F1 in percent}, with the by-label table on request."""
    out = {}
    for file, docs in dev.items():
        schemes = [s for f, s, _ in DEV if f == file]
        scores = logits(model, docs, schemes, window, overlap, device=device)
        for f, s, mapping in DEV:
            if f == file:
                total, by = f1([(d.spans, decode(d, x[s])) for d, x in zip(docs, scores)], mapping)
                out[f"{file}/{s}"] = (round(total, 2), by) if by_label else round(total, 2)
    return out
