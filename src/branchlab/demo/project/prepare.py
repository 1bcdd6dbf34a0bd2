"""Writes data/train.csv, data/validation.csv and data/test.csv from a data set that comes with scikit-learn.

python prepare.py                       600 labelled digits to train on
python prepare.py --rows 1200           twice as many; validation and test stay the same
python prepare.py --data breast-cancer  other data altogether
"""

import argparse
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.model_selection import train_test_split

SOURCES = {"digits": load_digits, "breast-cancer": load_breast_cancer}
HELD_OUT = 250


def write(path: Path, names: list[str], features: np.ndarray, target: np.ndarray) -> None:
    """Writes a table whose last column is the class."""
    header = ",".join([*(name.replace(" ", "_") for name in names), "target"])
    np.savetxt(path, np.column_stack([features, target]), fmt="%g", delimiter=",", header=header, comments="")


def prepare(source: str, rows: int) -> None:
    """Splits with a fixed seed, so that the same call writes the same bytes."""
    data = SOURCES[source]()
    x, y = data.data, data.target
    # The smaller data set has only 569 rows.
    held_out = min(HELD_OUT, len(x) // 4)
    x, x_test, y, y_test = train_test_split(x, y, test_size=held_out, stratify=y, random_state=0)
    x, x_validation, y, y_validation = train_test_split(x, y, test_size=held_out, stratify=y, random_state=0)
    folder = Path("data")
    folder.mkdir(exist_ok=True)
    write(folder / "train.csv", data.feature_names, x[:rows], y[:rows])
    write(folder / "validation.csv", data.feature_names, x_validation, y_validation)
    write(folder / "test.csv", data.feature_names, x_test, y_test)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Writes the tables that train.py reads.")
    parser.add_argument("--data", choices=SOURCES, default="digits")
    parser.add_argument("--rows", type=int, default=600)
    arguments = parser.parse_args()
    prepare(arguments.data, arguments.rows)
