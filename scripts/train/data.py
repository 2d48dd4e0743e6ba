"""Annotation records to arrays: words, pieces, case features, tags; windows and batches of them.

A word is a pre-token of the tokenizer (BertPreTokenizer: cut at white space and around punctuation). Entities are tagged on
words; a gold span that cuts a word is ignored (its words take no part in the loss).
"""
import hashlib
import json
import pickle
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import quotes
from model import LABELS, TAGS, WORD_CHARS

CLS, SEP, MASK = 101, 102, 103

# ---------------------------------------------------------------------------------------------------------------------
# Schemes: what a corpus calls a name. The number is the model's input `scheme`.

SCHEMES = {"copydesk": 0, "worldwide": 1, "conll2003": 2, "ontogum": 3, "litbank": 4, "uner": 5, "masc": 6, "wikigold": 7,
           "re3d": 8, "meantime": 9, "gmb": 10}
SCHEME_LABELS = {"copydesk": LABELS, "worldwide": LABELS, "conll2003": ["PER", "ORG", "LOC", "MISC"],
                 "ontogum": ["PER", "ORG", "LOC", "NORP", "DATE", "MISC"], "litbank": ["PER", "ORG", "LOC", "FAC", "PRODUCT"],
                 "uner": ["PER", "ORG", "LOC"], "masc": ["PER", "ORG", "LOC", "FAC", "DATE"],
                 "wikigold": ["PER", "ORG", "LOC", "MISC"], "re3d": ["PER", "ORG", "LOC", "NORP", "PRODUCT", "DATE", "MONEY"],
                 "meantime": ["PER", "ORG", "LOC", "PRODUCT", "MONEY", "MISC"],
                 "gmb": ["PER", "ORG", "LOC", "NORP", "DATE", "MISC"]}


@dataclass(frozen=True)
class Corpus:
    """A training corpus. `weight`: times an epoch sees each document (below one: the share of documents).

    `own`: what a label of the corpus may be in Copydesk's scheme, where the label itself is not enough; "O" stands for words
    outside all names. None: the corpus never trains Copydesk's scheme.
    `scheme`: None where names are not annotated; `quotes`: how its quotes are annotated (quotes.SCHEMES), if they are.
    """
    file: str
    scheme: str | None
    weight: float
    to_copydesk: dict | None = field(default_factory=dict, hash=False)
    openly_licensed: bool = True
    quotes: str | None = None


CONLL = {"LOC": ["LOC", "FAC"], "MISC": ["NORP", "PRODUCT", "MISC"], "O": ["O", "DATE", "MONEY"]}
CORPORA = [
    Corpus("wikinews.train", "copydesk", 8.0, quotes="copydesk"),
    Corpus("worldwide.train", "worldwide", 1.0, {"O": ["O", "DATE"]}, False),         # relative dates are no DATE there
    Corpus("conll2003.train", "conll2003", 1.0, CONLL, False),
    Corpus("uner_en_ewt.train", "uner", 0.3,
           {"LOC": ["LOC", "FAC"], "O": ["O", "FAC", "NORP", "PRODUCT", "DATE", "MONEY", "MISC"]}),
    Corpus("masc.train", "masc", 0.25, {"O": ["O", "NORP", "PRODUCT", "DATE", "MONEY", "MISC"]}, False),
    Corpus("wikigold.train", "wikigold", 0.5, CONLL),
    Corpus("gum.train", "ontogum", 0.5,
           {"PER": ["PER", "NORP"], "LOC": ["LOC", "FAC"], "MISC": ["MISC", "PRODUCT", "NORP", "FAC"],
            "O": ["O", "NORP", "DATE", "MONEY", "PRODUCT", "MISC"]}, False, quotes="gum"),
    Corpus("re3d.train", "re3d", 0.5, {"ORG": ["ORG", "LOC"], "LOC": ["LOC", "FAC"], "O": ["O", "MISC", "DATE"]}),
    Corpus("meantime.train", "meantime", 0.5, None),
    Corpus("litbank.train", "litbank", 0.3, None, quotes="litbank"),
    Corpus("polnear.train", None, 0.6, None, False, quotes="polnear"),
]
QUOTED = {c.file.split(".")[0]: c.quotes for c in CORPORA}       # of development files too
HELD = 40      # every so many-th article of a training file trains nothing; calibration is fitted on them
OPEN_GUM = ("news", "interview", "academic", "court", "bio", "voyage")    # genres of GUM under an open licence

# ---------------------------------------------------------------------------------------------------------------------
# Case features

ALPHABET = ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?'\"-–—‘’“”«»()[]{}<>/\\|&%$€£¥#@*+=_~^°§…·•"
            "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿĀāĂăĄąĆćČčĎďĐđĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŒœŘřŚśŞşŠšŢţŤťŪūŮůŰű"
            "ŹźŻżŽžȘșȚț")                                 # 0: none, 1: any other character, then these
SHAPE_CLASSES = ["lower", "title", "capital", "upper", "mixed", "digits", "year", "alnum", "punct", "other"]
GAPS = ["joined", "space", "line"]
SHAPES = ["none"] + [f"{c}/{g}" for c in SHAPE_CLASSES for g in GAPS]      # 31; id 1 + 3 * class + gap
CHAR_ID = {c: i + 2 for i, c in enumerate(ALPHABET)}


def shape_class(word):
    """The class of a word, by its characters as they stand in the text.

    U: characters with Unicode's property Uppercase, L: Lowercase, D: of the categories Nd, Nl, No (Rust: is_uppercase,
    is_lowercase, is_numeric). First rule that holds:
      U = L = D = 0: punct when the first character is ASCII, else other
      D > 0: alnum when U + L > 0; year when the word is four characters, all D; else digits
      U = 0: lower
      L = 0: capital when U = 1, else upper
      U = 1 and the first character is U: title
      else mixed
    """
    upper = sum(c.isupper() for c in word)
    lower = sum(c.islower() for c in word)
    digit = sum(unicodedata.category(c) in ("Nd", "Nl", "No") for c in word)
    if upper + lower + digit == 0:
        return 8 if word[0] < "\x80" else 9
    if digit:
        return 7 if upper + lower else 6 if digit == len(word) == 4 else 5
    if not upper:
        return 0
    if not lower:
        return 2 if upper == 1 else 3
    return 1 if upper == 1 and word[0].isupper() else 4


def gap_class(text, end, start):
    """What stands between a word and the one before it: 0 nothing, 1 something, 2 something with a line feed (or the text's start)."""
    between = text[end:start]
    return 2 if start == 0 or end < 0 or "\n" in between else 1 if between else 0


def char_ids(word):
    ids = [CHAR_ID.get(c, 1) for c in word[:WORD_CHARS]]
    return ids + [0] * (WORD_CHARS - len(ids))


@dataclass
class Doc:
    """An article as arrays: p pieces, w words."""
    id: str
    corpus: int                # number in CORPORA; -1 for articles that are only read
    ids: np.ndarray            # [p] vocabulary
    word: np.ndarray           # [p] word of each piece
    first: np.ndarray          # [w + 1] first piece of each word, then p
    start: np.ndarray          # [w] offsets in the text, code points
    end: np.ndarray
    texts: list                # [w] the words as they stand
    gaps: np.ndarray           # [w]
    tags: np.ndarray           # [w] in the corpus's own scheme; -1: no part in the loss
    spans: list                # gold (start, end, label), all of them
    quotes: list               # [(anchors, tags of cues)] of quotes.anchors: as annotated, and, in other schemes, as Copydesk's has it


def load_tokenizer(path):
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def words_of(text, encoding):
    """Start and end of every word, first piece of every word, word of every piece, from the tokenizer's pieces."""
    word, first, start, end, last = [], [], [], [], None
    for i, (w, (s, e)) in enumerate(zip(encoding.word_ids, encoding.offsets)):
        if w != last:
            first.append(i), start.append(s), end.append(e)
            last = w
        start[-1], end[-1] = min(start[-1], s), max(end[-1], e)
        word.append(len(first) - 1)
    return word, first, start, end


def make_doc(record, tokenizer, corpus=-1, marked=None):
    """`marked`: the scheme of the record's quotes (quotes.SCHEMES), None to leave them out."""
    text = record["text"]
    encoding = tokenizer.encode(text, add_special_tokens=False)
    word, first, start, end = words_of(text, encoding)
    spans = [(e["start"], e["end"], e["label"]) for e in record.get("entities", [])]
    start_, end_ = np.array(start, np.int32), np.array(end, np.int32)
    words = lambda s, e: (int(np.searchsorted(end_, s, "right")), int(np.searchsorted(start_, e, "left")))     # those that overlap
    tags = np.full(len(start), -1 if 0 <= corpus and CORPORA[corpus].scheme is None else 0, np.int8)
    for s, e, label in spans:
        a, b = words(s, e)
        if a >= b:
            continue
        if start_[a] != s or end_[b - 1] != e:
            tags[a:b] = -1
        else:
            tags[a:b] = TAGS.index(f"I-{label}")
            tags[a] -= 1
    for n in record.get("nominal_entities", []):       # re3d: annotated, but no names; other schemes may differ
        a, b = words(n["start"], n["end"])
        tags[a:b][tags[a:b] == 0] = -1
    gaps = [gap_class(text, end[i - 1] if i else -1, s) for i, s in enumerate(start)]
    texts = [text[s:e] for s, e in zip(start, end)]
    found = [quotes.anchors(record, marked, texts, words)] if marked else []
    if marked in ("polnear", "gum"):
        found.append(quotes.anchors(record, marked, texts, words, own=True))
    return Doc(record["id"], corpus, np.array(encoding.ids, np.int32), np.array(word, np.int32),
               np.array(first + [len(word)], np.int32), start_, end_, texts, np.array(gaps, np.int8), tags, spans, found)


def read_records(path, limit=None):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for _, line in zip(range(limit or 10**9), f)]


def load_docs(gold, tokenizer, files, cache, only_open=False):
    """Documents of the files, as (number in CORPORA or -1), from a cache when nothing changed."""
    cache = Path(cache)
    docs = []
    names = [c.file for c in CORPORA]
    for name in files:
        path = Path(gold) / f"{name}.jsonl"
        if not path.exists():
            print(f"data: {path.name} is not there, left out", flush=True)
            continue
        code = "".join((Path(__file__).parent / f).read_text(encoding="utf-8") for f in ("data.py", "quotes.py"))
        stamp = f"{path.stat().st_size}:{code}"
        file = cache / f"{name}.{hashlib.sha256(stamp.encode()).hexdigest()[:12]}.pkl"
        if not file.exists():
            cache.mkdir(parents=True, exist_ok=True)
            number = names.index(name) if name in names else -1
            made = [make_doc(r, tokenizer, number, QUOTED.get(name.split(".")[0])) for r in read_records(path)]
            part = file.with_suffix(f".{id(made)}")
            part.write_bytes(pickle.dumps([d for d in made if len(d.texts)]))
            part.replace(file)
        these = pickle.loads(file.read_bytes())
        if only_open and name.startswith("gum."):
            these = [d for d in these if d.id.split("_")[1] in OPEN_GUM]
        docs += these
    return docs


def trained(docs):
    return [d for i, d in enumerate(docs) if i % HELD != HELD // 2]


def held(docs):
    return docs[HELD // 2:: HELD]


# ---------------------------------------------------------------------------------------------------------------------
# Windows and batches

OWN_QUOTES = 0.5     # windows of other corpora whose quotes are read in Copydesk's scheme, as far as they say what that would have
AUGMENT = {"lower": 0.04, "upper": 0.04, "title": 0.02, "headline": 0.04, "flat": 0.15, "mask": 0.02}
"""Shares of windows that are set in lower case, in capitals, in title case, whose lines are each set in capitals at odds
of a third, whose line ends become blanks; and the share of pieces that become [MASK]. Pieces are uncased, so only case
features change. Wikinews, the smallest, meets every kind often enough by its weight."""


def windows_of(doc, cap, offset=0):
    """Cuts a document into ranges of words [a, b) of at most `cap` pieces; the first is shorter by `offset` pieces."""
    a, w, room = 0, len(doc.texts), max(cap - offset, 32)
    while a < w:
        b = int(np.searchsorted(doc.first, doc.first[a] + room, "right")) - 1
        b = min(max(b, a + 1), w)
        yield a, b
        a, room = b, cap


def features(doc, a, b, rng=None, augment=None):
    """shapes [b - a], chars [b - a, L], gaps [b - a] of words a to b."""
    texts, gaps = doc.texts[a:b], doc.gaps[a:b].astype(np.int64)
    if augment:
        r = rng.random()
        for kind, change in (("lower", str.lower), ("upper", str.upper), ("title", str.capitalize)):
            r -= augment[kind]
            if r < 0:
                texts = [change(t) for t in texts]
                break
        else:
            if r - augment["headline"] < 0:
                loud, texts = False, list(texts)
                for i, g in enumerate(gaps):
                    loud = rng.random() < 1 / 3 if g == 2 else loud
                    if loud:
                        texts[i] = texts[i].upper()
        if rng.random() < augment["flat"]:
            gaps = np.minimum(gaps, 1)
    shapes = np.array([FEATURES(t)[0] for t in texts], np.int64) * 3 + gaps + 1
    return shapes, np.array([FEATURES(t)[1] for t in texts], np.int64), gaps


def FEATURES(word, memory={}):
    if word not in memory:
        if len(memory) > 500_000:
            memory.clear()
        memory[word] = (shape_class(word), char_ids(word))
    return memory[word]


def allowed_tags():
    """For each corpus [tags, tags]: row t holds the tags of Copydesk's scheme that the corpus's own tag t may be."""
    out = np.zeros((len(CORPORA), len(TAGS), len(TAGS)), bool)
    for c, corpus in enumerate(CORPORA):
        for t, tag in enumerate(TAGS):
            prefix, label = (tag[:2], tag[2:]) if tag != "O" else ("", "O")
            for other in (corpus.to_copydesk or {}).get(label, [label]):
                for p in ([prefix] if label != "O" else ["B-", "I-"]):
                    out[c, t, 0 if other == "O" else TAGS.index(p + other)] = True
    return out


def collate(docs, items, rng=None, augment=None, copydesk_share=0.0, allowed=None):
    """A batch of windows as arrays. items: (number of the document, a, b).

    ids [B, n], mask [B, n], word [B, n], first [W], shapes [W + 1], chars [W + 1, L]; to train: scheme [W, 2], target [W, 19]
    (what the word's tag may be; all false: no part in the loss), cues [W], quotes (quotes.collate). W words of all windows one
    after the other.
    """
    lengths = [int(docs[d].first[b] - docs[d].first[a]) for d, a, b in items]
    n, total = max(lengths) + 2, sum(b - a for _, a, b in items)
    ids, mask, word = np.zeros((len(items), n), np.int64), np.zeros((len(items), n), bool), np.full((len(items), n), total)
    first, shapes, chars, scheme, target, cues, parts, at = [], [], [], [], [], [], [], 0
    for i, (d, a, b) in enumerate(items):
        doc, p, q = docs[d], docs[d].first[a], docs[d].first[b]
        ids[i, 0], ids[i, 1: 1 + q - p], ids[i, 1 + q - p], mask[i, : q - p + 2] = CLS, doc.ids[p:q], SEP, True
        word[i, 1: 1 + q - p] = doc.word[p:q] - a + at
        first.append(doc.first[a:b] - p + 1 + i * n)
        s, c, gaps = features(doc, a, b, rng, augment)
        shapes.append(s), chars.append(c)
        if augment:
            hit = rng.random(q - p) < augment["mask"]
            ids[i, 1: 1 + q - p][hit] = MASK
        if allowed is not None:
            corpus, tags = CORPORA[doc.corpus], doc.tags[a:b]
            switch = corpus.to_copydesk is not None and rng.random() < copydesk_share
            table = allowed[doc.corpus] if switch else np.eye(len(TAGS), dtype=bool)
            t = table[tags]
            t[tags < 0] = False
            target.append(t)
            number = 0 if switch or corpus.scheme is None else SCHEMES[corpus.scheme]
            own = len(doc.quotes) == 2 and rng.random() < OWN_QUOTES
            anchors, marked = doc.quotes[own] if doc.quotes else ([], None)
            scheme.append(np.full((b - a, 2), (number, 0 if own else quotes.SCHEMES.get(corpus.quotes, 0))))
            cues.append(np.full(b - a, quotes.IGNORE) if marked is None else marked[a:b])
            parts.append((anchors, gaps, a, b, at))
        at += b - a
    shapes.append(np.zeros(1, np.int64)), chars.append(np.zeros((1, WORD_CHARS), np.int64))
    out = {"ids": ids, "mask": mask, "word": word, "first": np.concatenate(first).astype(np.int64),
           "shapes": np.concatenate(shapes), "chars": np.concatenate(chars)}
    if allowed is not None:
        out |= {"scheme": np.concatenate(scheme), "target": np.concatenate(target), "cues": np.concatenate(cues),
                "quotes": quotes.collate(parts)}
    return out


def epoch_batches(docs, seed, epoch, pieces, cap_range, weights):
    """The batches of an epoch: lists of (document, a, b), about `pieces` padded pieces each. A function of its arguments alone."""
    rng = np.random.default_rng([seed, epoch])
    items = []
    for d, doc in enumerate(docs):
        weight = weights[doc.corpus]
        for _ in range(int(weight) + (rng.random() < weight - int(weight))):
            cap = int(rng.integers(*cap_range))
            items += [(d, a, b) for a, b in windows_of(doc, cap - 2, int(rng.integers(cap)))]
    order = rng.permutation(len(items))
    length = np.array([docs[d].first[b] - docs[d].first[a] for d, a, b in items])
    batches = []
    for lot in np.array_split(order, max(1, len(order) // 400)):
        lot, now = lot[np.argsort(length[lot], kind="stable")], []
        for i in lot:
            if now and (length[i] + 2) * (len(now) + 1) > pieces:
                batches.append(now)
                now = []
            now.append(items[i])
        batches.append(now)
    return [batches[i] for i in rng.permutation(len(batches))]
