#!/usr/bin/env python3
"""Times `systemic load` beside unzipping to disk and DuckDB, and beside shantay, interleaved in one run, on a
simulated day.

    cargo build --release && python3 benches/compare.py [--rows 1000000] [--rounds 5] [--shantay "uvx shantay==0.6.0"]

Needs the Python package duckdb. Times are wall-clock seconds of whole processes, memory is the largest resident
set of one process as the operating system accounts for it; medians and ranges over the rounds are printed, and
the ratio pair by pair. All sides must count the same rows, or the run fails.

shantay 0.6.0 (Python 3.12 or later) is skipped where there is no command of that name and --shantay gives none. Its
task is `summarize`, which unzips to disk, reads all columns and keeps statistics, no rows. It runs offline and in a
home folder of its own, whose list of platforms names the invented ones; one run on a day of few rows goes before,
untimed. Its counts by platform and category as submitted must be those of `systemic measure statement-count`;
where they are not, a table of the differences is printed and the run fails.
"""

import argparse
import csv
import json
import os
import pathlib
import resource
import shlex
import shutil
import site
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


def run(command, **how):
    """Wall seconds and peak memory in MB of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, **{"stdout": subprocess.DEVNULL, **how})
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


def simulate(systemic, rows, folder):
    """The archive of a simulated day, without the rows that RFC 4180 cannot read: DuckDB stops at them."""
    command = [systemic, "simulate", "statements", "--rows", str(rows), "--difficult", "0", "-o", folder, "--quiet"]
    subprocess.run(command, check=True)
    return next(folder.glob("*.zip"))


class Shantay:
    """Runs shantay on simulated days."""

    def __init__(self, command, home):
        self.command, self.home = command, home
        # Only the home moves: what starts shantay finds its caches, settings and packages where they were.
        user = pathlib.Path.home()
        places = {"XDG_CACHE_HOME": user / ".cache", "XDG_CONFIG_HOME": user / ".config", "XDG_DATA_HOME": user / ".local/share"}
        self.environment = {**places, "PYTHONUSERBASE": site.getuserbase(), **os.environ, "HOME": home}

    def prepare(self, archive, folder):
        """Lays the archive out as shantay wants it, and gives the command."""
        truth = json.loads((archive.parent / "truth.json").read_text("utf-8"))
        # A list of less than a week is not fetched anew.
        (self.home / ".shantay").mkdir(parents=True, exist_ok=True)
        (self.home / ".shantay/platforms.json").write_text(json.dumps([each["name"] for each in truth["platforms"]]), "utf-8")
        day = truth["plan"]["from"]
        month = folder / "archive" / day[:4] / day[5:7]
        month.mkdir(parents=True)
        for file in (archive, archive.with_name(archive.name + ".sha1")):
            (month / file.name).symlink_to(file)
        where = ["--archive", folder / "archive", "--staging", folder / "staging", "--logfile", folder / "log"]
        return [*self.command, *where, "--offline", "--first", day, "--last", day, "summarize"]

    def run(self, archive, folder):
        """Runs it in an empty folder; what it says is shown only if it fails."""
        command = self.prepare(archive, folder)
        said = folder / "said"
        with open(said, "wb") as file:
            try:
                return run(command, env=self.environment, stdout=file, stderr=file)
            except SystemExit:
                print(said.read_text("utf-8", "replace")[-2000:], file=sys.stderr)
                raise


def find_shantay(options):
    """What starts shantay; without it, nothing and why."""
    if options.without_duckdb:
        return [], "nothing reads its counts without DuckDB"
    command = shlex.split(options.shantay or "shantay")
    if shutil.which(command[0]):
        return command, ""
    if options.shantay:
        sys.exit(f"no command {command[0]}")
    return [], "no command shantay on the path, and no --shantay"


def counts_of_systemic(systemic, data):
    by = ["--by", "platform,category_as_submitted,all", "--format", "csv", "--quiet"]
    command = [systemic, "measure", "statement-count", "--data", data, *by]
    table = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    rows = csv.DictReader(table.splitlines())
    return {(row["platform"], row["group_value"]): int(float(row["value"])) for row in rows if row["status"] == "ok"}


def counts_of_shantay(archive):
    import duckdb

    query = """select coalesce(platform, ''), coalesce(variant, ''), sum(count)::bigint from read_parquet(?)
               where "column" = 'category' and entity is null group by all"""
    rows = duckdb.execute(query, [str(archive / "db.parquet")]).fetchall()
    return {(platform, category): count for platform, category, count in rows}


def must_equal(ours, theirs):
    """Fails with a table of differences, unless both count the same by platform and category."""
    differences = sorted(key for key in {*ours, *theirs} if ours.get(key, 0) != theirs.get(key, 0))
    if differences:
        print(f"{'platform':<28}{'category':<68}{'systemic':>12}{'shantay':>12}")
        for key in differences:
            print(f"{key[0]:<28}{key[1]:<68}{ours.get(key, 0):12,}{theirs.get(key, 0):12,}")
        sys.exit(f"systemic and shantay differ in {len(differences)} counts by platform and category")
    if not ours:
        sys.exit("neither systemic nor shantay counts anything by platform and category")
    print(f"systemic and shantay give the same {len(ours)} counts by platform and category, of {sum(ours.values()):,} statements")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--systemic", default="target/release/systemic")
    options.add_argument("--without-duckdb", action="store_true", help="only systemic: for memory on large days")
    options.add_argument("--shantay", metavar="CMD", help='what starts shantay, such as "uvx shantay==0.6.0"')
    options = options.parse_args()
    command, why_not = find_shantay(options)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        archive = simulate(options.systemic, options.rows, folder / "sim")
        shantay = Shantay(command, folder / "home")
        if command:
            clean(folder / "shantay")
            shantay.run(simulate(options.systemic, 1000, folder / "few"), folder / "shantay")
        script = folder / "duck.py"
        script.write_text(DUCKDB)
        times = {"all": [], "ten": [], "duckdb": [], "shantay": []}
        memory = {"all": [], "ten": [], "duckdb": [], "shantay": []}
        for _ in range(options.rounds):
            jobs = [
                ("all", [options.systemic, "load", archive, "-o", folder / "all/data", "--quiet"]),
                ("ten", [options.systemic, "load", archive, "-o", folder / "ten/data", "--quiet", "--columns", TEN]),
            ]
            if not options.without_duckdb:
                jobs.append(("duckdb", [sys.executable, script, archive, folder / "work", folder / "duckdb/out.parquet"]))
            if command:
                jobs.append(("shantay", None))
            for name, job in jobs:
                clean(folder / name, folder / "work")
                seconds, peak = run(job) if job else shantay.run(archive, folder / name)
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
        if command:
            line("shantay summarize", times["shantay"], memory["shantay"])
            ratio("shantay / systemic, all columns", times["shantay"], times["all"])
            must_equal(counts_of_systemic(options.systemic, folder / "all/data"), counts_of_shantay(folder / "shantay/archive"))
        else:
            print(f"shantay skipped: {why_not}")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
