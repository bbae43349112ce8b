#!/usr/bin/env python3
"""Times `systemic load` beside unzipping to disk and DuckDB, interleaved in one run, on simulated days.

    cargo build --release && python3 benches/compare.py [--rows 1000000] [--rounds 5]

Needs the Python package duckdb. Times are wall-clock seconds of whole processes, memory is the largest resident
set of one process as the operating system accounts for it; medians and ranges over the rounds are printed, and
the ratio pair by pair. Both sides must count the same rows, or the run fails.
"""

import argparse
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TEN = "decision_ground,category,source_type,automated_detection,automated_decision,content_date,application_date,delay_days,content_types,category_v2"

DUCKDB = """
import pathlib, shutil, sys, zipfile
import duckdb
archive, work, out = sys.argv[1:]
work = pathlib.Path(work)
with zipfile.ZipFile(archive) as outer:
    for part in outer.namelist():
        with outer.open(part) as inner, zipfile.ZipFile(inner) as files:
            for name in files.namelist():
                with files.open(name) as source, open(work / name, "wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
duckdb.sql("set threads = 2")
duckdb.sql(f"copy (select * from read_csv('{work}/*.csv', header = true, delim = ',', quote = '\\"', escape = '\\"', "
           f"all_varchar = true, max_line_size = 10000000)) to '{out}' (format parquet, compression zstd)")
"""


def run(command):
    """Wall seconds and peak memory in MB of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return seconds, usage.ru_maxrss / 1024


def clean(*paths):
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)
        pathlib.Path(path).mkdir(parents=True)


def line(name, times, memory):
    middle = statistics.median(times)
    print(f"{name:<34}{middle:7.2f} s  ({min(times):.2f} to {max(times):.2f})  {max(memory):7.0f} MB")


def ratio(name, above, below):
    pairs = [a / b for a, b in zip(above, below)]
    print(f"{name:<34}{statistics.median(pairs):7.2f}    ({min(pairs):.2f} to {max(pairs):.2f})")


def count(pattern):
    import duckdb

    return duckdb.sql(f"select count(*) from '{pattern}'").fetchall()[0][0]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--systemic", default="target/release/systemic")
    options.add_argument("--without-duckdb", action="store_true", help="only systemic: for memory on large days")
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        # Without the rows that RFC 4180 cannot read: DuckDB stops at them.
        simulate = [options.systemic, "simulate", "statements", "--rows", str(options.rows), "--difficult", "0"]
        subprocess.run([*simulate, "-o", folder / "sim", "--quiet"], check=True)
        archive = next((folder / "sim").glob("*.zip"))
        script = folder / "duck.py"
        script.write_text(DUCKDB)
        times = {"all": [], "ten": [], "duckdb": []}
        memory = {"all": [], "ten": [], "duckdb": []}
        for _ in range(options.rounds):
            jobs = [
                ("all", [options.systemic, "load", archive, "-o", folder / "all/data", "--quiet"]),
                ("ten", [options.systemic, "load", archive, "-o", folder / "ten/data", "--quiet", "--columns", TEN]),
            ]
            if not options.without_duckdb:
                jobs.append(("duckdb", [sys.executable, script, archive, folder / "work", folder / "duckdb/out.parquet"]))
            for name, command in jobs:
                clean(folder / name, folder / "work")
                seconds, peak = run(command)
                times[name].append(seconds)
                memory[name].append(peak)
        print(f"{options.rows:,} simulated statements, {archive.stat().st_size / 1e6:.0f} MB of zip, {os.cpu_count()} cores, {options.rounds} rounds")
        line("systemic load, all columns", times["all"], memory["all"])
        line("systemic load, ten columns", times["ten"], memory["ten"])
        if not options.without_duckdb:
            line("unzip to disk + DuckDB", times["duckdb"], memory["duckdb"])
            ratio("DuckDB / systemic, all columns", times["duckdb"], times["all"])
            if count(folder / "all/data/statements/**/*.parquet") != count(folder / "duckdb/out.parquet"):
                sys.exit("the two count different rows")
        ratio("all columns / ten columns", times["all"], times["ten"])


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
