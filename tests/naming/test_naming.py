from __future__ import annotations

import re
import subprocess
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from branchlab.errors import UsageError
from branchlab.naming import Rule, compile_rule, compose, ref_problem, slugify
from branchlab.project import Naming

RULE = compile_rule(Naming())
FULL = compile_rule(Naming(pattern="lab/{user}/{date}/{type}-{slug}"))
PLAIN = compile_rule(Naming(pattern="try-{slug}", types=()))
USER, DATE = "Zoë Müller", "2026-11-20"

messy = st.text(max_size=30) | st.text("abz019.-_/ AE@{}~^:\\*é\n", max_size=30)


@pytest.mark.parametrize("name", ["exp/model/wider", "exp/tune/lr-0.1-depth-3", "exp/fix/0", "exp/data/a.lock.b"])
def test_good_names_are_accepted(name: str) -> None:
    assert RULE.accepts(name)
    assert RULE.check(name) is None
    assert RULE.suggest(name, user=USER, date=DATE) == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("exp/model", "does not follow exp/{type}/{slug}"),
        ("wider", "does not follow"),
        ("EXP/model/wider", "does not follow"),
        ("exp/model/Wider", "slug 'Wider' may hold only lower-case"),
        ("exp/model/b\u202ed", "slug 'b\\\\u202ed' may hold"),
        ("exp/model/-wider", "must start with a letter"),
        ("exp/modle/wider", "type 'modle' is not one of model, data"),
        ("exp/model/a..b", "'..'"),
        ("exp/model/a.lock", "'.lock'"),
        ("exp/model/a.", "ends with a dot"),
        ("exp/model/.a", "starts with a dot"),
        ("exp//a", "empty part"),
        ("-f", "starts with '-'"),
        ("HEAD", "HEAD"),
        ("@", "'@' as HEAD"),
        ("a@{b", "'@{'"),
        ("exp/model/a b", "does not allow ' '"),
        ("exp/model/a\x1b", "does not allow '\\\\x1b'"),
        ("exp/model/" + "a" * 200, "longer than 200"),
        ("exp/model/wider\n", "'\\\\n'"),
    ],
)
def test_a_bad_name_is_refused_with_its_reason(name: str, reason: str) -> None:
    assert not RULE.accepts(name)
    assert RULE.fields(name) is None
    assert reason in (RULE.check(name) or "")


def test_a_bad_date_and_a_bad_user_are_named() -> None:
    assert "date '20260131'" in (FULL.check("lab/me/20260131/model-x") or "")
    assert "user 'Me'" in (FULL.check("lab/Me/2026-01-31/model-x") or "")


def test_fields_are_read_back() -> None:
    assert RULE.fields("exp/model/wider-2") == {"type": "model", "slug": "wider-2"}
    assert FULL.fields("lab/me/2026-01-31/tune-x.1") == {
        "user": "me",
        "date": "2026-01-31",
        "type": "tune",
        "slug": "x.1",
    }


def test_types_that_start_alike_are_told_apart() -> None:
    rule = compile_rule(Naming(pattern="{type}-{slug}", types=("a", "a-b")))
    assert rule.fields("a-b-c") == {"type": "a-b", "slug": "c"}
    assert rule.fields("a-c") == {"type": "a", "slug": "c"}


def test_exempt_names_follow_their_patterns_alone() -> None:
    rule = compile_rule(Naming(exempt=("main", "release/*", "*-x-*")))
    assert [rule.exempt(name) for name in ("main", "release/1/2", "a-x-b")] == [True] * 3
    assert [rule.exempt(name) for name in ("Main", "mainly", "exp/model/a")] == [False] * 3
    assert not compile_rule(Naming(exempt=())).exempt("main")


def test_the_prefix_is_the_fixed_folder() -> None:
    assert (RULE.prefix, FULL.prefix, PLAIN.prefix) == ("exp/", "lab/", "")


@pytest.mark.parametrize(
    ("naming", "message"),
    [
        (Naming(pattern="exp/{kind}/{slug}"), "unknown field {kind}"),
        (Naming(pattern="exp/{slug}/{slug}"), "{slug} twice"),
        (Naming(pattern="exp/{type}"), "no {slug}"),
        (Naming(types=()), "naming.types is empty"),
        (Naming(types=("model", "")), "empty name"),
        (Naming(pattern="e p/{slug}"), "' '"),
        (Naming(pattern="exp/{slug}/"), "empty part"),
        (Naming(types=("a..b",)), "'..'"),
        (Naming(pattern="e" * 200 + "/{slug}"), "too long"),
    ],
)
def test_a_rule_that_makes_no_good_names_is_refused(naming: Naming, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        compile_rule(naming)


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("exp/modle/wider", "exp/model/wider"),
        ("EXP/Model/Wider Net", "exp/model/wider-net"),
        ("feature/New_net", "exp/feature/new-net"),
        ("experiments/tune/lr=0.1", "exp/tune/lr-0.1"),
        ("model-wider", "exp/model/wider"),
        ("expand", "exp/model/expand"),
        ("zoë müller/größer", "exp/model/zoe-muller-grosser"),
        ("李", "exp/model/untitled"),
        ("", "exp/model/untitled"),
        ("exp/data/x.lock", "exp/data/x-lock"),
        ("exp/data/..", "exp/data/untitled"),
    ],
)
def test_a_suggestion_keeps_what_it_can(name: str, better: str) -> None:
    assert RULE.suggest(name, user=USER, date=DATE) == better


def test_a_suggestion_fills_in_user_and_date() -> None:
    assert FULL.suggest("Wider", user=USER, date=DATE) == "lab/zoe-muller/2026-11-20/model-wider"
    assert FULL.suggest("lab/A/2026-01-31/tune-X", user=USER, date=DATE) == "lab/a/2026-01-31/tune-x"
    assert FULL.suggest("lab/a/today/tune-x", user="李", date=DATE) == "lab/a/2026-11-20/tune-x"
    assert PLAIN.suggest("model/Wider", user=USER, date=DATE) == "try-model-wider"


@given(messy, st.sampled_from([RULE, FULL, PLAIN]), st.text(max_size=120))
def test_every_suggestion_is_accepted(name: str, rule: Rule, user: str) -> None:
    assert rule.accepts(rule.suggest(name, user=user, date=DATE))


def test_composed_names_are_slugs_of_what_was_said() -> None:
    assert compose(RULE, type="tune", slug="LR = 0.1", user=USER, date=DATE) == "exp/tune/lr-0.1"
    assert compose(RULE, type=None, slug="x", user=USER, date=DATE) == "exp/model/x"
    assert compose(FULL, type="fix", slug="x", user="", date=DATE) == "lab/user/2026-11-20/fix-x"


def test_a_long_user_is_cut_before_the_slug() -> None:
    name = compose(FULL, type="fix", slug="s" * 150, user="u" * 150, date=DATE)
    assert len(name) == 200
    assert name.endswith("fix-" + "s" * 100)


@pytest.mark.parametrize(
    ("kind", "slug", "date", "message", "hint"),
    [
        ("modle", "x", DATE, "no experiment type 'modle'", "did you mean model?"),
        ("zzz", "x", DATE, "no experiment type 'zzz'", "use one of model, data, feature, tune, fix"),
        ("model", "!?", DATE, "'!?' has no letter or digit", "give another name"),
        ("model", "x", "today", "date 'today'", "names follow lab/{user}/{date}/{type}-{slug}"),
    ],
)
def test_parts_that_make_no_name_are_refused(kind: str, slug: str, date: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        compose(FULL, type=kind, slug=slug, user=USER, date=date)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("text", "slug"),
    [("Größe 2", "grosse-2"), ("a..b-.-c", "a.b.c"), ("-x.lock", "x-lock"), ("李", ""), ("a" * 300, "a" * 100)],
)
def test_slugs_are_plain(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_of_a_slug_is_itself(text: str) -> None:
    assert slugify(slugify(text)) == slugify(text)


@settings(deadline=None, max_examples=60)
@given(st.text("aZ./@{}-~ ^:?*[\\\x01lockHEAD", min_size=1, max_size=10))
def test_git_agrees_on_what_it_refuses(name: str) -> None:
    assume(name != "@")
    answer = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
    assert (ref_problem(name) is None) == (answer.returncode == 0)


@settings(deadline=None, max_examples=60)
@given(st.from_regex(r"\A[a-z0-9.-]{1,12}\Z"))
def test_git_takes_every_accepted_name(slug: str) -> None:
    name = f"exp/fix/{slug}"
    if RULE.accepts(name):
        subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=True)


def test_a_hostile_name_is_refused_at_once() -> None:
    started = time.process_time()
    for name in ("exp/model/" + ".a" * 95 + "!", "exp/model/" + "a" * 1_000_000, "exp/" * 50):
        assert not RULE.accepts(name)
        assert RULE.check(name)
    assert time.process_time() - started < 1
