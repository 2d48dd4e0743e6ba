"""How sure the model is of a span, made honest: a logistic fitted on articles held out of training (data.held)."""
import numpy as np

import data
import predict


def span_logits(doc, scores):
    """For each decoded span: (start, end, label), and the logit of the least probable of its words' tags."""
    lp = scores - np.logaddexp.reduce(scores, -1, keepdims=True)
    tags = predict.viterbi(scores)
    out = []
    for a, b, label in predict.spans_of(tags):
        p = min(float(lp[i, tags[i]]) for i in range(a, b))
        out.append(((int(doc.start[a]), int(doc.end[b - 1]), label), p - np.log(-np.expm1(min(p, -1e-6)))))
    return out


def fit(model, gold, tokenizer, cache):
    """a and b of score = 1 / (1 + exp(-(a * logit(p) + b))), by Newton's method on whether a span is exactly right."""
    x, y = [], []
    for corpus in data.CORPORA:
        if corpus.file not in ("wikinews.train", "worldwide.train", "conll2003.train"):
            continue
        docs = data.held(data.load_docs(gold, tokenizer, [corpus.file], cache))
        for doc, scores in zip(docs, predict.logits(model, docs, [corpus.scheme])):
            for span, logit in span_logits(doc, scores[corpus.scheme]):
                x.append(logit), y.append(span in doc.spans)
    x, y, w = np.stack([np.array(x), np.ones(len(x))], 1), np.array(y, float), np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        w += np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + 1e-3 * np.eye(2), x.T @ (y - p) - 1e-3 * (w - [1, 0]))
    p, raw = 1 / (1 + np.exp(-x @ w)), 1 / (1 + np.exp(-x[:, 0]))
    print(f"calibration: {len(y)} spans, {y.mean():.3f} right, a {w[0]:.3f} b {w[1]:.3f}, Brier {((raw - y) ** 2).mean():.4f} -> "
          f"{((p - y) ** 2).mean():.4f}", flush=True)
    return {"a": round(float(w[0]), 4), "b": round(float(w[1]), 4), "of": "logit of the least tag probability among a span's words"}
