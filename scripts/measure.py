#!/usr/bin/env python3
"""Time to the first record, memory on a large input, and time on a long article.

    python3 scripts/measure.py [--program target/release/copydesk] [--gigabytes 1] [--seconds 120]

Builds its input from the repository's articles in a temporary folder. Memory is the peak of the process's resident
set, as the system counts it (Linux). With all stages a gigabyte takes hours, so that run is ended after --seconds and
its peak is reported; with sentences alone it runs to its end.
"""
import argparse
import json
import os
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def peak(pid):
    """Peak resident set in MB, or None when the process is gone."""
    try:
        for line in open(f"/proc/{pid}/status"):
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    except OSError:
        return None


def watch(command, seconds=None):
    """Runs a command, for `seconds` at most; (seconds taken, peak memory in MB, whether it ended by itself)."""
    began, most = time.monotonic(), 0.0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, peak(process.pid) or 0.0)
        if seconds and time.monotonic() - began > seconds:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return time.monotonic() - began, most, False
        time.sleep(0.02)
    return time.monotonic() - began, most, True


def first_record(program, article):
    """Seconds from the start of the program to its first record on a pipe."""
    began = time.monotonic()
    process = subprocess.Popen([program, "annotate", "-", "-o", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(article)
    process.stdin.close()
    process.stdout.readline()
    taken = time.monotonic() - began
    process.wait()
    return taken


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", default=str(ROOT / "target/release/copydesk"))
    options.add_argument("--gigabytes", type=float, default=1.0)
    options.add_argument("--seconds", type=float, default=120.0)
    options.add_argument("--long-words", type=int, default=300_000, help="0 leaves the long article out")
    args = options.parse_args()
    articles = [json.loads(l) for l in open(ROOT / "corpus/gold.jsonl", encoding="utf-8")]
    texts = [a["text"] for a in articles]
    short = min(texts, key=len)

    line = (json.dumps({"id": "a", "text": short}) + "\n").encode()
    times = [first_record(args.program, line) for _ in range(7)]
    print(f"first record: {statistics.median(times) * 1000:.0f} ms (median of {len(times)})", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        large, size, n = Path(folder) / "large.jsonl", 0, 0
        with open(large, "w", encoding="utf-8") as out:
            while size < args.gigabytes * 1e9:
                text = json.dumps({"id": f"a{n}", "text": texts[n % len(texts)]}, ensure_ascii=False) + "\n"
                out.write(text)
                size, n = size + len(text.encode()), n + 1
        print(f"input: {size / 1e9:.2f} GB, {n} articles", flush=True)
        base = [args.program, "annotate", str(large), "--quiet"]
        taken, memory, _ = watch([*base, "-o", f"{folder}/s", "--stages", "sentences"])
        print(f"sentences alone: {taken:.0f} s, peak memory {memory:.0f} MB", flush=True)
        taken, memory, ended = watch([*base, "-o", f"{folder}/a"], args.seconds)
        done = sum(1 for _ in open(f"{folder}/a/annotations.jsonl", encoding="utf-8"))
        how = "" if ended else ", then ended"
        print(f"all stages: {done} articles in {taken:.0f} s{how}, peak memory {memory:.0f} MB", flush=True)
        for share in (10, 1) if args.long_words else ():
            words = args.long_words // share
            text = "\n\n".join(texts)
            text = "\n\n".join([text] * (words // len(text.split()) + 1))
            long = Path(folder) / "long.txt"
            long.write_text(" ".join(text.split(" ")[:words]), encoding="utf-8")
            taken, memory, _ = watch([args.program, "annotate", str(long), "--quiet", "--threads", "1", "-o", f"{folder}/l{share}"])
            print(f"one article of {words} words, one thread: {taken:.1f} s, peak memory {memory:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
