"""The quote head: cues, and for every cue and every stretch between quotation marks what belongs to it.

Two kinds of anchors. A *report* hangs on its cue ("said", "according to"): every word near it is content, source, or neither, as
seen from this cue, so that nested and neighbouring reports come apart. A *stretch* hangs on its opening and closing mark: it is a
direct quote, a mixed one or none, and every word near it is cue, source, or neither. Both ask the same pairing score, which is cheap
enough for plain loops: what the word is to any cue, a layer over the sum of word, anchor and distance, of the word and its two
neighbours, and a bilinear term (Dozat and Manning 2017).
"""
import re

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

WIDTH = 128                # of a word's and an anchor's vector in the pairing score
HIDDEN = 256
SCHEMES = {"copydesk": 0, "polnear": 1, "gum": 2, "litbank": 3}      # how a corpus marks up reports; a number for the network
REPORTS = {"copydesk": "parts", "polnear": "whole", "gum": "whole", "litbank": "marked"}     # what is one quote (config::Reports)
CUES = ["O", "B-report", "I-report", "B-thought", "I-thought"]       # thought: attributions of other kinds than speech and writing
REPORT = ["O", "B-content", "I-content", "B-source", "I-source"]     # what a word is to a cue
STRETCH = ["O", "B-cue", "I-cue", "B-source", "I-source"]            # what a word is to a stretch between marks
KINDS = ["none", "direct", "mixed"]
STEPS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 160]       # words; bucket: the last step that is not above
PARAGRAPHS = 3                                                       # line ends between word and anchor, at most so many
REACH = 192                                                          # words on either side that the pairing score looks at
IGNORE = -100


def bucket(distance, lines):
    """Numbers of the distance of a word from its anchor (words, signed) and of the line ends between them (signed)."""
    size = np.searchsorted(STEPS, np.abs(distance), "right") - 1
    return (np.where(distance < 0, -size, size) + len(STEPS) - 1, np.clip(lines, -PARAGRAPHS, PARAGRAPHS) + PARAGRAPHS)


class QuoteHead(nn.Module):
    """Per word: scores of the cue tags, and the vectors `word`, `anchor`, `close` that the pairing score is made of."""

    def __init__(self, width, dropout):
        super().__init__()
        self.dense = nn.Linear(width, HIDDEN)
        self.dropout = dropout
        self.scheme = nn.Embedding(len(SCHEMES), HIDDEN)
        self.cues = nn.Linear(HIDDEN, len(CUES))
        self.scheme_cues = nn.Embedding(len(SCHEMES), len(CUES))
        self.tags = nn.Linear(HIDDEN, len(REPORT))             # of words to any cue: lends the pairing score its sense of borders
        self.scheme_tags = nn.Embedding(len(SCHEMES), HIDDEN * len(REPORT))
        self.vectors = nn.Linear(HIDDEN, 3 * WIDTH)
        self.distance = nn.Embedding(2 * len(STEPS) - 1, WIDTH)
        self.lines = nn.Embedding(2 * PARAGRAPHS + 1, WIDTH)
        self.kind = nn.Linear(WIDTH, len(KINDS))
        self.report, self.stretch = (nn.Linear(WIDTH, 3 * len(REPORT)) for _ in range(2))    # seen from the word behind, itself, before
        self.report_pair, self.stretch_pair = (nn.Parameter(torch.zeros(len(REPORT), WIDTH, WIDTH)) for _ in range(2))
        for p in (self.scheme.weight, self.scheme_cues.weight, self.scheme_tags.weight, self.distance.weight, self.lines.weight):
            nn.init.zeros_(p)

    def forward(self, hidden, chars, scheme):                  # [w, 384], [w, 128], [w] or [1] -> [w, 5 + 5 + 3 * 128]
        x = self.dense(self.dropout(torch.cat([hidden, chars], -1)))
        x = self.dropout(F.gelu(x + self.scheme(scheme)))
        all_ = self.scheme_tags.weight.view(-1, HIDDEN, len(REPORT)).transpose(0, 1).reshape(HIDDEN, -1)
        own = (x @ all_).view(x.shape[0], -1, len(REPORT))[torch.arange(x.shape[0], device=x.device), scheme.expand(x.shape[0])]
        return torch.cat([self.cues(x) + self.scheme_cues(scheme), self.tags(x) + own, self.vectors(x)], -1)

    def pairs(self, out, kind, anchor, close, words, distance, lines):
        """Scores of the words seen from anchors: [a, n, 5], and of the kinds of the anchors as stretches: [a, 3].

        out [w, 394]; kind: "report" or "stretch"; anchor [a] the cue's first word or the opening mark; close [a] the closing mark
        (unused by reports); words, distance, lines [a, n]: the words looked at, and the numbers that `bucket` gives them.
        """
        _, tags, word, first, last = out.split([len(CUES), len(REPORT), WIDTH, WIDTH, WIDTH], -1)
        a = first[anchor] + (last[close] if kind == "stretch" else 0)              # [a, 128]
        w = word[words]                                                            # [a, n, 128]
        layer, pair = getattr(self, kind), getattr(self, f"{kind}_pair")
        x = F.relu(w + a[:, None] + self.distance(distance) + self.lines(lines))
        before, own, behind = layer(x).chunk(3, -1)                                # [a, n, 5] each
        x = own + F.pad(before[:, :-1], (0, 0, 1, 0)) + F.pad(behind[:, 1:], (0, 0, 0, 1))
        bent = torch.einsum("ad,tde->ate", a, pair.to(a.dtype))                    # [a, 5, 128]
        x = x + w @ bent.transpose(1, 2)
        return x + tags[words] if kind == "report" else x, self.kind(F.relu(a))


def union(reports, cues):
    """What words are to any cue of the batch, [w]: of a word's tags the highest; IGNORE where cues are not annotated."""
    out = torch.where(cues >= 0, 0, IGNORE)
    out.scatter_reduce_(0, reports["words"].flatten(), reports["tags"].flatten().clamp(min=IGNORE), "amax")
    return torch.where(cues >= 0, out, IGNORE)


def losses(head, out, cues, anchors):
    """Mean cross-entropy of the cue tags over words; of the words seen from an anchor, summed, over anchors; of the kinds."""
    parts = {}
    if (cues >= 0).any():
        parts["cues"] = F.cross_entropy(out[:, : len(CUES)].float(), cues, ignore_index=IGNORE)
        if "report" in anchors:
            parts["tags"] = F.cross_entropy(out[:, len(CUES): len(CUES) + len(REPORT)].float(), union(anchors["report"], cues),
                                            ignore_index=IGNORE)
    for kind, a in anchors.items():
        scores, what = head.pairs(out, kind, *(a[k] for k in ("anchor", "close", "words", "distance", "lines")))
        parts[kind] = F.cross_entropy(scores.float().flatten(0, 1), a["tags"].flatten(), ignore_index=IGNORE,
                                      reduction="sum") / len(a["anchor"])
        if kind == "stretch":
            parts["kind"] = F.cross_entropy(what.float(), a["what"])
    return parts


# ---------------------------------------------------------------------------------------------------------------------
# Gold

OPENING = re.compile(r'“[^“”\n]*”|"[^"\n]*"|«[^«»\n]*»|``[^`\n]*?\'\'')


REPORTING = set("""said says say saying told tells tell telling wrote writes write writing asked asks ask asking added adds adding announced
announces reported reports report reporting claimed claims claim claiming stated states stating statement called calls call calling warned
warns argued argues explained explains noted notes suggested suggests insisted denied denies confirmed confirms declared tweeted posted
testified alleged alleges promised ordered urged urges demanded predicted accused accuses admitted admits replied responded according show
shows showed found finds revealed described describes indicated indicates think thinks thought believe believes believed know knows knew
want wants wanted hope hopes expected expects see sees considered""".split())


class Anchor:
    """A report or stretch of an article: numbers of words, and what the words are to it."""

    def __init__(self, kind, word, close, what):
        self.kind, self.word, self.close, self.what = kind, word, close, what      # what: KINDS of a stretch, else 0
        self.spans, self.ignored = [], []                                          # (tag's stem number 1 or 3, a, b); (a, b)


def anchors(record, scheme, texts, words, own=False):
    """Anchors of a record, and the cue tags of its words (None where cues are not tagged).

    texts [w]: its words; words(start, end) -> (a, b): the words of a stretch of text. With `own` the annotation is read as Copydesk's
    scheme has it, and what that leaves open is IGNORE: cues are heads only, sources end before what follows their head, thoughts
    are no reports.
    """
    text, marked = record["text"], record["quotes"]
    place = lambda span: words(span["start"], span["end"])
    cue_of = lambda q: own_cue(texts, *place(q["cue"])) if own else place(q["cue"])
    thinks = lambda q: q.get("attribution_cue_class", "speech") != "speech"

    def add_source(anchor, q):
        if q["speaker"]:
            a, b = place(q["speaker"])
            core = own_source(texts, a, b) if own else b
            anchor.spans.append((3, a, core))
            anchor.ignored.append((core, b))

    out, tags, by_cue = [], np.zeros(len(texts), np.int64), {}
    for q in marked:
        if q["cue"]:
            by_cue.setdefault((q["cue"]["start"], q["cue"]["end"]), []).append(q)
    for these in by_cue.values():
        q = these[0]
        first, behind = place(q["cue"])
        a, b = cue_of(q)
        if own:
            tags[first:behind] = IGNORE
        if own and thinks(q) or a >= b:
            continue
        tags[a:b] = 4 if thinks(q) else 2
        tags[a] -= 1
        anchor = Anchor("report", a, a, 0)
        end = -1
        for s, e in sorted({(s["start"], s["end"]) for q in these for s in q["spans"]}):
            if e > end:                                        # of fragments inside others the others
                c, d = words(max(s, end), e)
                stop = d
                while own and stop > c and texts[stop - 1] in ".,;":
                    stop -= 1
                anchor.spans.append((1, c, stop))
                anchor.ignored.append((stop, d))
                end = e
        add_source(anchor, q)
        if scheme == "copydesk" and all(q["kind"] == "mixed" for q in these):      # the clause around it may be longer
            for s in record["sentences"]:
                if any(s["start"] < t["end"] and t["start"] < s["end"] for q in these for t in q["spans"] + [q["cue"]]):
                    anchor.ignored.append(words(s["start"], s["end"]))
        out.append(anchor)
    if scheme != "litbank":                                    # words that look like cues and are none: nothing belongs to them
        out += [Anchor("report", i, i, 0) for i, t in enumerate(texts) if tags[i] == 0 and t.lower() in REPORTING]
    for m in OPENING.finditer(text):
        a, b = words(m.start(), m.end())
        inside = [q for q in marked if any(t["start"] <= m.start() + 2 and m.end() - 2 <= t["end"] for t in q["spans"])]
        inside = [q for q in inside if q["kind"] != "indirect" or scheme != "copydesk"]
        q = min(inside, key=lambda q: sum(t["end"] - t["start"] for t in q["spans"]), default=None)
        if b - a < 3 or own and q and thinks(q):
            continue
        anchor = Anchor("stretch", a, b - 1, 0 if not q else 1 if q["kind"] == "direct" else 2)
        if q:
            if q["cue"] and cue_of(q)[0] < cue_of(q)[1]:
                anchor.spans.append((1, *cue_of(q)))
            elif q["speaker"] and scheme == "litbank":         # its cues are not tagged
                s, e = place(q["speaker"])
                anchor.ignored.append((s - 3, e + 3))
            add_source(anchor, q)
        out.append(anchor)
    return out, None if scheme == "litbank" else tags


def own_cue(texts, a, b):
    """The head of a cue: "said" of "has said in a statement", "according to"; an empty range where no verb that reports is in it."""
    if texts[a].lower() == "according":
        return a, min(b, a + 2)
    head = next((i for i in range(a, b) if texts[i].lower() in REPORTING), None)
    return (head, head + 1) if head is not None else (a, b if b == a + 1 and texts[a].isalpha() else a)


def own_source(texts, a, b):
    """Where a source surely ends at the earliest: before an apposition, a clause, or an "of"."""
    stops = set(", ( of from for at in with who which whose that on – — ;".split())
    return next((i for i in range(a + 1, b) if texts[i].lower() in stops), b)


def row(anchor, gaps, a, b):
    """Of words a to b seen from an anchor: numbers of words, buckets, and tags [n] (IGNORE: no part in the loss)."""
    low, high = max(a, anchor.word - REACH), min(b, anchor.word + REACH + 1)
    words = np.arange(low, high)
    line = np.cumsum(gaps[low - a: high - a] == 2)
    tags = np.zeros(high - low, np.int64)
    for s, e in anchor.ignored:
        tags[max(0, s - low): max(0, e - low)] = IGNORE
    for tag, s, e in anchor.spans:
        tags[max(0, s - low): max(0, e - low)] = tag + 1
        if low <= s < high:
            tags[s - low] = tag
    return words, *bucket(words - anchor.word, line - line[anchor.word - low]), tags


def collate(parts):
    """Anchors of a batch. parts: (anchors, gaps, a, b, at) of each window; `at`: its first word in the batch.

    Per kind of anchor: anchor, close, what [a], and words, distance, lines, tags [a, n], padded with IGNORE.
    """
    rows = {"report": [], "stretch": []}
    for these, gaps, a, b, at in parts:
        for anchor in these:
            if a <= anchor.word and anchor.close < b:
                words, distance, lines, tags = row(anchor, gaps, a, b)
                rows[anchor.kind].append((anchor.word - a + at, anchor.close - a + at, anchor.what, words - a + at, distance, lines, tags))
    out = {}
    for kind, these in rows.items():
        if these:
            n = max(len(r[3]) for r in these)
            pad = lambda k, fill: np.stack([np.concatenate([r[k], np.full(n - len(r[k]), fill)]) for r in these])
            out[kind] = {"anchor": np.array([r[0] for r in these]), "close": np.array([r[1] for r in these]),
                         "what": np.array([r[2] for r in these]), "words": pad(3, 0), "distance": pad(4, 0), "lines": pad(5, 0),
                         "tags": pad(6, IGNORE)}
    return out
