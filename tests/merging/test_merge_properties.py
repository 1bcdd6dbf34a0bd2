"""What holds for every merge by key, whatever the files say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import tomli_w
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from branchlab.errors import UsageError
from branchlab.parameters.change import ABSENT, change, same, with_value
from branchlab.parameters.files import load_parameters
from branchlab.parameters.three_way import differences, merge_tables
from branchlab.record.format import dump_record, parse_record
from branchlab_hooks.merge_parameters import merge_ancestors, merge_parameters
from branchlab_hooks.merge_record import merge_records
from branchlab_hooks.versions import Versions
from record_strategies import RECORDS

if TYPE_CHECKING:
    from branchlab.record.model import Record

KEYS = st.sampled_from(["lr", "depth", "a.b", "model", "optimizer", "größe", "on"])
SCALARS = st.integers(-3, 3) | st.sampled_from([0.5, 1e-7, float("inf"), True, "x", "no", "#", "it's", ""])
VALUES = SCALARS | st.lists(SCALARS, max_size=2)
TABLES = st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES, max_size=3), max_size=5)
FILES = st.sampled_from(["p.toml", "p.yaml", "p.json"])
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def written(path: str, table: dict[str, Any]) -> bytes:
    """Writes a table; YAML in blocks with a comment on each line."""
    if path.endswith(".toml"):
        return tomli_w.dumps(table).encode()
    if path.endswith(".json"):
        return json.dumps(table, indent=2).replace("Infinity", "7e7").encode()
    lines = []
    for key, value in table.items():
        if isinstance(value, dict) and value:
            lines.append(f"{json.dumps(key)}:  # table")
            lines += [f"  {json.dumps(inner)}: {flow(item)}  # inner" for inner, item in value.items()]
        else:
            lines.append(f"{json.dumps(key)}: {flow(value)}  # {key}")
    return "".join(f"{line}\n" for line in lines).encode()


def flow(value: Any) -> str:
    return json.dumps(value).replace("Infinity", ".inf").replace("1e-07", "1.0e-07")


@given(TABLES, TABLES, TABLES)
def test_a_side_that_changed_nothing_never_counts(
    base: dict[str, Any], one: dict[str, Any], two: dict[str, Any]
) -> None:
    assert merge_tables(base, one, one) == (one, ())
    assert merge_tables(base, base, two) == (two, ())
    assert merge_tables(base, one, base) == (one, ())


@given(TABLES, TABLES, TABLES)
def test_only_our_word_in_conflicts_depends_on_who_merges(
    base: dict[str, Any], one: dict[str, Any], two: dict[str, Any]
) -> None:
    ours, theirs = merge_tables(base, one, two), merge_tables(base, two, one)
    assert {conflict.path for conflict in ours.conflicts} == {conflict.path for conflict in theirs.conflicts}
    table = ours.table
    for conflict in ours.conflicts:
        table = with_value(table, conflict.path, conflict.theirs)
    assert same(table, theirs.table)


@given(TABLES, TABLES, TABLES)
def test_each_key_of_a_merge_comes_from_a_side_that_changed_it(
    base: dict[str, Any], one: dict[str, Any], two: dict[str, Any]
) -> None:
    merged = merge_tables(base, one, two)
    conflicts = {conflict.path[0] for conflict in merged.conflicts}
    for key in base.keys() | one.keys() | two.keys():
        versions = [table.get(key, ABSENT) for table in (base, one, two, merged.table)]
        if not same(versions[0], versions[1]) and same(versions[0], versions[2]):
            assert same(versions[3], versions[1])
        if key not in conflicts and not same(versions[0], versions[1]) and not isinstance(versions[1], dict):
            assert same(versions[3], versions[1])


@given(TABLES, TABLES)
def test_the_differences_lead_from_one_table_to_the_other(one: dict[str, Any], two: dict[str, Any]) -> None:
    table = one
    for path, value in differences(one, two):
        table = with_value(table, path, value)
    assert same(table, two)


@FEW
@given(FILES, TABLES, TABLES, TABLES)
def test_a_merged_file_reads_as_the_merged_keys_or_has_markers(
    path: str, base: dict[str, Any], one: dict[str, Any], two: dict[str, Any]
) -> None:
    texts = [written(path, table) for table in (base, one, two)]
    tables = [load_parameters(path, text) for text in texts]
    expected = merge_tables(*tables)
    versions = Versions(path, texts[0], texts[1], texts[2])
    try:
        text, clean = merge_parameters(versions)
    except UsageError:  # a table in the place of a value has no line of its own that markers could stand around
        assert any(isinstance(value, dict) for conflict in expected.conflicts for value in conflict[1:])
        return
    if clean:
        read = load_parameters(path, text)
        wanted = expected.table
        for conflict in expected.conflicts:  # long lists may be merged line by line
            assert isinstance(conflict.ours, list)
            wanted = with_value(wanted, conflict.path, ABSENT)
            read = with_value(read, conflict.path, ABSENT)
        assert same(read, wanted)
    else:
        assert expected.conflicts
        assert b"<<<<<<< ours\n" in text


@FEW
@given(FILES, TABLES, TABLES, TABLES)
def test_merged_ancestors_can_always_be_read(
    path: str, base: dict[str, Any], one: dict[str, Any], two: dict[str, Any]
) -> None:
    texts = [written(path, table) for table in (base, one, two)]
    load_parameters(path, merge_ancestors(Versions(path, texts[0], texts[1], texts[2])))


@given(FILES, TABLES, st.data())
def test_a_key_that_is_taken_out_is_all_that_goes(path: str, table: dict[str, Any], data: st.DataObject) -> None:
    assume(table)
    text = written(path, table)
    read = load_parameters(path, text)
    key = data.draw(st.sampled_from(sorted(read)))
    inner = read[key]
    place = (key, data.draw(st.sampled_from(sorted(inner)))) if isinstance(inner, dict) and inner else (key,)
    left = load_parameters(path, change(path, text, read, place, ABSENT))
    assert same(left, with_value(read, place, ABSENT))


@settings(max_examples=20, deadline=None)
@given(side=st.sampled_from(["ours", "theirs"]), base=RECORDS, one=RECORDS, two=RECORDS, added=st.booleans())
def test_a_merged_record_is_one_of_the_two_and_names_the_other(
    side: Any, base: Record, one: Record, two: Record, *, added: bool
) -> None:
    named = zip((base, one, two), "012", strict=True)
    texts = [dump_record(record._replace(run=record.run._replace(id=name))) for record, name in named]
    versions = Versions("metrics.toml", b"" if added else texts[0], texts[1], texts[2])
    merged = parse_record(merge_records(versions, side))
    kept, other = (parse_record(text) for text in (texts[1:] if side == "ours" else texts[:0:-1]))
    assert other.run.id in merged.run.merged
    assert merged.run.id not in merged.run.merged
    assert set(merged.run.merged) == {*kept.run.merged, *other.run.merged, other.run.id} - {kept.run.id}
    plain = merged._replace(run=merged.run._replace(merged=()))
    assert dump_record(plain) == dump_record(kept._replace(run=kept.run._replace(merged=())))


@settings(max_examples=20, deadline=None)
@given(RECORDS, RECORDS)
def test_a_record_that_one_side_changed_is_that_of_this_side(base: Record, one: Record) -> None:
    old, new = dump_record(base), dump_record(one)
    assert merge_records(Versions("m", old, new, new), "ours") == new
    assert merge_records(Versions("m", old, old, new), "ours") == new
    assert merge_records(Versions("m", old, new, old), "theirs") == new
