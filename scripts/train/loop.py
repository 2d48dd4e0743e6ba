"""The training loop: settings, losses, checkpoints, development scores."""
import os
import time

import numpy as np
import torch
import torch.distributed as dist

import data
import predict
import quotes
from model import Copydesk, load_encoder, load_model

# ---------------------------------------------------------------------------------------------------------------------
# Settings
EPOCHS = 4                   # an epoch is every corpus by its weight (data.CORPORA)
BATCH_PIECES = 2048          # padded pieces of a step and process
PROCESSES = 2                # on CPU; gradients are averaged over them: a step takes in PROCESSES * BATCH_PIECES pieces
CAP = (160, 385)             # training windows have at most so many pieces, drawn for each document and epoch
RATE, HEAD_RATE = 1.2e-4, 6e-4   # peak learning rates: encoder; case features and heads
LAYER_DECAY = 0.9            # each layer below the last learns so much slower
WARMUP = 0.06                # share of the steps; then linearly to zero
WEIGHT_DECAY, BETAS, CLIP = 0.01, (0.9, 0.98), 1.0
EMA = 0.995                  # moving average of the weights that is evaluated and exported
COPYDESK_SHARE = 0.35        # windows of other corpora that are read in Copydesk's scheme, with what their labels allow
WEIGHTS = {"entities": 3.0, "cues": 2.0, "tags": 0.5, "report": 0.05, "stretch": 0.05, "kind": 0.1}      # of the losses
CHECKPOINT_SECONDS = 240
DEVELOPMENT = ["conll2003.dev", "worldwide.dev", "wikinews.dev", "polnear.dev", "gum.dev"]


def build():
    return Copydesk(len(data.SHAPES), len(data.ALPHABET) + 2, len(data.SCHEMES))


def parameters():
    """How many numbers a process shares: a gradient for each parameter, and how far the run is."""
    return sum(p.numel() for p in build().parameters()) + 1


def groups(model):
    """Parameters with their learning rates: layers further down learn slower, heads and case features faster."""
    out = {}
    for name, p in model.named_parameters():
        if name.startswith("encoder."):
            depth = 6 - int(name.split("layer.")[1].split(".")[0]) if "layer." in name else 7
            rate = RATE * LAYER_DECAY ** (depth - 1)
        else:
            rate = HEAD_RATE
        decay = WEIGHT_DECAY if p.dim() > 1 and "embeddings" not in name else 0.0
        out.setdefault((rate, decay), []).append(p)
    return [{"params": ps, "lr": rate, "weight_decay": decay} for (rate, decay), ps in out.items()]


def loss_of(logits, target):
    """Mean over words of -log of what the allowed tags have together: logits [W, 19], target [W, 19] boolean."""
    used = target.any(-1)
    if not used.any():
        return logits.sum() * 0
    logits, target = logits.float()[used], target[used]
    total = torch.logsumexp(logits, -1)
    return (total - torch.logsumexp(logits.masked_fill(~target, -1e4), -1)).mean()


class Gradients:
    """Gradients of all parameters in one row of shared memory for each process; every process steps with their mean."""

    def __init__(self, params, rank, processes, shared):
        self.rows, self.rank, self.processes, self.params = shared, rank, processes, params
        self.mean = torch.zeros_like(shared[0])
        self.own, self.averaged = self.views(shared[rank]), self.views(self.mean)

    def views(self, row):
        return [part.view_as(p) for part, p in zip(row[:-1].split([p.numel() for p in self.params]), self.params)]

    def use(self, views):
        for p, v in zip(self.params, views):
            p.grad = v

    def start(self, progress):
        if self.rank == 0:
            self.rows[0, -1] = progress
        torch._foreach_zero_(self.own)
        self.use(self.own)

    def finish(self):
        """The mean over processes, clipped, becomes the parameters' gradient. Returns the progress that the first process gave."""
        if self.processes > 1:
            dist.barrier()
        torch.mean(self.rows, 0, out=self.mean)
        progress, self.mean[-1] = float(self.rows[0, -1]), 0.0
        if self.processes > 1:
            dist.barrier()
        self.mean *= (CLIP / (self.mean.norm() + 1e-6)).clamp(max=1.0)
        self.use(self.averaged)
        return progress


def work(rank, o, device, processes, shared=None):
    """One training process. All hold the same weights; each takes its share of every epoch's batches."""
    torch.set_num_threads(1 if device == "cpu" else 8)
    if processes > 1:
        dist.init_process_group("gloo", init_method=f"file://{o.run.resolve()}/rendezvous", rank=rank, world_size=processes)
    log = (lambda *a: print(time.strftime("%H:%M:%S"), *a, flush=True)) if rank == 0 else (lambda *a: None)
    tokenizer = data.load_tokenizer(o.encoder / "tokenizer.json")
    files = [c.file for c in data.CORPORA if c.openly_licensed or c.file == "gum.train" or not o.open]
    docs = [d for f in files for d in data.trained(data.load_docs(o.gold, tokenizer, [f], o.run / "cache", o.open))]
    if o.share < 1:
        docs = docs[:: round(1 / o.share)]
    dev = {f: data.load_docs(o.gold, tokenizer, [f], o.run / "cache")[rank::processes] for f in DEVELOPMENT}
    weights = [c.weight for c in data.CORPORA]
    allowed = data.allowed_tags()

    torch.manual_seed(o.seed)
    model = build().to(device)
    load_encoder(model, o.encoder / "model.safetensors")
    if o.start:
        load_model(model, o.start)
    params = list(model.parameters())
    optimizer = torch.optim.AdamW(groups(model), betas=BETAS, fused=True)
    rates = [g["lr"] for g in optimizer.param_groups]
    average = [p.detach().clone() for p in params]
    size = sum(p.numel() for p in params) + 1
    gradients = Gradients(params, rank, processes, torch.zeros(1, size, device=device) if shared is None else shared)
    batches = lambda epoch: data.epoch_batches(docs, o.seed, epoch, BATCH_PIECES if device == "cpu" else 2 * BATCH_PIECES,
                                               CAP, weights)
    per_epoch = [len(batches(e)) // processes for e in range(o.epochs)]
    total, step, first_epoch, done = sum(per_epoch), 0, 0, 0
    if o.resume and (o.run / "checkpoint.pt").exists():
        state = torch.load(o.run / "checkpoint.pt", map_location=device, weights_only=False)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average = [state["average"][n] for n, _ in model.named_parameters()]
        step, first_epoch, done = state["step"], state["epoch"], state["done"]
    log(f"train: {len(docs)} documents, {sum(len(d.ids) for d in docs)} pieces, {total} steps, {processes} processes")
    seen, began, saved, losses, start = 0, time.time(), time.time(), [], step / total

    def save(epoch, done):
        if rank == 0:
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "epoch": epoch,
                        "done": done, "average": {n: a for (n, _), a in zip(model.named_parameters(), average)}},
                       o.run / "checkpoint.part")
            os.replace(o.run / "checkpoint.part", o.run / "checkpoint.pt")

    for epoch in range(first_epoch, o.epochs):
        mine = batches(epoch)[rank::processes][: per_epoch[epoch]]
        for i in range(done, len(mine)):
            share = step / total                       # of the run; by the clock where that is ahead
            if o.minutes:
                share = max(share, start + (1 - start) * (time.time() - began) / (60 * o.minutes))
            rng = np.random.default_rng([o.seed, epoch, i, rank])          # so that a resumed run draws the same
            torch.manual_seed(int(rng.integers(1 << 31)))
            model.train()
            batch = predict.tensors(data.collate(docs, mine[i], rng, data.AUGMENT, COPYDESK_SHARE, allowed), device)
            gold = {k: batch.pop(k) for k in ("target", "cues", "quotes")}
            with torch.autocast(device, torch.bfloat16):
                out = model(**batch)
                parts = quotes.losses(model.heads["quotes"], out["quotes"], gold["cues"], gold["quotes"])
            parts["entities"] = loss_of(out["entities"], gold["target"])
            loss = sum(WEIGHTS[k] * v for k, v in parts.items())
            gradients.start(share)
            loss.backward()
            share = gradients.finish()
            for g, rate in zip(optimizer.param_groups, rates):
                g["lr"] = rate * max(0.0, min((share + 1 / total) / WARMUP, (1 - share) / (1 - WARMUP)))
            optimizer.step()
            step += 1
            with torch.no_grad():
                torch._foreach_lerp_(average, params, 1 - min(EMA, (1 + step) / (10 + step)))
            losses.append({k: float(v.detach()) for k, v in parts.items()})
            seen += batch["mask"].sum().item()
            if step % 50 == 0:
                means = {k: np.mean([l[k] for l in losses[-50:] if k in l] or [0]) for k in WEIGHTS}
                log(f"epoch {epoch} step {step}/{total} " + " ".join(f"{k} {v:.4f}" for k, v in means.items())
                    + f" {seen * processes / (time.time() - began):.0f} pieces/s")
            if share >= 1:
                break
            if time.time() - saved > CHECKPOINT_SECONDS:
                saved = time.time()
                save(epoch, i + 1)
        done = 0
        save(epoch + 1, 0)
        score(model, average, dev, device, processes, log, f"epoch {epoch} average")
        if epoch == o.epochs - 1 or share >= 1:
            score(model, None, dev, device, processes, log, f"epoch {epoch} last")
            break


def score(model, average, dev, device, processes, log, name):
    """Development scores of the averaged weights (None: of the weights as they are); every process reads its share."""
    params = list(model.parameters())
    kept = [p.detach().clone() for p in params]
    began = time.time()
    with torch.no_grad():
        if average:
            for p, a in zip(params, average):
                p.copy_(a)
        pairs = {}
        for file, docs in dev.items():
            if data.QUOTED.get(file.split(".")[0]):
                log(f"{name}: quotes of {file}: {predict.quote_scores(model, docs, data.QUOTED[file.split('.')[0]], device)}")
            schemes = [s for f, s, _ in predict.DEV if f == file]
            scores = predict.logits(model, docs, schemes, device=device) if schemes else []
            for f, s, mapping in predict.DEV:
                if f == file:
                    pairs[f, s] = [(d.spans, predict.decode(d, x[s])) for d, x in zip(docs, scores)]
        for p, k in zip(params, kept):
            p.copy_(k)
    if processes > 1:
        parts = [None] * processes
        dist.all_gather_object(parts, pairs)
        pairs = {k: sum((part[k] for part in parts), []) for k in pairs}
    for f, s, mapping in predict.DEV:
        total, by = predict.f1(pairs[f, s], mapping)
        log(f"{name}: {f} in {s}: {total:.2f}  " + " ".join(f"{l} {v}" for l, (v, _) in sorted(by.items())))
    log(f"{name}: scored in {time.time() - began:.0f} s")
