"""Reads a dataset with DuckDB, pandas and Polars, in one expression each, and compares what they count.

The SQL of every tally, as `systemic measure --counts` writes it, is run in DuckDB too: it must give the same counts.
"""

import csv
import datetime
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
    "breaks_r30": "BOOLEAN",
}
for name, kind in expected.items():
    assert types[name] == kind, (name, types[name])

con = duckdb.connect()
con.execute("set timezone = 'UTC'")


def text(value):
    """A cell as the CSV of counts has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    return str(value)


queries = sorted((work / "counts").glob("*/*.sql"))
rows = 0
for query in queries:
    cursor = con.execute(query.read_text(encoding="utf-8"))
    names = [d[0] for d in cursor.description]
    from_sql = sorted([text(v) for v in row] for row in cursor.fetchall())
    with open(query.with_suffix(".csv"), newline="", encoding="utf-8") as file:
        header, *body = list(csv.reader(file))
    assert names == header, (query, names, header)
    assert from_sql == sorted(body), f"{query}: DuckDB counts otherwise"
    rows += len(body)
assert len(queries) > 100 and rows > 1000, (len(queries), rows)
print(f"DuckDB runs the SQL of {len(queries)} tallies and counts the same in {rows} rows")
