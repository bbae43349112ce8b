#!/usr/bin/env python3
"""Times the indicators of marketplaces on a simulated bazaar of a given size, beside the aims for ten million listings.

    cargo build --release && python3 benches/market_scale.py [--listings 10000000] [--actions 30000000] [--each] [--program target/release/systemic]

The bazaar is Parquet of `systemic simulate marketplace`: a trader for every ten listings, and as many routine labels and
demotions for each listing as the number of actions asks for. Simulated, loaded and measured are whole processes:
wall-clock seconds, CPU seconds, and the largest resident set as the operating system accounts for it. Measured are all
indicators that the data allows but those of text and image matching, over the whole time; first with no view made
before, then again with the views that the first run left. `--each` times every indicator alone, each without and with its
views, and prints the slowest first.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

# What ten million listings may take on two cores.
SECONDS, GIGABYTES, LISTINGS = 180, 6, 10_000_000
MATCHING = ("match", "duplicate-listing")


def run(command):
    """Wall seconds, CPU seconds and peak memory in GB of a process."""
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"failed: {' '.join(map(str, command))}\n{error}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024**2


def size(folder):
    """Gigabytes of the files of a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e9


def forget(data):
    """Removes the views that a measurement left: files beside those of the table `views`, which are named after theirs."""
    for path in (data / "views").glob("*.parquet"):
        if re.fullmatch(r"[a-z_]+\.parquet", path.name):
            path.unlink()


def row(name, measured, extra=""):
    wall, cpu, memory = measured
    print(f"| {name} | {wall:.1f} | {cpu:.1f} | {memory:.2f} | {extra} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default="target/release/systemic")
    parser.add_argument("--listings", type=int, default=LISTINGS)
    parser.add_argument("--actions", type=int, help="number of actions to aim at [default: three for each listing]")
    parser.add_argument("--format", default="parquet", choices=["parquet", "csv"])
    parser.add_argument("--each", action="store_true", help="also time every indicator alone")
    parser.add_argument("--keep", help="folder for the bazaar, kept and used again where it is there")
    arguments = parser.parse_args()
    program, listings = arguments.program, arguments.listings
    routine = (arguments.actions or 3 * listings) / listings
    print(f"Simulated data: {listings:,} listings, {os.cpu_count()} cores, {program}\n")
    print("| Process | wall (s) | CPU (s) | memory (GB) | |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(arguments.keep or temporary)
        export, data, out = work / "export", work / "data", work / "estimates.parquet"
        if not data.exists():
            row("simulate", run([program, "simulate", "marketplace", "--listings", listings, "--routine-actions",
                                 f"{routine:.4f}", "--format", arguments.format, "-q", "-o", export]),
                f"{size(export):.2f} GB")
            row("load", run([program, "load", export, "-o", data, "-q"]), f"{size(data):.2f} GB")
        rows = json.loads((export / "truth.json").read_text())["rows"]
        listed = json.loads(subprocess.run([program, "list", "indicators", "--format", "json"], check=True,
                                           capture_output=True, text=True).stdout)
        ids = [i["id"] for i in listed if not any(word in i["id"] for word in MATCHING)]
        chosen = []
        for i in ids:
            done = subprocess.run([program, "measure", i, "--data", data, "--by", "all", "--dry-run", "-q"],
                                  capture_output=True, text=True, check=False)
            # Refused where the data lacks the tables.
            if done.returncode == 0:
                chosen.append(i)
        measure = [program, "measure", *chosen, "--data", data, "--by", "all", "-q", "-o", out]
        forget(data)
        first = run(measure)
        row(f"measure {len(chosen)} indicators, views made", first)
        row(f"measure {len(chosen)} indicators, views there", run(measure))
        if arguments.each:
            each = []
            for i in chosen:
                forget(data)
                alone = [program, "measure", i, "--data", data, "--by", "all", "-q", "-o", out]
                each.append((i, run(alone), run(alone)))
            for i, cold, warm in sorted(each, key=lambda e: -e[1][0]):
                row(i, cold, f"{warm[0]:.1f} s with its views")
    print("\n" + ", ".join(f"{count:,} {table}" for table, count in rows.items()))
    wall, _, memory = first
    print(f"aims for {LISTINGS:,} listings: {SECONDS} s, {GIGABYTES} GB; here {wall:.1f} s, {memory:.2f} GB for {listings:,}")
    if listings >= LISTINGS and (wall > SECONDS or memory > GIGABYTES):
        sys.exit("the aims are missed")


if __name__ == "__main__":
    main()
