"""Invented sentences with everything the model sees and says of them, so that another implementation can be held to it."""
import json

import numpy as np
import torch

import data
import predict
import quotes

SENTENCES = [
    ("Mayor Ann Lee met reporters in Oslo on Monday. “It is over,” she said.", "copydesk"),
    ("The Harbour Board of Port Ellery will pay $4.2 million to Quillan Freight Ltd. by 3 March 2027.", "worldwide"),
    ("BIRCHWOOD BEAT ST. MARO 3-1 IN THE ALDERNEY CUP", "conll2003"),
    ("Zoë Kraïm, née Müller-Østby, flew from São Tomé to Łódź; Señor Peña didn’t.", "copydesk"),
    ("omg just saw dana whitlock at the brightwater mall 😂😂 she's so tall!!", "uner"),
    ("HARVEST FAIR\n\nTENSK, 12 June — The Iran-backed militia’s anti-Brexit friends said nothing.", "copydesk"),
    ("“We’re not leaving,” said Col. R. T. Abara of the 3rd Vellish Guards, “until the U.N. comes.”", "worldwide"),
    ("东京 and Москва are far from Kirkby-on-the-Moor (pop. 1,204), ½ day by the A66.", "copydesk"),
    ("A", "copydesk"),
    ("e\u0301lan vital\tand\u00a0so on\u2026 at 19:00 local time, www.example.org/Page?id=7#top", "conll2003"),
    ("In Tessaly's parliament, the Green Alliance and McTavish & O'Neill LLP argued over an iPhone, a B-52 and the eReader Act.",
     "copydesk"),
    ("Pneumonoultramicroscopicsilicovolcanoconiosis struck Supercalifragilistic Holdings plc; " * 3, "litbank"),
]


def seen(model, doc, out):
    """What the words are to the first cue-like word and to the first stretch between marks: log-probabilities [w, 5], or none."""
    place = lambda texts: next((i for i, t in enumerate(doc.texts) if t in texts), None)
    cue, opening, closing = place(quotes.REPORTING), place(["“"]), place(["”"])
    found = []
    for kind, anchor, close in (("report", cue, cue), ("stretch", opening, closing)):
        if anchor is None:
            continue
        a = quotes.collate([([quotes.Anchor(kind, anchor, close, 0)], doc.gaps, 0, len(doc.texts), 0)])[kind]
        a = {k: torch.from_numpy(v) for k, v in a.items()}
        with torch.no_grad():
            tags, kinds = model.heads["quotes"].pairs(out, kind, *(a[k] for k in ("anchor", "close", "words", "distance", "lines")))
        found.append({"kind": kind, "anchor": anchor, "close": close, "tags": rounded(tags[0].log_softmax(-1)),
                      "kinds": rounded(kinds[0].softmax(-1))})
    return found


def rounded(x):
    return np.round(x.numpy().astype(float), 5).tolist()


def write(model, folder):
    """reference.json: for each text its words (code points), all inputs, and the model's outputs in fp32."""
    tokenizer = data.load_tokenizer(folder / "tokenizer.json")
    records = []
    for text, scheme in SENTENCES:
        doc = data.make_doc({"id": "reference", "text": text}, tokenizer)
        batch = data.collate([doc], [(0, 0, len(doc.texts))])
        inputs = {k: torch.from_numpy(v) for k, v in batch.items()}
        mask = inputs.pop("mask")
        numbers = [data.SCHEMES[scheme], quotes.SCHEMES.get(scheme, 0)]
        with torch.no_grad():
            heads = model(**inputs, scheme=torch.tensor([numbers]))
        records.append({
            "text": text, "scheme": scheme, "words": [[int(a), int(b)] for a, b in zip(doc.start, doc.end)],
            "inputs": {"ids": batch["ids"][0].tolist(), "word": batch["word"][0].tolist(), "first": batch["first"].tolist(),
                       "shapes": batch["shapes"].tolist(), "chars": batch["chars"].tolist(), "scheme": numbers},
            "anchors": seen(model, doc, heads["quotes"]),
            "outputs": {k: rounded(v) for k, v in heads.items()},
        })
    # An article of several windows, stitched.
    text = "\n\n".join(t for t, _ in SENTENCES[:8]) * 2
    doc = data.make_doc({"id": "reference", "text": text}, tokenizer)
    stitched = []
    for a, b, c, d in predict.slide(doc.first):
        inputs = {k: torch.from_numpy(v) for k, v in data.collate([doc], [(0, a, b)]).items()}
        inputs.pop("mask")
        with torch.no_grad():
            stitched.append(model(**inputs, scheme=torch.tensor([[0, 0]]))["entities"][c - a: d - a].numpy())
    assert len(stitched) > 1
    long = {"text": text, "entities": np.round(np.concatenate(stitched).astype(float), 4).tolist()}
    records.append({"slide": [{"first": f, "window": w, "overlap": v, "windows": predict.slide(np.array(f), w, v)} for f, w, v in
                              ((list(range(0, 41, 2)), 16, 4), ([0, 1, 2, 30, 31, 35, 36, 40, 41], 18, 6), (list(range(25)), 12, 3))]})
    with open(folder / "reference.json", "w", encoding="utf-8") as f:
        f.write(json.dumps({"cases": records[:-1], "long": long, "slide": records[-1]["slide"]}, ensure_ascii=False) + "\n")
