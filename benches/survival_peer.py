#!/usr/bin/env python3
"""Times `systemic stat survival` beside lifelines on the same simulated spells, and compares what they give.

    cargo build --release && python3 benches/survival_peer.py [--spells 1000000] [--rounds 3]

The spells of two groups, exponential with censoring, are written to a CSV with a fixed seed: t (days), d (1 = event,
0 = censored) and g. Both sides read it, estimate the Kaplan-Meier curve of each group with its median, and test the
groups by log-rank. Time of lifelines: reading and estimates, imports not counted; time of systemic: the whole
process. Read of its JSON are, wherever they stand, objects with `group` and `median` (and `curve`, a list of objects
with `time` and `survival`, where there is one) and the first `chi_squared`. Estimates that differ by more than 1e-9,
relative to those above 1, make the run fail.

Needs the Python package lifelines; without it, or without the binary, nothing is done.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

SEED = 20250701
TOLERANCE = 1e-9


def spells(path, count):
    """Writes the simulated spells."""
    import numpy

    random = numpy.random.default_rng(SEED)
    group = random.integers(0, 2, count)
    event = random.exponential(numpy.where(group == 0, 20.0, 25.0))
    end = random.uniform(0.0, 60.0, count)
    observed = numpy.floor(numpy.minimum(event, end))
    with open(path, "w") as file:
        file.write("t,d,g\n")
        for t, d, g in zip(observed, event <= end, group):
            file.write(f"{int(t)},{int(d)},{'ab'[g]}\n")


def by_lifelines(path):
    """Seconds, and the estimates: median and curve of each group, and the statistic."""
    import pandas
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import logrank_test

    start = time.perf_counter()
    table = pandas.read_csv(path)
    parts = {name: part for name, part in table.groupby("g")}
    curves = {name: KaplanMeierFitter().fit(part.t, part.d) for name, part in parts.items()}
    test = logrank_test(parts["a"].t, parts["b"].t, parts["a"].d, parts["b"].d)
    medians = {name: float(curve.median_survival_time_) for name, curve in curves.items()}
    seconds = time.perf_counter() - start
    steps = {name: curve.survival_function_.iloc[:, 0].to_dict() for name, curve in curves.items()}
    return seconds, medians, steps, float(test.test_statistic)


def objects(value):
    """All objects within a JSON value, from the outside in."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from objects(part)


def by_systemic(binary, path):
    command = [binary, "stat", "survival", path, "--time", "t", "--event", "d", "--by", "g", "--json"]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}\n{done.stderr}")
    every = list(objects(json.loads(done.stdout)))
    groups = {part["group"]: part for part in every if "group" in part and "median" in part}
    statistic = next((part["chi_squared"] for part in every if "chi_squared" in part), None)
    return seconds, groups, statistic


def median(value):
    """A median stands alone, or with its limits in an object."""
    return value.get("estimate", value.get("value")) if isinstance(value, dict) else value


def agree(what, ours, theirs):
    if ours is None or abs(ours - theirs) > TOLERANCE * max(1.0, abs(theirs)):
        sys.exit(f"{what}: systemic gives {ours}, lifelines {theirs}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--spells", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--systemic", default="target/release/systemic")
    options = options.parse_args()
    try:
        import lifelines
    except ImportError:
        print("skipped: the Python package lifelines is not installed")
        return
    binary = pathlib.Path(options.systemic)
    if not binary.is_file():
        print(f"skipped: no binary at {binary} (cargo build --release)")
        return
    theirs, ours, ratios = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "spells.csv"
        spells(path, options.spells)
        for _ in range(options.rounds):
            slow, medians, steps, reference = by_lifelines(path)
            fast, groups, statistic = by_systemic(binary, path)
            agree("log-rank statistic", statistic, reference)
            for name, value in medians.items():
                if name not in groups:
                    sys.exit(f"systemic gives no median for group {name}")
                agree(f"median of group {name}", median(groups[name]["median"]), value)
                for step in groups[name].get("curve", []):
                    agree(f"S({step['time']}) of group {name}", step["survival"], steps[name][step["time"]])
            theirs.append(slow)
            ours.append(fast)
            ratios.append(slow / fast)
    print(f"{options.spells} spells, {options.rounds} rounds, seconds: median (range)")
    for name, times in [(f"lifelines {lifelines.__version__}", theirs), ("systemic", ours), ("ratio", ratios)]:
        print(f"{name:<18}{statistics.median(times):9.3f}  ({min(times):.3f} to {max(times):.3f})")
    print(f"estimates agree within {TOLERANCE}")


if __name__ == "__main__":
    main()
