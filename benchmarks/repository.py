"""Makes a realistic repository of many experiments in seconds: one `git fast-import`, then packed.

python benchmarks/repository.py FOLDER 10000
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from typing import IO, TYPE_CHECKING

from branchlab.record.format import dump_record
from branchlab.record.model import Best, DataFile, Record, Run

if TYPE_CHECKING:
    from collections.abc import Callable

START = 1_760_000_000
TYPES = ("model", "data", "feature", "tune", "fix")
WORDS = (
    "wider",
    "deeper",
    "dropout",
    "cosine",
    "warmup",
    "focal",
    "mixup",
    "distil",
    "prune",
    "augment",
    "batch",
    "seed",
)
AUTHORS = ("Ada Park", "Björn Ek", "Chiara Neri", "Dmitri Vale")
DIGESTS = ("a91f3c55d0e1b2a3948576fedcba0123", "0f1e2d3c4b5a69788796a5b4c3d2e1f0")
ALL = "refs/benchmark/all"
_SEPARATORS = str.maketrans("", "", "-:Z")
SETTINGS = """\
[project]
command = "python train.py"
baseline = "main"

[metrics.accuracy]
goal = "maximize"
strategy = "optimize"

[metrics.loss]
goal = "minimize"
"""
TRAIN = "import branchlab\n\nwith branchlab.start_run() as run:\n    run.log(accuracy=0.9)\n"


def record_text(number: int, dice: random.Random, code: str) -> bytes:
    """Returns a record of about 900 bytes as branchlab writes it; 600 of them are params, metrics, best and data."""
    accuracy, loss = dice.uniform(0.5, 0.99), dice.uniform(0.05, 1.2)
    moment = _moment(number)
    record = Record(
        run=Run(
            id=f"{moment.translate(_SEPARATORS)}-{dice.getrandbits(24):06x}",
            status="finished",
            command=("python", "train.py"),
            started=moment,
            seconds=round(dice.uniform(1, 4000), 3),
            seed=number % 17,
            code=code,
            note=f"{dice.choice(WORDS)} instead of {dice.choice(WORDS)}, same schedule",
        ),
        params={
            "batch_size": dice.choice((32, 64, 128, 256)),
            "lr": dice.choice((0.1, 0.03, 0.01, 0.003, 0.001)),
            "optimizer": dice.choice(("adam", "sgd", "lion")),
            "model": {"depth": dice.randint(2, 24), "dropout": dice.choice((0.0, 0.1, 0.3)), "width": 64 << number % 4},
        },
        metrics={"accuracy": accuracy, "f1": accuracy - dice.uniform(0, 0.1), "loss": loss, "val/loss": loss * 1.1},
        best={"accuracy": Best(accuracy + 0.001, dice.randint(10, 200))},
        data={"data/train.csv": DataFile(dice.choice(DIGESTS), dice.choice((1_204_551, 1_310_002)))},
        resources={"mean_cpu": round(dice.uniform(80, 200), 1), "peak_memory": dice.randint(10**8, 10**9)},
        environment={"python": "3.11.7", "packages_hash": DIGESTS[0]},
    )
    return dump_record(record)


def experiment_name(number: int, dice: random.Random) -> str:
    """Returns a name that the default rule accepts, unlike all others by its number."""
    return f"exp/{TYPES[number % len(TYPES)]}/{dice.choice(WORDS)}-{dice.choice(WORDS)}-{number:05d}"


def make_repository(folder: str, count: int, seed: int = 7, files: int = 20) -> list[str]:
    """Makes a repository with `count` experiments over `files` source files and returns the experiments' names."""
    folder = os.path.abspath(folder)
    os.makedirs(folder, exist_ok=True)
    _git(folder, "init", "-q", "-b", "main", ".")
    _git(folder, "config", "user.name", "Ada Park")
    _git(folder, "config", "user.email", "ada@example.org")
    dice = random.Random(seed)
    marks = os.path.join(folder, ".git", "marks")
    process = subprocess.Popen(
        ["git", "fast-import", "--quiet", "--done", f"--export-marks={marks}"], cwd=folder, stdin=subprocess.PIPE
    )
    assert process.stdin
    names = _write_stream(process.stdin, count, dice, files)
    process.stdin.close()
    assert process.wait() == 0
    _write_refs(folder, _read_marks(marks), names)
    _git(folder, "repack", "-adq")
    _git(folder, "reset", "-q", "--hard", "main")
    return names


def give_code(folder: str, names: list[str]) -> None:
    """Makes the experiments of a repository anew, each with what a run leaves: its own code, a curve and a pointer."""
    main = _git(folder, "rev-parse", "main").strip()
    codes = _import(folder, len(names), main, _write_code)
    marks = _import(folder, len(names), main, lambda out, number, _: _write_record(out, number, names, codes))
    _write_refs(folder, {":1": main, **marks}, names)
    _git(folder, "repack", "-adq")


def _import(folder: str, count: int, main: str, write: Callable[[IO[bytes], int, str], None]) -> dict[str, str]:
    """Writes a commit for each number and returns their ids by mark."""
    marks = os.path.join(folder, ".git", "marks")
    process = subprocess.Popen(
        ["git", "fast-import", "--quiet", "--done", f"--export-marks={marks}"], cwd=folder, stdin=subprocess.PIPE
    )
    assert process.stdin
    for number in range(count):
        process.stdin.write(f"commit {ALL}\nmark :{number + 2}\n".encode())
        process.stdin.write(_signature(AUTHORS[number % len(AUTHORS)], number))
        write(process.stdin, number, main)
    process.stdin.write(b"done\n")
    process.stdin.close()
    assert process.wait() == 0
    return _read_marks(marks)


def _write_code(out: IO[bytes], number: int, main: str) -> None:
    out.write(_data(b"code") + f"from {main}\n".encode())
    out.write(b"M 100644 inline params.toml\n" + _data(f"lr = {number / 1000}\n".encode()))


def _write_record(out: IO[bytes], number: int, names: list[str], codes: dict[str, str]) -> None:
    code = codes[f":{number + 2}"]
    record = record_text(number, random.Random(number), code)
    pointer = f"outs:\n- md5: {number:032x}\n  size: 5\n  hash: md5\n  path: model.bin\n"
    out.write(_data(_message(names[number], record).encode()) + f"from {code}\n".encode())
    for path, body in (
        ("metrics.toml", record),
        ("metrics/history.csv", f"step,seconds,loss\n0,0.5,{number}\n".encode()),
        ("model.bin.dvc", pointer.encode()),
    ):
        out.write(f"M 100644 inline {path}\n".encode() + _data(body))


def add_experiment(folder: str, number: int) -> str:
    """Adds one more experiment as a recorder would, as loose objects and a loose ref, and returns its name."""
    dice = random.Random(number)
    name = experiment_name(number, dice)
    record = record_text(number, dice, "0" * 40)
    blob = _git(folder, "hash-object", "-w", "--stdin", stdin=record).strip()
    index = {"GIT_INDEX_FILE": os.path.join(folder, ".git", "bench-index")}
    _git(folder, "read-tree", "main", env=index)
    _git(folder, "update-index", "--add", "--cacheinfo", f"100644,{blob},metrics.toml", env=index)
    tree = _git(folder, "write-tree", env=index).strip()
    parent = _git(folder, "rev-parse", "main").strip()
    message = _message(name, record).encode()
    commit = _git(folder, "commit-tree", tree, "-p", parent, stdin=message).strip()
    _git(folder, "update-ref", f"refs/heads/{name}", commit)
    return name


def _write_stream(out: IO[bytes], count: int, dice: random.Random, parts: int) -> list[str]:
    files = {"branchlab.toml": SETTINGS, "train.py": TRAIN, "params.toml": "lr = 0.1\n"}
    files |= {f"src/{_part(place, parts)}.py": f"VALUE = {place}\n" for place in range(parts)}
    out.write(b"commit refs/heads/main\nmark :1\n" + _signature("Ada Park", 0) + _data(b"project"))
    for path, text in files.items():
        out.write(f"M 100644 inline {path}\n".encode() + _data(text.encode()))
    names: list[str] = []
    for number in range(count):
        name = experiment_name(number, dice)
        record = record_text(number, dice, f"{dice.getrandbits(160):040x}")
        out.write(f"commit {ALL}\nmark :{number + 2}\n".encode())
        out.write(_signature(AUTHORS[number % len(AUTHORS)], number))
        out.write(_data(_message(name, record).encode()) + b"from :1\nM 100644 inline metrics.toml\n" + _data(record))
        names.append(name)
    out.write(b"done\n")
    return names


def _part(place: int, parts: int) -> str:
    """Returns a name in a folder of at most 100 files, as large projects have them."""
    return f"part_{place}" if parts <= 100 else f"package_{place // 100}/part_{place}"


def _read_marks(path: str) -> dict[str, str]:
    with open(path) as file:
        oids = dict(line.split() for line in file)
    os.unlink(path)
    return oids


def _write_refs(folder: str, oids: dict[str, str], names: list[str]) -> None:
    """Writes packed-refs by itself: git takes a lock file for each of 50,000 refs, a minute of work."""
    _git(folder, "update-ref", "-d", ALL)
    refs = {"refs/heads/main": oids[":1"]}
    refs |= {f"refs/heads/{name}": oids[f":{number + 2}"] for number, name in enumerate(names)}
    with open(os.path.join(folder, ".git", "packed-refs"), "w") as file:
        file.write("# pack-refs with: peeled fully-peeled sorted \n")
        file.writelines(f"{oid} {ref}\n" for ref, oid in sorted(refs.items()))


def _message(name: str, record: bytes) -> str:
    lines = dict(line.split(" = ", 1) for line in record.decode().splitlines() if " = " in line)
    accuracy = lines["accuracy"]
    return (
        f"{name}: accuracy {float(accuracy):.4f}\n\n{lines['note'].strip(chr(34))}\n\n"
        f"Metric-accuracy: {accuracy}\nMetric-loss: {lines['loss']}\nBranchlab-Run: {lines['id'].strip(chr(34))}\n"
    )


def _signature(author: str, number: int) -> bytes:
    mail = author.split(maxsplit=1)[0].lower()
    when = f"{START + number * 60} +0000"
    return f"author {author} <{mail}@example.org> {when}\ncommitter {author} <{mail}@example.org> {when}\n".encode()


def _moment(number: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + number * 60))


def _data(body: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(body), body)


def _git(folder: str, *arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | (env or {})
    done = subprocess.run(["git", *arguments], cwd=folder, input=stdin, env=clean, check=True, capture_output=True)
    return done.stdout.decode()


if __name__ == "__main__":
    print(len(make_repository(sys.argv[1], int(sys.argv[2]))), "experiments in", sys.argv[1])
