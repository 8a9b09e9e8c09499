"""Values of Python as input of commands: JSON, texts, tables, images."""

from __future__ import annotations

import atexit
import csv
import json
import os
import shutil
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ._errors import UsageError

IMAGE_FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}


def to_json(value: Any, where: str) -> Any:
    """JSON value of numbers, texts, lists, dicts, paths and NumPy arrays. `where` names the value in errors."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (float, np.ndarray, np.generic)) and np.asarray(value).dtype.kind in "biufU":
        if np.asarray(value).dtype.kind == "f" and not np.isfinite(value).all():
            raise UsageError(f"{where} has NaN or infinity, but must be finite.")
        return np.asarray(value).tolist()
    if isinstance(value, Mapping):
        return {str(key): to_json(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple, range)):
        return [to_json(item, f"{where}.{index}") for index, item in enumerate(value)]
    raise UsageError(f"{where} has the type {type(value).__name__}, but must be a number, text, list, dict or array.")


def read_description(value: Any, name: str, where: str) -> tuple[list[str], dict[str, str]]:
    """Positional arguments and texts for a description: a dict, a YAML text of several lines, a path, or None."""
    if value is None:
        return [], {}
    if isinstance(value, Mapping):
        return [name], {name: json.dumps(to_json(value, name))}
    if isinstance(value, str) and "\n" in value:
        return [name], {name: value}
    return [read_path(value, f"{where}: {name}", "a dict, a YAML text or the path of a file")], {}


def read_path(value: Any, where: str, allowed: str = "a name or a path") -> str:
    """Text of a path."""
    if isinstance(value, (str, os.PathLike)):
        return os.fspath(value)
    raise UsageError(f"{where} has the type {type(value).__name__}, but must be {allowed}.")


def make_temporary_folder() -> Path:
    """New folder, which is removed at the end of the interpreter."""
    folder = tempfile.mkdtemp(prefix="memspike-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def write_table(table: Any, where: str) -> str:
    """Path of a table: a path, or a DataFrame or dict of columns, which is written as CSV."""
    if not isinstance(table, Mapping) and not hasattr(table, "to_csv"):
        return read_path(table, where, "a path, a dict of columns or a DataFrame")
    columns = {str(name): np.asarray(table[name]) for name in table}
    shapes = {name: values.shape for name, values in columns.items()}
    if any(len(shape) != 1 for shape in shapes.values()) or len(set(shapes.values())) > 1:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise UsageError(f"{where} has columns of the shapes {listed}, but all must have one dimension and one length.")
    path = make_temporary_folder() / "table.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*(values.tolist() for values in columns.values())))
    return str(path)


def write_images(data: Any, where: str) -> str:
    """Directory of a data set: a path, or a dict of arrays, which is written as IDX files."""
    if not isinstance(data, Mapping):
        return read_path(data, where, f"a directory, or a dict with {', '.join(IMAGE_FILES)}")
    if set(data) != set(IMAGE_FILES):
        raise UsageError(f"{where} has the keys {', '.join(map(str, data))}, but must have {', '.join(IMAGE_FILES)}.")
    folder = make_temporary_folder()
    for name, file in IMAGE_FILES.items():
        array = np.asarray(data[name])
        dimensions = ("images", "rows", "columns") if name.endswith("images") else ("labels",)
        if array.ndim != len(dimensions):
            raise UsageError(f"{where}: {name} has the shape {array.shape}, but must have {', '.join(dimensions)}.")
        if array.dtype.kind not in "biu" or not ((array >= 0) & (array <= 255)).all():
            raise UsageError(f"{where}: {name} must have integers from 0 to 255, but has the type {array.dtype}.")
        header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
        (folder / file).write_bytes(header + array.astype(np.uint8).tobytes())
    return str(folder)
