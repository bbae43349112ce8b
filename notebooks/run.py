"""Executes the notebooks and holds what they print against the outputs that are kept in them.

    python notebooks/run.py            execute, compare, change nothing; status 1 where they differ
    python notebooks/run.py --keep     execute, and keep the outputs
    python notebooks/run.py 03         only notebooks whose names begin so

Text must be the same. Figures must be there: the last digits of a coordinate may differ from machine to machine.
Cells with the tag `varies` (R, where it is installed) must run, and may print anything.
"""

import copy
import difflib
import pathlib
import sys
import tempfile
import time

import nbformat
import papermill

HERE = pathlib.Path(__file__).resolve().parent
IMAGES = ("image/svg+xml", "image/png")


def cleaned(notebook):
    """The notebook without what differs from run to run: times, versions of Python, metadata of the runner."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type != "code":
            continue
        outputs = []
        for output in cell.outputs:
            output.pop("metadata", None)
            if output.output_type in ("display_data", "execute_result"):
                output.metadata = nbformat.from_dict({})
            # Two streams in a row are one: where they are cut is chance.
            if output.output_type == "stream" and outputs and outputs[-1].get("name") == output.name:
                outputs[-1].text += output.text
            else:
                outputs.append(output)
        cell.outputs = outputs
    return notebook


def comparable(notebook):
    """What must be the same, as lines."""
    lines = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or "varies" in cell.metadata.get("tags", []):
            continue
        lines.append(f"-- cell {number}")
        for output in cell.outputs:
            if output.output_type == "stream":
                lines += output.text.splitlines()
            else:
                data = output.get("data", {})
                kinds = [kind for kind in IMAGES if kind in data]
                lines += kinds or data.get("text/plain", str(output)).splitlines()
    return lines


def main(arguments):
    keep = "--keep" in arguments
    wanted = [a for a in arguments if not a.startswith("-")]
    paths = sorted(p for p in HERE.glob("[0-9]*.ipynb") if not wanted or any(p.name.startswith(w) for w in wanted))
    if not paths:
        sys.exit(f"no notebook begins with {wanted}")
    failed = 0
    for path in paths:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            made = pathlib.Path(folder) / path.name
            papermill.execute_notebook(
                str(path), str(made), cwd=str(HERE), kernel_name="python3", progress_bar=False, execution_timeout=180
            )
            new = cleaned(nbformat.read(made, as_version=4))
        took = f"{time.monotonic() - begun:.0f} s"
        # A table of pandas as HTML says no more than its text, and is styled by the version.
        for cell in new.cells:
            for output in cell.get("outputs", []):
                output.get("data", {}).pop("text/html", None)
        if keep:
            nbformat.write(new, path)
            print(f"{path.name}: kept ({took})")
            continue
        old, now = comparable(nbformat.read(path, as_version=4)), comparable(new)
        if old == now:
            print(f"{path.name}: as kept ({took})")
        else:
            failed += 1
            print(f"{path.name}: prints otherwise than is kept ({took})")
            print("\n".join(difflib.unified_diff(old, now, "kept", "printed", lineterm="", n=1)))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
