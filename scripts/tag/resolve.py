#!/usr/bin/env python3
"""Turn tags written by hand into annotation records, and check them.

    python3 scripts/tag/resolve.py corpus --tags corpus/tags -o corpus/gold.jsonl

Every article of the folder (*.txt, and *.jsonl with an article on each line)
that has a tag file TAGS/ID.json becomes one line of the output. What does not
resolve or breaks a rule of the format is listed, and then nothing is written.
README.md beside this file shows what a tag file looks like.
"""
import argparse
import json
import re
import sys
from pathlib import Path

LABELS = ["PER", "ORG", "LOC", "FAC", "NORP", "PRODUCT", "DATE", "MONEY", "MISC"]
LAYERS = ["sentences", "entities", "chains", "quotes"]
MENTION_KINDS = ["name", "nominal", "pronoun"]
QUOTE_KINDS = ["direct", "mixed", "indirect"]

# Opening marks, each with the marks that close it.
CLOSING = {"“": "”", "‘": "’", '"': '"', "'": "'", "„": "“”", "‚": "‘’", "«": "»", "»": "«", "”": "”"}
ANY_CLOSING = set("".join(CLOSING.values()))


# Articles ------------------------------------------------------------------

def article_files(root):
    """The .txt and .jsonl files at or below `root`, in order, without gold."""
    if root.is_file():
        return [root]
    found = [p for p in root.rglob("*") if p.suffix in (".txt", ".jsonl") and p.is_file()]
    return sorted(p for p in found if p.name != "gold.jsonl" and not p.name.endswith(".gold.jsonl"))


def articles(root):
    """Yield {"id", "text", "meta"} of every article at or below `root`.

    The text is what the file holds: line ends and accents stay as they are.
    """
    root = Path(root)
    base = root if root.is_dir() else root.parent
    for path in article_files(root):
        name = path.relative_to(base).with_suffix("").as_posix()
        content = path.read_bytes().decode("utf-8")
        if path.suffix == ".txt":
            yield {"id": name, "text": content, "meta": {}}
            continue
        for number, line in enumerate(content.split("\n"), 1):
            if not line.strip():
                continue
            record = json.loads(line)
            ident = str(record.pop("id", f"{name}:{number}"))
            yield {"id": ident, "text": record.pop("text"), "meta": record}


def tag_file(folder, ident):
    """Where the tags of an article lie: its id, with odd characters as "_"."""
    return folder / (re.sub(r"[^\w./-]", "_", ident) + ".json")


# One article ---------------------------------------------------------------

class Resolver:
    """Resolves the tags of one article; `problems` collects what is wrong."""

    def __init__(self, article, tags):
        self.id, self.text, self.meta = article["id"], article["text"], article["meta"]
        self.tags = tags
        self.problems = []
        self.lines = self.text.split("\n")
        self.line_start = [0]
        for line in self.lines:
            self.line_start.append(self.line_start[-1] + len(line) + 1)

    def problem(self, what, *detail):
        self.problems.append(": ".join([what, *(str(d) for d in detail)]))

    def span(self, tag, what):
        """[line, "substring", occurrence] as a span, or None with a complaint."""
        if tag is None:
            return None
        try:
            line, substring = tag[0], tag[1]
            occurrence = tag[2] if len(tag) > 2 else 1
            assert 1 <= line <= len(self.lines) and substring and occurrence >= 1
        except (AssertionError, IndexError, TypeError):
            self.problem(f"{what} is no [line, \"text\", occurrence]", tag)
            return None
        at = -1
        for _ in range(occurrence):
            at = self.lines[line - 1].find(substring, at + 1)
            if at < 0:
                self.problem(f"{what} does not resolve", tag)
                return None
        start = self.line_start[line - 1] + at
        return {"start": start, "end": start + len(substring), "text": substring}

    def where(self, span):
        return f"line {self.text.count(chr(10), 0, span['start']) + 1}, {span['text'][:60]!r}"

    def record(self):
        sentences = self.sentences()
        entities = self.entities()
        chains = self.chains(entities)
        quotes = self.quotes(chains)
        self.check_names(entities, chains)
        return {
            "id": self.id, "text": self.text, "meta": {**self.meta, "layers": LAYERS},
            "sentences": sentences, "entities": entities, "chains": chains, "quotes": quotes,
        }

    # Sentences: only starts are tagged; a sentence ends where the space before the next one begins.
    def sentences(self):
        starts = [s for s in (self.span(t, "sentence") for t in self.tags["sentences"]) if s]
        for before, after in zip(starts, starts[1:]):
            if after["start"] <= before["start"]:
                self.problem("sentences out of order", self.where(after))
        for s in starts:
            if s["text"][0].isspace():
                self.problem("sentence starts with space", self.where(s))
            line = self.text[:s["start"]].rpartition("\n")[2]
            if line.rstrip().endswith(":"):
                self.problem("sentence starts after a colon", self.where(s))
        begins = sorted({s["start"] for s in starts})
        if self.text[:begins[0] if begins else None].strip():
            self.problem("text before the first sentence", repr(self.text[:60]))
        out = []
        for start, limit in zip(begins, begins[1:] + [len(self.text)]):
            out.append({"start": start, "end": start + len(self.text[start:limit].rstrip())})
        return out

    def entities(self):
        out = []
        for tag in self.tags["entities"]:
            span = self.span(tag, "entity")
            if not span:
                continue
            label = tag[3] if len(tag) > 3 else None
            if label not in LABELS:
                self.problem("no such label", label, self.where(span))
            if span["text"] != span["text"].strip():
                self.problem("entity with space at its edge", self.where(span))
            if (label != "MISC" and re.match(r"the ", span["text"], re.I)) or re.search(r"['’]s$", span["text"]):
                self.problem("entity with article or possessive", self.where(span))
            out.append({**span, "label": label})
        out.sort(key=lambda e: e["start"])
        for before, after in zip(out, out[1:]):
            if after["start"] < before["end"]:
                self.problem("entities overlap", self.where(before), after["text"])
        return [{"id": f"E{i}", **e} for i, e in enumerate(out, 1)]

    def chains(self, entities):
        out, owner = [], {}
        for tag in self.tags["chains"]:
            ident, label = tag["id"], tag["label"]
            if label not in LABELS:
                self.problem("no such label", label, ident)
            if any(c["id"] == ident for c in out):
                self.problem("chain id used twice", ident)
            mentions = []
            for m in tag["mentions"]:
                span = self.span(m, f"mention of {ident}")
                if not span:
                    continue
                kind = m[3] if len(m) > 3 else None
                if kind not in MENTION_KINDS:
                    self.problem("no such kind of mention", kind, self.where(span))
                if span["text"] != span["text"].strip() or re.search(r"['’]s$", span["text"]):
                    self.problem("mention with space or possessive at its edge", self.where(span))
                key = (span["start"], span["end"])
                if key in owner:
                    self.problem("mention twice", self.where(span), f"{owner[key]} and {ident}")
                owner[key] = ident
                mentions.append({**span, "kind": kind})
            mentions.sort(key=lambda m: (m["start"], -m["end"]))
            if len(mentions) < 2 and not (label in ("PER", "ORG") and mentions and mentions[0]["kind"] == "name"):
                self.problem("chain of one that is no named PER or ORG", ident)
            name = chain_name(label, mentions, entities, self.text)
            if name is None:
                name = tag.get("name")
                nominals = [m["text"] for m in mentions if m["kind"] == "nominal"]
                if (name not in nominals) if nominals else (name is not None):
                    self.problem("chain name is none of its nominals", ident, name)
            elif tag.get("name", name) != name:
                self.problem("chain name breaks the rule", ident, f"{tag['name']!r} should be {name!r}")
            out.append({"id": ident, "label": label, "name": name, "mentions": mentions})
        return out

    def check_names(self, entities, chains):
        """Every PER and ORG entity is (part of) a name of a chain of its own label."""
        names = [(m, c) for c in chains for m in c["mentions"] if m["kind"] == "name"]
        for e in entities:
            if e["label"] not in ("PER", "ORG"):
                continue
            around = [(m, c) for m, c in names if m["start"] <= e["start"] and e["end"] <= m["end"]]
            if not around:
                self.problem("entity in no chain", self.where(e))
                continue
            tightest = min(around, key=lambda mc: mc[0]["end"] - mc[0]["start"])[1]
            if tightest["label"] != e["label"]:
                self.problem("entity without a chain of its own label", self.where(e), tightest["id"])
        for m, c in names:
            if not any(m["start"] <= e["start"] and e["end"] <= m["end"] for e in entities):
                self.problem("name mention without an entity", self.where(m), c["id"])

    def quotes(self, chains):
        by_id = {c["id"]: c for c in chains}
        out = []
        for tag in self.tags["quotes"]:
            spans = [s for s in (self.span(t, "quote") for t in tag["spans"]) if s]
            if not spans:
                self.problem("quote without a span", tag)
                continue
            here, kind = self.where(spans[0]), tag["kind"]
            quote = {"kind": kind}
            if kind not in QUOTE_KINDS:
                self.problem("no such kind of quote", kind, here)
            elif kind != "indirect":
                quote["status"] = tag.get("status") or status(spans)
                for s in spans:
                    if s["text"][0] not in CLOSING:
                        self.problem("quote without its opening mark", self.where(s))
            elif re.search(r"[.,;:]$", spans[-1]["text"]) and not re.search(r"\b\w{1,4}\.$", spans[-1]["text"]):
                self.problem("indirect quote ends in punctuation", self.where(spans[-1]))
            for before, after in zip(spans, spans[1:]):
                if after["start"] < before["end"]:
                    self.problem("spans of a quote out of order", here)
            quote["spans"] = spans
            quote["cue"] = self.span(tag.get("cue"), "cue")
            quote["speaker"] = self.span(tag.get("speaker"), "speaker")
            if quote["cue"] and inside(quote["cue"], spans):
                self.problem("cue inside its quote", here)
            self.speaker(quote, tag.get("chain"), by_id, here)
            out.append(quote)
        out.sort(key=lambda q: (q["spans"][0]["start"], -q["spans"][-1]["end"]))
        self.check_halves(out)
        return [{"id": f"Q{i}", **q} for i, q in enumerate(out, 1)]

    def speaker(self, quote, ident, by_id, here):
        """Check the speaker's chain and fill in its name."""
        speaker = quote["speaker"]
        if not speaker:
            if ident:
                self.problem("chain without a speaker", here)
            return
        if ident and ident not in by_id:
            self.problem("no such chain", ident, here)
            ident = None
        key = (speaker["start"], speaker["end"])
        holder = [c["id"] for c in by_id.values()
                  if any((m["start"], m["end"]) == key for m in c["mentions"])]
        if holder != ([ident] if ident else []):
            self.problem("speaker's chain", here, f"{ident}, but its span is a mention of {holder or 'none'}")
        if inside(speaker, quote["spans"]) and quote["kind"] != "indirect":
            self.problem("speaker inside the quote", here)
        speaker["chain"] = ident
        speaker["name"] = by_id[ident]["name"] if ident else None

    def check_halves(self, quotes):
        """An indirect clause is listed beside its quoted fragments only when they are less than half of it."""
        def source(q):
            return tuple((q[k]["start"], q[k]["end"]) if q[k] else None for k in ("cue", "speaker"))
        for q in quotes:
            if q["kind"] != "indirect":
                continue
            fragments = [s for m in quotes if m["kind"] == "mixed" and source(m) == source(q)
                         for s in m["spans"] if inside(s, q["spans"])]
            length = sum(len(s["text"]) for s in q["spans"])
            if 2 * sum(len(s["text"]) for s in fragments) >= length:
                self.problem("indirect quote is half in marks or more", self.where(q["spans"][0]))


def status(spans):
    """The status of a quotation: closed, unclosed, or repaired (a mark of another style closes it).

    Only the last fragment must have a closing mark: the others may be paragraphs that go on.
    """
    for s in spans:
        mark, body, end = s["text"][0], s["text"][1:-1], s["text"][-1]
        inner = any(end in closing and opening in body for opening, closing in CLOSING.items())
        if end in ANY_CLOSING and end not in CLOSING.get(mark, "") and not inner:
            return "repaired"
    last = spans[-1]["text"]
    return "closed" if len(last) > 1 and last[-1] in CLOSING.get(last[0], "") else "unclosed"


def inside(span, spans):
    return any(s["start"] <= span["start"] and span["end"] <= s["end"] for s in spans)


def chain_name(label, mentions, entities, text):
    """The longest entity text inside the name mentions, the first of equals; None without one.

    Entities of the chain's own label come first ("Navy" is no name of "Navy Lt. Jo Ray"), and
    the owner in "Ray's son Tim" is left out.
    """
    found = []
    for m in mentions:
        if m["kind"] != "name":
            continue
        for e in entities:
            if m["start"] <= e["start"] and e["end"] <= m["end"]:
                owner = e["end"] < m["end"] and re.match(r"['’]", text[e["end"]:])
                found.append((not owner, e["label"] == label, len(e["text"]), -e["start"], e["text"]))
    return max(found)[-1] if found else None


# Hints for the second reading ----------------------------------------------

PRONOUNS = re.compile(r"\b(he|she|they|him|her|hers|them|his|their|theirs|its|it|himself|herself|itself|"
                      r"themselves|we|us|our|I|me|my|you|your)\b", re.I)
REPORTS = re.compile(r"\b(said|says?|told|tells?|added|adds|wrote|warn(?:s|ed)|claim(?:s|ed)|announced|asked|"
                     r"according to|denie[sd]|promise[sd]|urged|ordered|insist(?:s|ed)|admitted|called?|"
                     r"testified|replied|noted|estimates|joked)\b", re.I)


def hints(record):
    """What a second reading may look at: not errors, and often right as they are."""
    text = record["text"]
    mentions = {(m["start"], m["end"]) for c in record["chains"] for m in c["mentions"]}
    starts = {s["start"] for s in record["sentences"]}
    cues = [q["cue"] for q in record["quotes"] if q["cue"]]
    marked = [s for q in record["quotes"] if q["kind"] != "indirect" for s in q["spans"]]

    def around(start, end):
        line = text.count("\n", 0, start) + 1
        return f"line {line}, {' '.join(text[max(0, start - 30):end + 30].split())!r}"

    for m in PRONOUNS.finditer(text):
        if (m.start(), m.end()) not in mentions:
            yield f"pronoun in no chain: {m.group()}: {around(m.start(), m.end())}"
    for m in re.finditer(r"\b[^\W\d_]\w+", text):
        if m.group()[0].isupper() and not {m.start(), m.start() - 1} & starts and not any(
                e["start"] <= m.start() and m.end() <= e["end"] for e in record["entities"]):
            yield f"capital in no entity: {m.group()}: {around(m.start(), m.end())}"
    for m in REPORTS.finditer(text):
        if not any(c["start"] <= m.start() < c["end"] for c in cues):
            yield f"no cue: {m.group()}: {around(m.start(), m.end())}"
    for m in re.finditer(r"[“”„«»\"]", text):
        if not any(s["start"] <= m.start() < s["end"] for s in marked):
            yield f"mark in no quote: {around(m.start(), m.end())}"


# Command line --------------------------------------------------------------

def main():
    p = argparse.ArgumentParser(description="Turn tags written by hand into annotation records, and check them.")
    p.add_argument("folder", type=Path, help="folder with the articles (*.txt, *.jsonl)")
    p.add_argument("--tags", type=Path, help="folder with the tag files ID.json (default: FOLDER/tags)")
    p.add_argument("-o", "--output", type=Path, help="file to write (default: check only)")
    p.add_argument("--only", nargs="+", metavar="ID", default=[], help="only these articles")
    p.add_argument("--hints", action="store_true", help="list what a second reading may look at")
    args = p.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    tags = args.tags or args.folder / "tags"

    records, bad, seen = [], 0, set()
    for article in articles(args.folder):
        if args.only and article["id"] not in args.only:
            continue
        if article["id"] in seen:
            print(f"{article['id']}\n   MEND id used twice")
            bad += 1
        seen.add(article["id"])
        path = tag_file(tags, article["id"])
        if not path.exists():
            print(f"{article['id']}: no tags")
            continue
        resolver = Resolver(article, json.loads(path.read_text(encoding="utf-8")))
        record = resolver.record()
        records.append(record)
        mentions = sum(len(c["mentions"]) for c in record["chains"])
        print(f"{record['id']}: {len(record['sentences'])} sentences, {len(record['entities'])} entities, "
              f"{len(record['chains'])} chains, {mentions} mentions, {len(record['quotes'])} quotes")
        for problem in resolver.problems:
            print("   MEND", problem)
        bad += len(resolver.problems)
        if args.hints:
            for hint in hints(record):
                print("   LOOK", hint)
    if bad:
        print(f"{bad} to mend; nothing written")
        return 1
    if args.output:
        lines = [json.dumps(r, ensure_ascii=False) + "\n" for r in records]
        args.output.write_bytes("".join(lines).encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
