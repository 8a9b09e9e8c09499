"""Results: directories that commands write, with their tables as NumPy arrays and their pictures."""

from __future__ import annotations

import functools
import html
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ._client import Request, execute
from ._errors import MemspikeError
from ._inputs import make_temporary_folder

CODE_NAMES = {"population": "populations", "projection": "projections", "quantity": "quantities"}


class Table(Mapping):
    """Columns of a table as NumPy arrays: `table["time"]` or `table.time`. Population codes are replaced by names."""

    def __init__(self, columns: dict[str, np.ndarray], names: dict[str, np.ndarray] | None = None) -> None:
        self._columns = columns
        self._names = names or {}

    def __getitem__(self, name: str) -> np.ndarray:
        column = self._columns[name]
        return self._names[name][column] if name in self._names else column

    def __getattr__(self, name: str) -> np.ndarray:
        if name.startswith("_") or name not in self._columns:
            raise AttributeError(f"the table has no column {name!r}; its columns are {', '.join(self._columns)}.")
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))  # length of any column is the number of rows

    def __repr__(self) -> str:
        return f"Table({len(self):,} rows: {', '.join(self)})"

    def select(self, name: str) -> Table:
        """Rows of one population, projection or quantity."""
        for column, names in self._names.items():
            if name in names:
                rows = self._columns[column] == list(names).index(name)
                return Table({key: values[rows] for key, values in self._columns.items()}, self._names)
        known = ", ".join(str(one) for names in self._names.values() for one in names)
        raise MemspikeError(f"the table has no rows of {name!r}; its names: {known}.")

    def to_pandas(self) -> Any:
        """Table as a pandas DataFrame; names of populations are a categorical column."""
        import pandas

        coded = {key: pandas.Categorical.from_codes(self._columns[key], self._names[key]) for key in self._names}
        return pandas.DataFrame({**self._columns, **coded})


def read_log(path: Path) -> Table:
    """Table of a log (.arrows): read by pyarrow if it is installed, else by way of a NumPy archive."""
    try:
        import pyarrow
    except ImportError:
        archive = make_temporary_folder() / "log.npz"
        execute(Request("log export", [str(path)], {"format": "npz", "out": str(archive)}))
        with np.load(archive) as arrays:
            columns = dict(arrays)
        archive.unlink()
        return Table(columns, {key: columns.pop(plural) for key, plural in CODE_NAMES.items() if plural in columns})
    with pyarrow.OSFile(str(path)) as file:
        table = pyarrow.ipc.open_stream(file).read_all()
    texts = {key: (table.schema.metadata or {}).get(plural.encode()) for key, plural in CODE_NAMES.items()}
    names = {key: np.array(json.loads(text)) for key, text in texts.items() if text and key in table.column_names}
    return Table({name: table[name].to_numpy() for name in table.column_names}, names)


def read_csv(path: Path) -> Table:
    """Table of a CSV file: columns of numbers if every cell is a number, else of texts."""
    style = {"delimiter": ",", "comments": None, "deletechars": "", "replace_space": " ", "encoding": "utf-8"}
    rows = np.atleast_1d(np.genfromtxt(path, names=True, dtype=None, **style))
    return Table({name: rows[name] for name in rows.dtype.names})


class Picture(str):
    """Picture as SVG text; a notebook shows it."""

    def _repr_svg_(self) -> str:
        return self


class Page(str):
    """Path of a report page, an HTML file; a notebook shows the page."""

    def _repr_html_(self) -> str:
        source = html.escape(Path(self).read_text(encoding="utf-8"))
        return f'<iframe srcdoc="{source}" style="width:100%;height:600px;border:0"></iframe>'


class Result:
    """Directory with results. `summary` is its JSON file; `text` is what the command printed."""

    main_table = pictures_folder = text = ""

    def __init__(self, path: Path, summary: dict[str, Any]) -> None:
        self.path, self.summary = path, summary

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    @property
    def pictures(self) -> dict[str, Picture]:
        """Pictures of the directory by name."""
        files = sorted((self.path / self.pictures_folder).glob("*.svg"))
        return {file.stem: Picture(file.read_text(encoding="utf-8")) for file in files}

    def table(self, name: str) -> Table:
        """Table of the directory, such as `weights`."""
        files = {file.stem: file for pattern in ("*.csv", "*.arrows") for file in sorted(self.path.glob(pattern))}
        if name not in files:
            raise MemspikeError(f"{self.path} has no table {name!r}; it has {', '.join(files) or 'none'}.")
        return read_log(files[name]) if files[name].suffix == ".arrows" else read_csv(files[name])

    def to_pandas(self) -> Any:
        """DataFrame of the main table: spikes of a run, one row per run of a sweep or comparison."""
        return self.table(self.main_table).to_pandas()

    def report(self, **options: Any) -> Page:
        """Report page (HTML) of the results, with the options of `memspike report`."""
        path = str(options.get("out") or self.path / "report.html")
        execute(Request("report", [str(self.path)], {"overwrite": True, **options, "out": path}))
        return Page(path)

    def _repr_svg_(self) -> str | None:
        return next(iter(self.pictures.values()), None)

    def _repr_html_(self) -> str:
        values = {**self.summary, **self.summary.get("events", {})}
        plain = {key: str(value) for key, value in values.items() if isinstance(value, (int, float, str))}
        rows = "".join(f"<tr><th>{html.escape(key)}</th><td>{html.escape(plain[key])}</td></tr>" for key in plain)
        summary = f"<details><summary>Summary</summary><table>{rows}</table></details>"
        return f"<p><code>{html.escape(repr(self))}</code></p>{self._repr_svg_() or ''}{summary}"


class Run(Result):
    """Run of a network."""

    main_table = "spikes"

    @functools.cached_property
    def spikes(self) -> Table:
        """Recorded spikes: time (ms), population, neuron."""
        return self.table("spikes")

    @property
    def cost(self) -> dict[str, Any]:
        """Latency (s), energy (J) and area (µm²) of the system, per test image or run; empty without `cost`."""
        return self.summary.get("cost", {})

    def raster(self, **options: Any) -> Picture:
        """Raster plot of the spikes, with the options of `memspike raster`."""
        path = make_temporary_folder() / "raster.svg"
        execute(Request("raster", [str(self.path)], {**options, "out": str(path)}))
        return Picture(path.read_text(encoding="utf-8"))

    def _repr_svg_(self) -> str | None:
        has_log = (self.path / "spikes.arrows").exists()
        return self.raster() if has_log and len(self.spikes) > 0 else super()._repr_svg_()


class Training(Run):
    """Trained network."""

    @property
    def accuracy(self) -> float:
        """Share of test images that are classified correctly, %."""
        return float(self.summary["accuracy"]["test"])

    _repr_svg_ = Result._repr_svg_


class Fit(Result):
    """Fitted device model. As the argument `device` of a command, it stands for its device file."""

    main_table = "residuals"

    def __fspath__(self) -> str:
        return str(self.path / "device.yaml")


class Sweep(Result):
    """Parameter sweep; `summary` has the points with their mean metrics."""

    main_table, pictures_folder = "results", "plots"


MARKS = {"fit.json": Fit, "characterise.json": Result, "passport.json": Result, "sweep.json": Sweep, "run.json": Run}


def read(path: str | Path | Result) -> Any:
    """Results of a directory, such as `runs/network`, or the table of a log (.arrows)."""
    folder = path.path if isinstance(path, Result) else Path(path)
    if folder.suffix == ".arrows":
        return read_log(folder)
    found = next((file for file in MARKS if (folder / file).exists()), None)
    if found is None:
        raise MemspikeError(f"{folder} holds no finished results: it has none of the files {', '.join(MARKS)}.")
    collect = Request("sweep collect", [str(folder)], {"json": True})
    summary = json.loads(execute(collect) if found == "sweep.json" else (folder / found).read_text(encoding="utf-8"))
    return (Training if found == "run.json" and "accuracy" in summary else MARKS[found])(folder, summary)
