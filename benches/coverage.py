#!/usr/bin/env python3
"""How often the intervals of the indicators of marketplaces cover what is true, on simulated bazaars.

    cargo build --release && python3 benches/coverage.py [--bazaars 1000] [--jobs 2] [--program target/release/systemic]

Every bazaar is `systemic simulate marketplace` with another seed, loaded and measured by the same program. Its
truth.json has the answers: of the finite population for audits, of the process for times and incidences, whose
intervals are about chance in a stable process. Printed is a table as Markdown. Its columns:

    bazaars       bazaars with a value
    n             mean number of units behind a value
    truth         mean of the true values
    mean          mean of the estimates
    bias          mean of estimate less truth, in standard deviations of that difference
    coverage      share of the values whose interval covers the truth, with its Monte-Carlo standard error; an
                  interval with one limit covers on its other side
    below, above  share of the intervals that lie wholly below the truth, and wholly above
    width         mean width of the intervals with two limits
    insufficient  share of the bazaars without a value or an interval
"""

import argparse
import concurrent.futures
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

BAZAAR = [
    "--listings", "12000", "--prevalence", "4", "--offender-share", "0.3", "--audit", "600",
    "--routine-actions", "0.05", "--format", "parquet",
]


def audit(indicator, statistic, sample, truth, name="share"):
    """A value of an audit: sample, and where its truth stands."""
    return {"indicator": indicator, "statistic": statistic, "groups": {"sample": sample}, "truth": (truth, name, None)}


def process(indicator, statistic, truth, group=None, groups=None, until=None):
    """A value of a process, of cohorts before a day where one is given, and where its truth stands."""
    return {"indicator": indicator, "statistic": statistic, "groups": groups or {}, "until": until,
            "truth": (indicator, truth, group)}


# 90 days before the observation ends: until then everybody is followed for as long.
FOLLOWED = "2025-04-02"
PREVALENCE = "illegal-listing-prevalence"
# Rows of the table.
ROWS = {
    "prevalence, stratified by flagged × category": audit(PREVALENCE, "share", "stock", PREVALENCE),
    "prevalence of the period, simple sample": audit(PREVALENCE, "share", "simple", PREVALENCE, "share_of_period"),
    "prevalence of the period, stratified": audit(PREVALENCE, "share", "period", PREVALENCE, "share_of_period"),
    "prevalence, clustered by trader": audit(PREVALENCE, "share", "clusters", PREVALENCE),
    "share of views, simple sample": audit(
        "illegal-view-prevalence", "share", "simple", "illegal-view-prevalence", "share_of_period"),
    "prevalence, misclassification-adjusted": audit(
        "misclassification-adjusted-prevalence", "share", None, "misclassification-adjusted-prevalence"),
    "prevalence, prediction-powered": audit(
        "machine-assisted-prevalence", "share", None, PREVALENCE, "share_of_period"),
    "recall, stratified": audit("proactive-detection-recall", "recall", "period", "proactive-detection-recall"),
    "precision of measures": audit(
        "moderation-precision", "precision", None, "moderation-precision", "share_labelled"),
    "second episode, share followed 90 days": process("repeat-offender-rate", "share", "followed_second_within", "90"),
    "second episode within 30 days, followed 90": process(
        "repeat-offender-rate", "within_30_days", "followed_second_within_staying", "30", until=FOLLOWED),
    "second episode within 90 days, followed 90": process(
        "repeat-offender-rate", "within_90_days", "followed_second_within_staying", "90", until=FOLLOWED),
    "second episode within 90 days, all, longer window": process(
        "repeat-offender-rate", "within_90_days", "second_within", "90"),
    "relisted within 30 days": process("relisting-rate", "incidence_30", "cumulative_incidence", "30"),
    "relisted within 90 days": process("relisting-rate", "incidence_90", "cumulative_incidence", "90"),
    "suspended within 30 days": process("time-to-suspension", "incidence_30", "cumulative_incidence", "30"),
    "suspended within 90 days": process("time-to-suspension", "incidence_90", "cumulative_incidence", "90"),
    "further episodes within 90 days, followed 90": process(
        "recidivism-mcf", "mcf_90", "followed_mean_episodes_staying", "90", until=FOLLOWED),
    "further episodes within 90 days, all, longer window": process("recidivism-mcf", "mcf_90", "mean_episodes", "90"),
    "median days to removal": process("time-to-detection", "median", "median") | {"basis": "audit"},
    "median days to decision, users": process(
        "time-to-action", "median", "median", "user", {"notifier_type": "user"}),
    "median days to decision, trusted flaggers": process(
        "time-to-action", "median", "median", "trusted_flagger", {"notifier_type": "trusted_flagger"}),
}


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def groups_of(estimate):
    """Names and values of the groups of an estimate."""
    names, values = estimate.get("group_name"), estimate.get("group_value")
    return dict(zip(names.split("×"), values.split("×"))) if names else {}


def bazaar(program, seed, options, indicators, keep, parameters):
    """Of each row what one bazaar says: value, limits, truth, n; None where the indicator says nothing."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        export, data = folder / "export", folder / "data"
        # The long simulation behind some parameters is the same for all, and was made once.
        run(program, "simulate", "marketplace", *options, "--seed", str(seed), "--careers", "0", "-q", "--threads", "1",
            "-o", export)
        run(program, "load", export, "-o", data, "-q", "--threads", "1")
        estimates = []
        for by, until, ids in (
            ("all", None, indicators),
            ("notifier_type,all", None, indicators & {"time-to-action"}),
            ("all", FOLLOWED, indicators & {"repeat-offender-rate", "recidivism-mcf"}),
        ):
            out = folder / "estimates.json"
            if ids:
                run(program, "measure", *sorted(ids), "--data", data, "--by", by, "--process-interval", "-q",
                    "--threads", "1", "-o", out, *(["--until", until] if until else []))
                estimates += [{**e, "until": until} for e in json.loads(out.read_text()) if e["x"] is None]
        truth = json.loads((export / "truth.json").read_text())["entries"]
    truth += [t for t in parameters if t["kind"] == "process"]
    if keep:
        pathlib.Path(keep, f"{seed}.json").write_text(json.dumps({"estimates": estimates, "truth": truth}))
    return {name: answer(row, estimates, truth) for name, row in ROWS.items()}


def answer(row, estimates, truth):
    """What one bazaar says of a row."""
    wanted = {name: value for name, value in row["groups"].items() if value is not None}
    found = [
        e for e in estimates
        if (e["indicator"], e["statistic"], e["until"]) == (row["indicator"], row["statistic"], row.get("until"))
        and groups_of(e) == wanted and row.get("basis") in (None, e["basis"])
    ]
    indicator, statistic, group = row["truth"]
    true = [
        t for t in truth
        if (t["indicator"], t["statistic"], t.get("group_value")) == (indicator, statistic, group)
        and t["kind"] in ("population", "process")
    ]
    if not found or not true:
        return None
    e = found[0]
    return {"value": e["value"], "lower": e["lower"], "upper": e["upper"], "n": e["n"], "truth": true[0]["value"]}


def line(name, answers):
    """A row of the table."""
    given = [a for a in answers if a is not None]
    if not given:
        return f"| {name} | not measured | | | | | | | | |"
    known = [a for a in given if a["value"] is not None or a["lower"] is not None or a["upper"] is not None]
    limited = [a for a in known if a["lower"] is not None or a["upper"] is not None]
    valued = [a for a in known if a["value"] is not None]
    if not limited or len(valued) < 2:
        return f"| {name} | {len(known)} | | | | | | | | {1 - len(limited) / len(given):.2f} |"
    below = statistics.fmean(a["upper"] is not None and a["upper"] < a["truth"] for a in limited)
    above = statistics.fmean(a["lower"] is not None and a["lower"] > a["truth"] for a in limited)
    covered = 1 - below - above
    error = math.sqrt(covered * (1 - covered) / len(limited))
    gaps = [a["value"] - a["truth"] for a in valued]
    spread = statistics.stdev(gaps)
    bias = statistics.fmean(gaps) / spread if spread > 0 else math.nan
    widths = [a["upper"] - a["lower"] for a in limited if None not in (a["upper"], a["lower"])]
    width = f"{statistics.fmean(widths):.4f}" if widths else ""
    return (
        f"| {name} | {len(valued)} | {statistics.fmean(a['n'] for a in valued):.0f} "
        f"| {statistics.fmean(a['truth'] for a in valued):.4f} | {statistics.fmean(a['value'] for a in valued):.4f} "
        f"| {bias:+.2f} | {covered:.3f} ± {error:.3f} | {below:.3f}, {above:.3f} | {width} "
        f"| {1 - len(limited) / len(given):.2f} |"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default="target/release/systemic")
    parser.add_argument("--bazaars", type=int, default=1_000)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", help="folder for the estimates and truths of each bazaar, as JSON")
    parser.add_argument("--option", nargs="*", default=[], help="further options of `simulate marketplace`, without dashes, as evasion=0.5")
    arguments = parser.parse_args()
    options = BAZAAR + [word for o in arguments.option for word in ("--" + o.split("=")[0], o.split("=")[1])]
    registered = {i["id"] for i in json.loads(run(arguments.program, "list", "indicators", "--format", "json"))}
    indicators = {row["indicator"] for row in ROWS.values()}
    for absent in sorted(indicators - registered):
        print(f"{absent} is not measured by this program", file=sys.stderr)
    answers = {name: [] for name in ROWS}
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.bazaars)
    with tempfile.TemporaryDirectory() as folder:
        run(arguments.program, "simulate", "marketplace", *options, "--seed", "0", "--careers", "2000000", "-q", "-o", folder)
        parameters = json.loads(pathlib.Path(folder, "truth.json").read_text())["entries"]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        one = lambda seed: bazaar(arguments.program, seed, options, indicators & registered, arguments.keep, parameters)
        for said in pool.map(one, seeds):
            for name, value in said.items():
                answers[name].append(value)
    print(f"Simulated data: {arguments.bazaars:,} bazaars, seeds from {arguments.first_seed}, `systemic simulate "
          f"marketplace {' '.join(options)}`; nominal coverage 0.95.\n")
    print("| Estimator | bazaars | n | truth | mean | bias | coverage | below, above | width | insufficient |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, given in answers.items():
        print(line(name, given))


if __name__ == "__main__":
    main()
