from __future__ import annotations

import json
import math
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchlab.running.collect import MOST_FILES, collect_metrics
from branchlab.running.curves import read_curves

if TYPE_CHECKING:
    from pathlib import Path


def _write(root: Path, **files: str) -> Path:
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    return root


def test_values_of_json_yaml_and_toml_are_flattened(tmp_path: Path) -> None:
    root = _write(
        tmp_path,
        **{
            "a.json": '{"val": {"loss": 0.25}, "name": "x", "ok": true, "items": [1], "count": 3}',
            "b.yaml": "test:\n  accuracy: 0.5\n",
            "c.toml": "[size]\nbytes = 12\nshare = nan\n",
        },
    )
    found = collect_metrics(str(root), ["*.json", "*.yaml", "*.toml"])
    assert found.problems == []
    assert math.isnan(found.summary.pop("size.share"))
    assert found.summary == {"val.loss": 0.25, "count": 3, "test.accuracy": 0.5, "size.bytes": 12}
    assert found.series == {}


def test_a_dvclive_folder_gives_curves_and_values_under_its_own_names(tmp_path: Path) -> None:
    root = _write(
        tmp_path,
        **{
            "dvclive/metrics.json": json.dumps({"val": {"loss": 0.25}, "accuracy": 0.9, "step": 1}),
            "dvclive/plots/metrics/accuracy.tsv": "timestamp\tstep\taccuracy\n"
            "1763000000000\t0\t0.8\n1763000001500\t1\t0.9\n",
            "dvclive/plots/metrics/val/loss.tsv": "step\tloss\n0\t0.5\n1\t0.25\n",
        },
    )
    found = collect_metrics(str(root), ["dvclive"])
    assert found.problems == []
    assert found.summary == {"val/loss": 0.25, "accuracy": 0.9}
    assert found.series == {"accuracy": [(0, 0.0, 0.8), (1, 1.5, 0.9)], "val/loss": [(0, 0.0, 0.5), (1, 0.0, 0.25)]}


@pytest.mark.parametrize(
    ("text", "series"),
    [
        ("epoch,loss\n1,0.5\n2,0.25\n", {"loss": [(1, 0.0, 0.5), (2, 0.0, 0.25)]}),
        ("epoch,step,loss,acc\n0,10,0.5,\n0,20,,0.75\n", {"loss": [(10, 0.0, 0.5)], "acc": [(20, 0.0, 0.75)]}),
        ("Step;seconds;loss\n0;1.5;inf\n1;2.5;0\n", {"loss": [(0, 1.5, math.inf), (1, 2.5, 0)]}),
        ("\ufeffstep\tname\tloss\n1\tx\t3\n", {"loss": [(1, 0.0, 3)]}),
        ("step,loss\n1,2,3\nx,4\n\n2\n1e300,5\nnan,6\n3,1_0\n4,7\n", {"loss": [(1, 0.0, 2), (4, 0.0, 7)]}),
    ],
)
def test_a_table_with_a_step_column_becomes_curves(
    text: str, series: dict[str, list[tuple[int, float, float]]]
) -> None:
    assert read_curves(text.encode(), "x.csv").series == series


def test_a_curve_ends_in_the_summary_unless_a_file_says_more(tmp_path: Path) -> None:
    root = _write(tmp_path, **{"log.csv": "epoch,loss,acc\n0,2,0.7\n1,1,\n", "metrics.json": '{"loss": 0.5}'})
    assert collect_metrics(str(root), ["log.csv", "metrics.json"]).summary == {"loss": 0.5, "acc": 0.7}


def test_a_table_of_one_row_without_steps_is_a_summary(tmp_path: Path) -> None:
    root = _write(tmp_path, **{"r.csv": "accuracy,name,loss\n0.5,x,1\n"})
    assert collect_metrics(str(root), ["r.csv"]).summary == {"accuracy": 0.5, "loss": 1}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", b"{", "a.json"),
        ("a.json", b"[1]", "a.json"),
        ("a.json", b"[" * 100_000, "a.json"),
        ("a.toml", b"a = \xff", "not UTF-8"),
        ("a.yaml", b"a: !!python/object/apply:os.system ['true']\n", "a.yaml"),
        ("a.csv", b"", "has no rows"),
        ("a.csv", b"a\n1\n2\n", "no column that counts steps"),
        ("a.csv", b"step,a\n1,\xff\n", "not UTF-8"),
        ("a.csv", b'step,a\n1,"' + b"x" * 200_000, "field larger"),
        ("a.json", b" " * (1 << 20) + b"{}", "1 MiB"),
        ("a.pickle", b"cos\nsystem\n", "is no JSON"),
    ],
)
def test_a_bad_file_is_one_problem_and_the_others_are_read(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.json").write_text('{"x": 1}')
    found = collect_metrics(str(tmp_path), [name, "good.json"])
    assert (found.summary, found.series) == ({"x": 1}, {})
    assert len(found.problems) == 1
    assert name in found.problems[0]
    assert reason in found.problems[0]
    assert "\n" not in found.problems[0]


@pytest.mark.parametrize("pattern", ["/etc/passwd", "../x.json", "a/../../x.json", "missing.json", "nothing/**"])
def test_a_pattern_that_leads_out_or_nowhere_is_a_problem(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "x.json").write_text('{"secret": 1}')
    (tmp_path / "root").mkdir()
    found = collect_metrics(str(tmp_path / "root"), [pattern])
    assert found.summary == {}
    assert len(found.problems) == 1


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"secret": 1}')
    root = tmp_path / "root"
    root.mkdir()
    (root / "m.json").symlink_to(tmp_path / "secret.json")
    live = root / "live" / "plots" / "metrics"
    live.mkdir(parents=True)
    (root / "live" / "metrics.json").symlink_to(tmp_path / "secret.json")
    found = collect_metrics(str(root), ["*"])
    assert found.summary == {}
    assert len(found.problems) == 2


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "m.json")
    found = collect_metrics(str(tmp_path), ["m.json"])
    assert found.problems == ["m.json is no regular file"]


def test_a_name_that_two_files_use_is_told_apart_by_the_file(tmp_path: Path) -> None:
    root = _write(tmp_path, **{"a.json": '{"loss": 1}', "sub/b.json": '{"loss": 2}'})
    assert collect_metrics(str(root), ["**/*.json"]).summary == {"loss": 1, "b/loss": 2}


def test_a_pattern_that_matches_too_much_is_cut(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 5):
        (tmp_path / f"{number}.json").write_text("{}")
    found = collect_metrics(str(tmp_path), ["*.json"])
    assert found.problems == [f"{MOST_FILES + 5} files match; the first {MOST_FILES} are read"]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_value_error(content: bytes) -> None:
    try:
        read_curves(b"step,a\n" + content, "x.csv")
    except ValueError:
        return


def test_what_a_file_calls_arguments_is_what_the_script_was_told(tmp_path: Path) -> None:
    told = {"args": {"lr": 0.1, "out": "r.json"}, "config": {"net": {"depth": 3}}, "params": 1200, "mse": 0.5}
    (tmp_path / "r.json").write_text(json.dumps(told))
    found = collect_metrics(str(tmp_path), ["r.json"])
    assert found.summary == {"params": 1200, "mse": 0.5}
    assert found.params == {"lr": 0.1, "out": "r.json", "net": {"depth": 3}}


def test_parameters_that_dvclive_logged_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "dvclive"
    folder.mkdir()
    (folder / "params.yaml").write_text("lr: 0.1\nnet:\n  depth: 3\n")
    (folder / "metrics.json").write_text('{"loss": 0.5, "step": 4}')
    found = collect_metrics(str(tmp_path), ["dvclive"])
    assert (found.summary, found.params) == ({"loss": 0.5}, {"lr": 0.1, "net": {"depth": 3}})
    (folder / "params.yaml").write_text("[")
    found = collect_metrics(str(tmp_path), ["dvclive"])
    assert (found.summary, found.params, len(found.problems)) == ({"loss": 0.5}, {}, 1)
