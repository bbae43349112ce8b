"""Reads a dataset with DuckDB, pandas and Polars, in one expression each, and compares what they count.

The SQL that `systemic measure --dry-run` prints is run in DuckDB too: its counts must be those behind the estimates.
"""

import csv
import pathlib
import sys

import duckdb
import pandas
import polars

work = pathlib.Path(sys.argv[1])
data = work / "data"
pattern = f"{data}/statements/**/*.parquet"

counts = {
    "DuckDB": duckdb.sql(f"select count(*) from '{pattern}'").fetchall()[0][0],
    "pandas": len(pandas.read_parquet(data / "statements")),
    "Polars": len(polars.read_parquet(pattern)),
}
print(counts)
assert len(set(counts.values())) == 1 and counts["DuckDB"] > 0, counts

types = {name: kind for name, kind, *_ in duckdb.sql(f"describe select * from '{pattern}'").fetchall()}
expected = {
    "uuid": "VARCHAR",
    "content_date": "DATE",
    "created_at": "TIMESTAMP WITH TIME ZONE",
    "territorial_scope": "VARCHAR[]",
    "automated_detection": "BOOLEAN",
    "delay_days": "BIGINT",
    "category": "VARCHAR",
}
for name, kind in expected.items():
    assert types[name] == kind, (name, types[name])

con = duckdb.connect()
con.execute("set timezone = 'UTC'")
with open(work / "estimates.csv", newline="", encoding="utf-8") as file:
    estimates = list(csv.DictReader(file))


def numbers(indicator, statistic, column):
    rows = (e for e in estimates if e["indicator"] == indicator and e["statistic"] == statistic)
    return {(e["platform"], e["period_start"]): int(e[column]) for e in rows if e[column]}


def first_query(indicator):
    text = (work / f"{indicator}.sql").read_text(encoding="utf-8")
    cursor = con.execute(text.split(";")[0])
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def key(row):
    return row["platform"], str(row["period"])[:10]


rows = first_query("statement-count")
assert {key(r): r["n"] for r in rows} == numbers("statement-count", "count", "n")
rows = first_query("own-initiative-share")
print("columns:", sorted(rows[0]))
assert {key(r): r["n"] for r in rows} == numbers("own-initiative-share", "share", "n")
assert {key(r): r["k"] for r in rows} == numbers("own-initiative-share", "share", "k")
rows = first_query("moderation-latency")
totals = {}
for row in rows:
    totals[key(row)] = totals.get(key(row), 0) + row["n"]
assert totals == numbers("moderation-latency", "excluded_missing", "n"), "statements by month of decision differ"
print("DuckDB runs the SQL of every indicator and counts the same")
