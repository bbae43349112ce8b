"""What the notebooks share: a folder to work in, the program, and figures.

The program is found as $SYSTEMIC, else in ../target/release or ../target/debug, else on the PATH. A notebook works in a
temporary folder in which `datasets` is that of this repository, so that no path of a machine gets into its output.
"""

import io
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile

import matplotlib
import pandas
from IPython.display import SVG, display

HERE = pathlib.Path(__file__).resolve().parent

# Wide tables are shown whole, and a figure is the same bytes each time.
pandas.set_option("display.width", 120, "display.max_columns", 20, "display.max_colwidth", 60)
matplotlib.use("agg")
matplotlib.rcParams.update({"svg.hashsalt": "systemic", "figure.figsize": (7, 3.6), "axes.spines.top": False, "axes.spines.right": False})


def program():
    """The path of the program."""
    given = os.environ.get("SYSTEMIC")
    built = [str(HERE.parent / "target" / kind / "systemic") for kind in ("release", "debug")]
    found = [path for path in [given, *built, shutil.which("systemic")] if path and pathlib.Path(path).is_file()]
    if not found:
        raise FileNotFoundError("no program: build it with `cargo build --release`, or set SYSTEMIC to its path")
    return str(pathlib.Path(found[0]).resolve())


PROGRAM = program()
FOLDER = tempfile.TemporaryDirectory(prefix="systemic-")
os.chdir(FOLDER.name)
os.symlink(HERE.parent / "datasets", "datasets")


def systemic(command, lines=12):
    """Runs a command, prints what it prints (at most so many lines), and stops the notebook where it fails."""
    done = subprocess.run([PROGRAM, *shlex.split(command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(f"$ systemic {command}")
    said = done.stdout.rstrip("\n").splitlines()
    cut = len(said) > lines
    for line in said[: lines - 1] if cut else said:
        print(line if len(line) <= 160 else line[:159] + "…")
    if cut:
        print(f"… and {len(said) - lines + 1} more lines")
    if done.returncode != 0:
        raise RuntimeError(f"status {done.returncode}: systemic {command}\n{done.stdout}")


def table(command):
    """Runs a command that prints a table, and gives the table."""
    print(f"$ systemic {command}")
    done = subprocess.run([PROGRAM, *shlex.split(command), "--format", "csv"], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"status {done.returncode}: systemic {command}\n{done.stderr}")
    return pandas.read_csv(io.StringIO(done.stdout), keep_default_na=False, na_values=[""])


def one(estimates, **cells):
    """The one row of a table with these cells; `None` means an empty cell."""
    rows = estimates
    for name, cell in cells.items():
        rows = rows[rows[name].isna() if cell is None else rows[name] == cell]
    if len(rows) != 1:
        raise LookupError(f"{len(rows)} rows with {cells}")
    return rows.iloc[0]


def figure(path):
    """Shows a figure that the program drew."""
    display(SVG(filename=str(path)))


def show(plot):
    """Shows a figure of matplotlib as SVG, without a date in it."""
    text = io.StringIO()
    plot.savefig(text, format="svg", metadata={"Date": None}, bbox_inches="tight")
    display(SVG(data=text.getvalue()))
