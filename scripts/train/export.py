"""The model folder: weights once (fp16), two graphs over them (fp32 and int8), tokenizer, configuration, reference.

weights.safetensors holds every parameter under its PyTorch name, rounded to fp16. model.onnx holds no weights: its
initialisers point into that file by offset (ONNX external data) and are widened by a Cast. They name the file weights.data,
since rten takes external data only from files named so: read weights.safetensors and hand it over under that name. model.int8.onnx carries the
encoder's matrices as int8 and points to the same file for the rest.
"""
import json
import struct

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

import calibrate
import data
import loop
import predict
import quotes
from model import ATTENTION_HEADS, HEAD_WIDTH, LABELS, LAYERS, TAGS, WIDTH, WORD_CHARS, load_encoder

NAME = "copydesk-2026-11-21.2"
PRECISION = "int8"             # what the model recommends: int8 where that costs 0.3 F1 on worldwide.dev at most
WEIGHTS = "weights.safetensors"
EXTERNAL = "weights.data"      # what the graphs call it
OPSET = 17


def round_weights(state):
    return {k: v.detach().float().half() for k, v in state.items()}


def write_weights(state, path):
    """A safetensors file; returns {name: (offset in the file, shape)}. Data starts at a multiple of 64 bytes."""
    names = sorted(state, key=lambda k: (state[k].numel() % 32 != 0, k))      # odd sizes last: the rest stays aligned
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for k in names:
        size = state[k].numel() * 2
        header[k] = {"dtype": "F16", "shape": list(state[k].shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % 64)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for k in names:
            f.write(state[k].contiguous().numpy().tobytes())
    return {k: (8 + len(text) + header[k]["data_offsets"][0], list(state[k].shape)) for k in names}


class Graph:
    """A little ONNX writer: nodes one after the other, each named by its output."""

    def __init__(self, places, state, int8=False):
        self.places, self.state, self.int8 = places, state, int8
        self.nodes, self.initialisers, self.made, self.count = [], [], {}, 0

    def op(self, kind, *inputs, out=None, outputs=1, **attributes):
        self.count += 1
        names = [out or f"{kind.lower()}_{self.count}"] + [f"{kind.lower()}_{self.count}_{i}" for i in range(1, outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=f"n{self.count}", **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, array):
        self.count += 1
        self.initialisers.append(onnx.numpy_helper.from_array(np.asarray(array), f"c{self.count}"))
        return f"c{self.count}"

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def weight(self, name, rows=None):
        """A parameter as fp32; `rows`: only its first rows, as a vector when it is one."""
        key = (name, rows)
        if key not in self.made:
            offset, shape = self.places[name]
            shape = shape if rows is None else shape[1:]
            t = TensorProto(name=f"{name}" if rows is None else f"{name}.first", data_type=TensorProto.FLOAT16, dims=shape,
                            data_location=TensorProto.EXTERNAL)
            for k, v in (("location", EXTERNAL), ("offset", offset), ("length", 2 * int(np.prod(shape)))):
                t.external_data.add(key=k, value=str(v))
            self.initialisers.append(t)
            self.made[key] = self.op("Cast", t.name, to=TensorProto.FLOAT)
        return self.made[key]

    def linear(self, x, name, exact=False):
        """x @ weight^T + bias; in the int8 graph with int8 weights (a scale per output) unless `exact`."""
        if not self.int8 or exact:
            y = self.op("MatMul", x, self.op("Transpose", self.weight(f"{name}.weight"), perm=[1, 0]))
            return self.op("Add", y, self.weight(f"{name}.bias"))
        if ("q", x) not in self.made:
            self.made["q", x] = self.op("DynamicQuantizeLinear", x, outputs=3)
        q, scale, zero = self.made["q", x]
        w = self.state[f"{name}.weight"].float().numpy().T                    # [in, out]
        s = (np.abs(w).max(0) / 127).astype(np.float32)
        y = self.op("MatMulInteger", q, self.constant(np.clip(np.round(w / s), -127, 127).astype(np.int8)), zero,
                    self.constant(np.zeros(w.shape[1], np.int8)))
        y = self.op("Mul", self.op("Cast", y, to=TensorProto.FLOAT), self.op("Mul", scale, self.constant(s)))
        return self.op("Add", y, self.weight(f"{name}.bias"))

    def norm(self, x, name):
        return self.op("LayerNormalization", x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), axis=-1, epsilon=1e-12)

    def gelu(self, x):
        e = self.op("Erf", self.op("Div", x, self.constant(np.float32(np.sqrt(2)))))
        return self.op("Mul", self.op("Mul", x, self.op("Add", e, self.constant(np.float32(1)))), self.constant(np.float32(0.5)))


def encoder_graph(g):
    """ids, word, first, shapes, chars -> hidden [w, 384], character vectors [w, 128]."""
    # case features, [w + 1, ...]
    x = g.op("Gather", g.weight("case.chars.weight"), "chars")                       # [w + 1, L, 32]
    x = g.op("Pad", x, g.ints(0, 1, 0, 0, 1, 0))
    x = g.op("Concat", *(g.op("Slice", x, g.ints(i), g.ints(i + WORD_CHARS), g.ints(1)) for i in range(3)), axis=2)
    x = g.op("ReduceMax", g.op("Relu", g.linear(x, "case.conv", exact=True)), axes=[1], keepdims=0)     # [w + 1, 128]
    case = g.op("Add", g.op("Gather", g.weight("case.shape.weight"), "shapes"), g.linear(x, "case.project", exact=True))
    words = g.op("Shape", "first")                                                   # [w] as a vector of one
    char = g.op("Slice", x, g.ints(0), words, g.ints(0))
    # embeddings, [n, 384]
    e = "encoder.embeddings."
    ids = g.op("Reshape", "ids", g.ints(-1))
    x = g.op("Gather", g.weight(e + "word_embeddings.weight"), ids)
    x = g.op("Add", x, g.op("Slice", g.weight(e + "position_embeddings.weight"), g.ints(0), g.op("Shape", ids), g.ints(0)))
    x = g.op("Add", x, g.weight(e + "token_type_embeddings.weight", rows=1))
    x = g.norm(g.op("Add", x, g.op("Gather", case, "word", out="case")), e + "LayerNorm")     # named for benchmarks: without it, the bare encoder
    for i in range(LAYERS):
        p = f"encoder.encoder.layer.{i}."
        heads = lambda name, perm: g.op("Transpose", g.op("Reshape", g.linear(x, f"{p}attention.self.{name}"),
                                                          g.ints(-1, ATTENTION_HEADS, WIDTH // ATTENTION_HEADS)), perm=perm)
        q, k, v = heads("query", [1, 0, 2]), heads("key", [1, 2, 0]), heads("value", [1, 0, 2])
        a = g.op("Mul", g.op("MatMul", q, k), g.constant(np.float32((WIDTH // ATTENTION_HEADS) ** -0.5)))    # [12, n, n]
        a = g.op("Transpose", g.op("MatMul", g.op("Softmax", a, axis=-1), v), perm=[1, 0, 2])
        a = g.linear(g.op("Reshape", a, g.ints(-1, WIDTH)), p + "attention.output.dense")
        x = g.norm(g.op("Add", a, x), p + "attention.output.LayerNorm")
        y = g.linear(g.gelu(g.linear(x, p + "intermediate.dense")), p + "output.dense")
        x = g.norm(g.op("Add", y, x), p + "output.LayerNorm")
    return g.op("Gather", x, "first", out="hidden"), char


def entities_graph(g, hidden, char):
    """model.EntityHead; its output is `entities` [w, 19]."""
    p = "heads.entities."
    x = g.linear(g.op("Concat", hidden, char, axis=1), p + "dense", exact=True)
    scheme = scheme_of(g, "entities")
    x = g.gelu(g.op("Add", x, g.op("Gather", g.weight(p + "scheme.weight"), scheme)))
    own = g.op("Reshape", g.op("Gather", g.weight(p + "scheme_out.weight"), scheme), g.ints(HEAD_WIDTH, len(TAGS)))
    out = g.op("Add", g.op("Transpose", g.weight(p + "out.weight"), perm=[1, 0]), own)
    bias = g.op("Add", g.weight(p + "out.bias"), g.op("Gather", g.weight(p + "scheme_bias.weight"), scheme))
    return g.op("Add", g.op("MatMul", x, out), bias, out="entities")


def quotes_graph(g, hidden, char):
    """quotes.QuoteHead; its output is `quotes` [w, 394]. The pairing score is left to the program."""
    p = "heads.quotes."
    scheme = scheme_of(g, "quotes")
    x = g.linear(g.op("Concat", hidden, char, axis=1), p + "dense", exact=True)
    x = g.gelu(g.op("Add", x, g.op("Gather", g.weight(p + "scheme.weight"), scheme)))
    cues = g.op("Add", g.linear(x, p + "cues", exact=True), g.op("Gather", g.weight(p + "scheme_cues.weight"), scheme))
    own = g.op("Reshape", g.op("Gather", g.weight(p + "scheme_tags.weight"), scheme), g.ints(quotes.HIDDEN, len(quotes.REPORT)))
    tags = g.op("Add", g.linear(x, p + "tags", exact=True), g.op("MatMul", x, own))
    return g.op("Concat", cues, tags, g.linear(x, p + "vectors", exact=True), axis=1, out="quotes")


# A further head: its graph and the width of its output.
HEADS = {"entities": (entities_graph, len(TAGS)), "quotes": (quotes_graph, len(quotes.CUES) + len(quotes.REPORT) + 3 * quotes.WIDTH)}


def scheme_of(g, head):
    """The number of the scheme for a head, [1]."""
    i = list(HEADS).index(head)
    return g.op("Reshape", g.op("Slice", "scheme", g.ints(i), g.ints(i + 1), g.ints(1)), g.ints(1))


INPUTS = {"ids": [1, "n"], "word": ["n"], "first": ["w"], "shapes": ["w1"], "chars": ["w1", WORD_CHARS], "scheme": [1, 2]}


def write_graph(path, places, state, int8):
    g = Graph(places, state, int8)
    hidden, char = encoder_graph(g)
    outputs = {"hidden": ["w", WIDTH]}
    for name, (build, width) in HEADS.items():
        build(g, hidden, char)
        outputs[name] = ["w", width]
    info = lambda table, kind: [helper.make_tensor_value_info(k, kind, v) for k, v in table.items()]
    graph = helper.make_graph(g.nodes, NAME, info(INPUTS, TensorProto.INT64), info(outputs, TensorProto.FLOAT), g.initialisers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8, producer_name="copydesk")
    path.write_bytes(model.SerializeToString())


def scheme(name):
    """A scheme in config.json; those that annotate no names or no quotes read as Copydesk's do."""
    marked = {"ontogum": "gum"}.get(name, name)
    return {"id": data.SCHEMES.get(name, 0), "quotes": quotes.SCHEMES.get(marked, 0), "reports": quotes.REPORTS.get(marked, "parts"),
            "labels": data.SCHEME_LABELS.get(name, LABELS)}


def config():
    return {
        "name": NAME, "format": 1, "base": "sentence-transformers/all-MiniLM-L6-v2", "precision": PRECISION,
        "window": {"pieces": predict.WINDOW, "overlap": predict.OVERLAP},
        "words": {"alphabet": data.ALPHABET, "chars": WORD_CHARS},
        "schemes": {k: scheme(k) for k in data.SCHEMES if any(c.scheme == k for c in data.CORPORA)} | {"polnear": scheme("polnear")},
        "heads": {"entities": {"output": "entities", "tags": TAGS, "calibration": {"a": 1.0, "b": 0.0}},
                  "quotes": {"output": "quotes", "cues": quotes.CUES, "calibration": {"a": 1.0, "b": 0.0},
                             "speakers": {"a": 1.0, "b": 0.0}}},
    }


def write(o):
    """Writes the model folder from the run's checkpoint; an untrained one where there is none."""
    import reference
    torch.manual_seed(o.seed)
    model = loop.build()
    source = o.run / "checkpoint.pt"
    if source.exists():
        model.load_state_dict(torch.load(source, map_location="cpu", weights_only=False)["average"])
    else:
        load_encoder(model, o.encoder / "model.safetensors")
    state = round_weights(model.state_dict())
    model.load_state_dict({k: v.float() for k, v in state.items()})
    model.eval()
    o.out.mkdir(parents=True, exist_ok=True)
    places = write_weights(state, o.out / WEIGHTS)
    write_graph(o.out / "model.onnx", places, state, int8=False)
    write_graph(o.out / "model.int8.onnx", places, state, int8=True)
    text = json.loads((o.encoder / "tokenizer.json").read_text(encoding="utf-8")) | {"truncation": None, "padding": None}
    (o.out / "tokenizer.json").write_text(json.dumps(text, ensure_ascii=False) + "\n", encoding="utf-8")
    settings = config()
    if source.exists():
        fitted = calibrate.fit(model, o.gold, data.load_tokenizer(o.out / "tokenizer.json"), o.run / "cache")
        settings["heads"]["entities"]["calibration"] = fitted
    (o.out / "config.json").write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    reference.write(model, o.out)
    print("model folder:", {p.name: f"{p.stat().st_size / 1e6:.1f} MB" for p in sorted(o.out.iterdir())}, flush=True)
