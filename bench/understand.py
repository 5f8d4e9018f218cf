"""Feeds mutated and random messages to the understanding; reports exceptions, processor times and the growth of memory.

python -m bench.understand --messages 100000 --seed 1
"""

import argparse
import json
import random
import resource
import statistics
import time
from datetime import date
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "tests/unit/nlu/messages.jsonl"
DAY = date(2026, 11, 20)
NOISE = "，。？！、 的了不没别是有想找干会证岁年千万元0123456789abcC1B2\n😀🙏Ａ１ \u200b\ue000<>{}'\";—"


def mutated(rng: random.Random, texts: list[str]) -> str:
    kind = rng.random()
    if kind < 0.15:
        return "".join(
            chr(rng.choice((rng.randrange(32, 0xD7FF), rng.randrange(0x4E00, 0x9FFF))))
            for _ in range(rng.randrange(200))
        )
    if kind < 0.25:
        return rng.choice(texts) * rng.randrange(1, 60)
    chars = list("".join(rng.choice(texts) for _ in range(rng.randrange(1, 4))))
    for _ in range(rng.randrange(6)):
        at = rng.randrange(len(chars) + 1)
        if rng.random() < 0.5 and chars:
            del chars[min(at, len(chars) - 1)]
        else:
            chars.insert(at, rng.choice(NOISE))
    return "".join(chars)


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    began = time.process_time()
    from bot.nlu.understanding import prepare, understand

    prepare()
    print(f"load {time.process_time() - began:.2f} s, {resident_mb():.0f} MB")
    samples = [json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines()]
    texts = [message["text"] for message in samples]
    asked = [None, *{message.get("asked") for message in samples}]
    rng = random.Random(args.seed)
    plain = [timed(understand, text, None) for text in texts]
    print(f"our own messages: median {statistics.median(plain) * 1e6:.0f} µs, worst {max(plain) * 1e3:.1f} ms")
    times, errors, early = [], 0, 0.0
    for number in range(args.messages):
        text = mutated(rng, texts)
        try:
            times.append(timed(understand, text, rng.choice(asked)))
        except Exception as error:  # the bench counts what the product must never raise
            errors += 1
            print(f"{type(error).__name__}: {text!r}")
        if number == args.messages // 10:
            early = resident_mb()
    times.sort()
    print(
        f"{args.messages} mutated: {errors} exceptions, median {times[len(times) // 2] * 1e6:.0f} µs, "
        f"p99 {times[int(len(times) * 0.99)] * 1e3:.2f} ms, worst {times[-1] * 1e3:.1f} ms, "
        f"memory {early:.0f} MB after a tenth, {resident_mb():.0f} MB at the end"
    )


def timed(understand, text, question) -> float:
    began = time.process_time()
    understand(text, question, DAY)
    return time.process_time() - began


if __name__ == "__main__":
    main()
