"""Any bytes give a value or an error of ours: hypothesis for `make test`, atheris for `make prove`."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fuzz_target
from damaged_files import SETTINGS, SWEEP, damaged
from parsers_under_test import EDITORS, PARSERS, Parser, outcome
from sample_records import record

from branchlab.record.format import dump_record  # isort: skip

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 5  # of each target under atheris
MD5 = b"0123456789abcdef0123456789abcdef"
ALL: Mapping[str, Parser] = {**PARSERS, **EDITORS}
# What a stranger can hand in, or a disk can spoil; the others share their code.
COVERED = ("record", "settings", "sweep file", "TOML parameters", "YAML parameters", "JSON parameters", "edited YAML",
           "pointer", "lock", "configuration of DVC", "listing of DVC", "journal", "state", "session", "history",
           "plot", "collected CSV", "query", "gate", "override", "patch", "message", "index")  # fmt: skip

SEEDS: Mapping[str, tuple[bytes, ...]] = {
    "toml": (
        dump_record(record()),
        SETTINGS.encode(),
        SWEEP.encode(),
        b'lr = 0.1 # x\n[a.b]\nc = [1, "x", {d = 1.5}]\ne = """\n\\u00e9"""\n\'f g\' = 2026-01-01T00:00:00Z\n',
    ),
    "yaml": (
        b"outs:\n- md5: " + MD5 + b"\n  size: 12\n  hash: md5\n  path: model.bin\n",
        b"schema: '2.0'\nstages:\n  a:\n    cmd: x\n    outs:\n    - path: b\n      md5: " + MD5 + b"\n      size: 1\n",
        b"a: &x {b: 1, <<: {c: 2}}\nd: *x\ne: [1, .5, ~, 'f', \"\\n\"]\ng: |\n  h\n# i\n",
    ),
    "json": (
        b'{"k":"start","at":"2026","t":0,"seed":1}\n{"k":"log","s":0,"t":0.5,"m":{"a":0.5}}\n{"k":"end","status":"finished"}\n',
        b'{"id":"a","status":"running","command":["a"],"params":{"lr":0.1},"seconds":1.5}',
        b'{"":{"table":{"sort":[["a",true]],"columns":["a"],"widths":{"a":3}},"history":["x"]}}',
        b'[{"md5":"' + MD5 + b'","relpath":"a/b"}]',
        b'{"files":{"a":2},"removed":[],"warnings":[],"crc":3633523372}\nhi',
        b'{"lr":[0.001,0.1,"log-uniform"],"n":[1,8],"c":["a","b"]}',
    ),
    "csv": (b'step,seconds,a,"b,c"\n0,0.1,1.5,\n1,nan,inf,-2e5\n', b"seconds,cpu\n0.5,100\n", b"epoch\tloss\n1\t0.5\n"),
    "lines": (
        b"diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@ f\n+a\n-b\n\\ No newline\n",
        b"refs/heads/a " + b"1" * 40 + b" refs/heads/a " + b"0" * 40 + b"\n",
        b"[core]\n    remote = x\n['remote \"x\"']\n    url = /a # b\n",
        b"exp/model/a: loss 0.5\n\nnote\n\nMetric-accuracy: 0.9\nBranchlab-Run: a\n",
        b"\x1b[31mred\x1b[0m\rprogress\x08 10%\n",
    ),
    "text": (
        b'accuracy>0.9 status:failed -after:2026-01-01 | "a b" best:accuracy',
        b"configs/a.yaml:model.depth=3,[1, 'a'],{b: 2}",
        b"+new.key=1e-5",
        b"accuracy[region=eu] >= 0.5",
        b"accuracy max_regression 1%",
    ),
}
WORDS = sorted({word for seeds in SEEDS.values() for seed in seeds for word in re.findall(rb"[\w-]{2,}|[^\w\s]", seed)})


def raised(parser: Parser, content: bytes) -> str:
    """Returns what a parser raised that is none of our errors; empty for all else."""
    try:
        outcome(parser, content)
    except Exception as error:  # noqa: BLE001 - whatever it is
        return f"{type(error).__name__}: {error!s:.300}"
    return ""


@pytest.mark.parametrize("name", [name for name in ALL if "value in" not in name and "edited" not in name])
def test_a_damaged_file_gives_a_value_or_an_error_of_ours(name: str) -> None:
    parser = ALL[name]
    chance = random.Random(name)
    for turn in range(40):
        content = chance.choice(SEEDS[parser.kind])
        for _ in range(chance.randrange(4)):
            content = damaged(content, chance, chance.choice(WORDS))[1]
        assert not raised(parser, content), (name, turn, content)


@given(
    st.sampled_from(sorted(ALL)), st.binary(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=12).map(b"".join)
)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_bytes_give_a_value_or_an_error_of_ours(name: str, content: bytes) -> None:
    assert not raised(ALL[name], content)


@pytest.mark.prove
@pytest.mark.parametrize("name", COVERED)
def test_bytes_that_reach_new_code_give_a_value_or_an_error_of_ours(name: str, tmp_path: Path) -> None:
    if find_spec("atheris") is None:
        pytest.skip("atheris is not installed")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(SEEDS[ALL[name].kind]):
        (corpus / f"seed-{number}").write_bytes(seed)
    quoted = ("".join(f"\\x{byte:02x}" for byte in word) for word in WORDS)
    (tmp_path / "corpus.dict").write_text("".join(f'"{word}"\n' for word in quoted))
    done = subprocess.run(
        [sys.executable, fuzz_target.__file__, name, str(SECONDS), str(corpus)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=SECONDS * 20 + 60,
        env={**os.environ, "PYTHONPATH": str(Path(fuzz_target.__file__).parent)},
        cwd=tmp_path,
    )
    found = [path.read_bytes() for path in corpus.glob("found-*")]
    assert (done.returncode, found) == (0, []), done.stdout[-3000:] + done.stderr[-3000:]
