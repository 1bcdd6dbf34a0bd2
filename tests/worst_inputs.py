"""One mebibyte of whatever keeps a parser busy: deep nesting, many keys, long numbers, anchors, open quotes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEBIBYTE = 1 << 20
RUN = b'schema = 1\n[run]\nid = "a"\nstatus = "finished"\nstarted = 2026-01-01T00:00:00Z\nseconds = 1.0\n'


@cache
def worst(kind: str) -> Mapping[str, bytes]:
    """Returns the worst inputs for a kind of parser by name: those of every format, since any may stand in a file."""
    return {**_plain(), **dict(_OF_KIND[kind]() if kind in _OF_KIND else ())}


@cache
def _plain() -> Mapping[str, bytes]:
    return dict(_alone())


def repeated(piece: bytes, before: bytes = b"", after: bytes = b"", size: int = MEBIBYTE) -> bytes:
    """Returns a piece as often as it fits."""
    return before + piece * ((size - len(before) - len(after)) // len(piece)) + after


def numbered(form: bytes, before: bytes = b"", after: bytes = b"", size: int = MEBIBYTE) -> bytes:
    """Returns a form with 0, 1, 2, … in the place of `%d`, as often as it fits."""
    pieces, room, number = [before], size - len(before) - len(after), 0
    while True:
        piece = form.replace(b"%d", b"%d" % number)
        room -= len(piece)
        if room < 0:
            return b"".join([*pieces, after])
        pieces.append(piece)
        number += 1


_SIGNS = rb"""[{("'\<@*&!%`?_e;~a19.,-+:#=|"""
_PIECES = (
    *rb"""a |a.|a,|1,|1 |1.|1e|1_|- |""|\"|"a|'a|''|[]|[[|[1]|a[0]|{}|a=|a: |a:1 |a>1 |-a |a=b c:d """.split(b"|"),
    *(b"|a", b"a\n", b"-\n", b'"\n', b"\r\n", b"a=1\n", b"\t\n", b"\ra", b"\x08a", b"\x1b[", b"\x1b]"),
    *(b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"\0", b" ", b"\n", b"\r", b"\t", b"\xff"),
)


def _alone() -> Iterator[tuple[str, bytes]]:
    for sign in _SIGNS:
        yield f"{bytes([sign])!r} alone", bytes([sign]) * MEBIBYTE
    for piece in _PIECES:
        yield f"{piece!r} again and again", repeated(piece)
    yield "a long line behind a short one", b"step,seconds,a\n" + b"1" * (MEBIBYTE - 20)


def _toml() -> Iterator[tuple[str, bytes]]:
    yield "many keys", numbered(b"k%d = 1\n", RUN + b"[params]\n")
    yield "many numbers of a record", numbered(b"k%d = 0.1234567890123456\n", RUN + b"[metrics]\n")
    yield "ten thousand long texts", numbered(b'k%d = "' + b"x" * 90 + b'"\n', RUN + b"[params]\n")
    yield "nine thousand values", numbered(b'k%d = "' + b"x" * 104 + b'"\n', RUN + b"[params]\n", size=MEBIBYTE - 1)
    yield "texts of escapes", repeated(b'"' + b"\\u00e9" * 600 + b'",\n', RUN + b"[params]\na = [\n", b"]\n")
    yield (
        "one long text of escapes on lines",
        RUN + b'[params]\na = """\n' + repeated(b"\\t" * 1000 + b"\n", size=1_000_000) + b'"""\n',
    )
    yield (
        "one long plain text on lines",
        RUN + b'[params]\na = """\n' + repeated(b"x" * 1000 + b"\n", size=1_000_000) + b'"""\n',
    )
    yield (
        "quotes in a long text",
        RUN + b'[params]\na = """\n' + repeated(b'""x' * 1000 + b"\n", size=1_000_000) + b'"""\n',
    )
    yield "many tables", numbered(b"[a%d]\n")
    yield "many tables of many parts", numbered(b"[a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p%d]\n")
    yield "many tables in a table", numbered(b"[params.a%d]\n", RUN)
    yield "the same array of tables", repeated(b"[[a]]\n")
    yield "arrays within arrays of tables", repeated(b"[[a]]\n[[a.b]]\n")
    yield "dotted keys on many lines", numbered(b"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p%d = 1\n")
    yield "dotted keys with blanks", numbered(b"a . b . c . d . e . f . g . h . i . j%d = 1\n")
    yield "a long dotted key", repeated(b"a.", after=b"a = 1\n")
    yield "a long quoted dotted key", repeated(b'"a".', after=b"a = 1\n")
    yield "a key over many short lines", numbered(b"a%d.\n")
    yield "a deep list", repeated(b"[", b"a = ")
    yield "a deep list on lines", repeated(b"[\n", b"a = ")
    yield "a deep table", repeated(b"{a=", b"a = ")
    yield "a long list", repeated(b"1,", b"a = [", b"]\n")
    yield "a long list on lines", repeated(b"1,\n", b"a = [\n", b"]\n")
    yield "long lines of lists", numbered(b"k%d = [" + b"1," * 1900 + b"]\n")
    yield "long lines of tables", numbered(b"k%d = [" + b"{}," * 1300 + b"]\n")
    yield "long lines of empty texts", numbered(b"k%d = [" + b'"",' * 1300 + b"]\n")
    yield "a number of a million digits", repeated(b"9", b"a = ", b"\n")
    yield "numbers of four thousand digits", numbered(b"k%d = " + b"9" * 4000 + b"\n")
    yield "a float of a million digits", repeated(b"9", b"a = 0.", b"\n")
    yield "floats of four thousand digits", numbered(b"k%d = 0." + b"9" * 4000 + b"e-5\n")
    yield "hexadecimal numbers", numbered(b"k%d = 0x" + b"f" * 3900 + b"\n")
    yield "dates", numbered(b"k%d = 2026-01-01T00:00:00.000001+01:00\n", RUN + b"[params]\n")
    yield "comments", repeated(b"#\n")
    yield "long comments", repeated(b"#" + b"." * 4000 + b"\n")
    yield "a long comment", b"#" + b"x" * MEBIBYTE
    yield "dots in texts", numbered(b'k%d = "' + b"a." * 40 + b'"\n', RUN + b"[params]\n")
    yield "quotes and dots", repeated(b'"a.' * 20 + b"\n")
    yield "an open text", b'a = """' + repeated(b'."\n')
    yield "one key twice", repeated(b"a = 1\n")
    yield "a key that is a prefix", numbered(b"a" * 200 + b"%d = 1\n")
    yield "conflict markers late", repeated(b"a\n", after=b"<<<<<<< \n")


def _yaml() -> Iterator[tuple[str, bytes]]:
    yield "many keys", numbered(b"k%d: 1\n")
    yield (
        "many outputs",
        repeated(b"- md5: 0123456789abcdef0123456789abcdef\n  size: 1\n  hash: md5\n  path: a\n", b"outs:\n"),
    )
    yield "a few thousand keys", numbered(b"k%d: 1\n", size=MEBIBYTE // 16)
    yield "long texts of many keys", numbered(b"k%d: " + b"x" * 800 + b"\n")
    yield "words", numbered(b"k%d: " + b"xx " * 300 + b"\n")
    yield "a long word", repeated(b"x", b"a: ", b"\n")
    yield "many words", repeated(b"x ", b"a: ", b"\n")
    yield "words over lines", repeated(b" x\n", b"a:\n")
    yield "a long text in quotes", repeated(b"x", b'a: "', b'"\n')
    yield "escapes in quotes", repeated(b"\\n", b'a: "', b'"\n')
    yield "lines in quotes", repeated(b"\n", b'a: "', b'"\n')
    yield "a block text", repeated(b"  x\n", b"a: |\n")
    yield "an empty block text", repeated(b"\n", b"a: |\n")
    yield "a folded text", repeated(b"  x x\n\n", b"a: >\n")
    yield "a deep list", repeated(b"[")
    yield "a deep list of lines", repeated(b"[\n")
    yield "a deep table", repeated(b"{a: ")
    yield "a deep block list", repeated(b"- ")
    yield "a deeper block list", b"".join(b" " * n + b"-\n" for n in range(1400))
    yield "a deeper block table", b"".join(b" " * n + b"a:\n" for n in range(1400))
    yield "a long list", repeated(b"1,", b"a: [", b"]\n")
    yield "a long list of empty texts", repeated(b"'',", b"a: [", b"]\n")
    yield "a long block list", repeated(b"- 1\n", b"a:\n")
    yield "question marks", repeated(b"? a\n")
    yield "questions", repeated(b"? ")
    yield "anchors", numbered(b"k%d: &a%d 1\n")
    yield (
        "aliases of aliases",
        b"a0: &a0 [x]\n"
        + b"".join(b"a%d: &a%d [%b]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 60)),
    )
    yield "many aliases", repeated(b"*a,", b"a: &a [1]\nb: [", b"]\n")
    yield (
        "merges of merges",
        b"a0: &a0 {k: 1}\n"
        + b"".join(b"a%d: &a%d {<<: [*a%d, *a%d], k%d: 1}\n" % (n, n, n - 1, n - 1, n) for n in range(1, 3000)),
    )
    yield "an anchor with a long name", repeated(b"a", b"a: &", b" 1\n")
    yield "tags", repeated(b"!!str ", b"a: ")
    yield "a long tag", repeated(b"a", b"a: !", b" 1\n")
    yield "python tags", repeated(b"- !!python/object/apply:os.system [x]\n")
    yield "directives", repeated(b"%TAG ! !a\n")
    yield "a number of a million digits", repeated(b"9", b"a: ", b"\n")
    yield "a float of a million digits", repeated(b"9", b"a: 0.", b"\n")
    yield "numbers of four thousand digits", numbered(b"k%d: " + b"9" * 4000 + b"\n")
    yield "hexadecimal numbers", numbered(b"k%d: 0x" + b"f" * 4000 + b"\n")
    yield "sixties", repeated(b":59", b"a: 1", b"\n")
    yield "underscores", repeated(b"_", b"a: 1", b"\n")
    yield "times", repeated(b"- 2026-01-01 00:00:00.0 +01:00\n")
    yield "comments", repeated(b"#\n")
    yield "comments behind values", numbered(b"k%d: 1 # x\n")
    yield "a long comment", b"#" + b"x" * MEBIBYTE
    yield "blanks before a colon", repeated(b" ", b"a", b": 1\n")
    yield "a long key", repeated(b"a", b"", b": 1\n")


def _json() -> Iterator[tuple[str, bytes]]:
    yield "many keys", numbered(b'"k%d":1,', b"{", b'"z":1}')
    yield "many keys on lines", numbered(b'"k%d":1,\n', b"{\n", b'"z":1}')
    yield "eight thousand keys", numbered(b'"k%d":"' + b"x" * 110 + b'",\n', b"{\n", b'"z":1}')
    yield "a deep list", repeated(b"[")
    yield "a deep list that ends", b"[" * (MEBIBYTE // 2) + b"]" * (MEBIBYTE // 2)
    yield "deep lists on lines", repeated(b"[" * 900 + b"]" * 900 + b"\n")
    yield "a deep table", repeated(b'{"a":')
    yield "a long list", repeated(b"1,", b"[", b"1]")
    yield "a long list of texts", repeated(b'"",', b"[", b'""]')
    yield "a long list of lists", repeated(b"[],", b"[", b"[]]")
    yield "a long list of tables", repeated(b"{},", b"[", b"{}]")
    yield "a table of a long list", repeated(b"0.1,", b'{"a":[', b"1]}")
    yield "a list of points", repeated(b'{"a":1,"b":2.5,"c":"x"},', b"[", b'{"a":1}]')
    yield "points with names of their own", numbered(b'{"k%d":1},', b"[", b'{"a":1}]')
    yield "a number of a million digits", repeated(b"9", b'{"a":', b"}")
    yield "a float of a million digits", repeated(b"9", b'{"a":0.', b"}")
    yield "an exponent of a million digits", repeated(b"9", b'{"a":1e', b"}")
    yield "numbers of four thousand digits", repeated(b"9" * 4000 + b",", b'{"a":[', b"1]}")
    yield "numbers of 4,300 digits on lines", repeated(b'{"k":"log","t":0,"s":' + b"9" * 4300 + b',"m":{"a":1}}\n')
    yield "a long text", repeated(b"x", b'{"a":"', b'"}')
    yield "a text of escapes", repeated(b"\\u00e9", b'{"a":"', b'"}')
    yield "half pairs", repeated(b"\\ud800", b'{"a":"', b'"}')
    yield "blanks", repeated(b" ", b"{", b"}")
    yield "the smallest log lines", repeated(b'{"k":"log","t":0,"s":1,"m":{"a":1}}\n')
    yield "log lines of many names", numbered(b'{"k":"log","t":0,"s":1,"m":{"a%d":1}}\n')
    yield "lines that say nothing", repeated(b"{}\n")
    yield "lines that are no JSON", repeated(b"x\n")
    yield "lines that are numbers", repeated(b"1\n")
    yield "empty parameters", repeated(b'{"k":"params"}\n')
    yield "parameters again and again", numbered(b'{"k":"params","params":{"a%d":1}}\n')
    yield "many artifacts", numbered(b'{"k":"artifact","path":"%d"}\n')
    yield "many plots", numbered(b'{"k":"plot","path":"%d"}\n')
    yield "many slices", numbered(b'{"k":"slice","key":"a","value":"%d","m":{"a":1}}\n')
    yield "many summaries", numbered(b'{"k":"summary","m":{"a%d":1}}\n')
    yield (
        "many entries of a listing",
        numbered(
            b'{"md5":"0123456789abcdef0123456789abcdef","relpath":"%d"},',
            b"[",
            b'{"md5":"0123456789abcdef0123456789abcdef","relpath":"z"}]',
        ),
    )
    yield (
        "a long path in a listing",
        repeated(b"a/", b'[{"md5":"0123456789abcdef0123456789abcdef","relpath":"', b'a"}]'),
    )
    yield "a long list in the session", repeated(b'"a",', b'{"":{"table":{"columns":[', b'"a"]}}}')
    yield "a state of many words", repeated(b'"a",', b'{"status":"running","command":[', b'"a"]}')
    yield "a space of many dimensions", numbered(b'"a%d":[0,1],', b"{", b'"z":[0,1]}')
    yield "a dimension of many choices", numbered(b'"%d",', b'{"a":[', b'"z"]}')


def _csv() -> Iterator[tuple[str, bytes]]:
    head = b"step,seconds,a\n"
    yield "many rows", repeated(b"1,2,3\n", head)
    yield "many short rows", repeated(b"1,,\n", head)
    yield "many long rows", numbered(b"%d,0.1234567890123456,0.1234567890123456\n", head)
    yield "many columns", numbered(b",k%d", b"step,seconds", b"\n")
    yield (
        "many columns and rows",
        numbered(b",k%d", b"step,seconds", b"\n", size=8000) + repeated(b"1" + b"," * 1160 + b"\n", size=1_000_000),
    )
    yield (
        "a thousand names and short rows",
        numbered(b",k%d", b"step,seconds", b"\n", size=60_000) + repeated(b"1,2,3\n", size=900_000),
    )
    yield "columns without names", repeated(b",", b"step,seconds", b"\n")
    yield "the same name", repeated(b",a", b"step,seconds", b"\n")
    yield "an open quote", repeated(b"a,\n", head + b'1,2,"')
    yield "quotes", repeated(b'""', head + b'1,2,"', b'"\n')
    yield "quoted cells", repeated(b'"1","2","3"\n', head)
    yield "a step of a million digits", repeated(b"9", head, b",2,3\n")
    yield "a value of a million digits", repeated(b"9", head + b"1,2,", b"\n")
    yield "a fraction of a million digits", repeated(b"9", head + b"1,2,0.", b"\n")
    yield "steps of 4,300 digits", repeated(b"9" * 4300 + b",2,3\n", head)
    yield "values of 4,300 digits", repeated(b"1,2," + b"9" * 4300 + b"\n", head)
    yield "values that are no numbers", repeated(b"1,2,x\n", head)
    yield "blank lines", repeated(b"\n", head)
    yield "empty rows", repeated(b",,\n", head)
    yield "commas", repeated(b",", head)
    yield "carriage returns", repeated(b"\r", head)
    yield "not a number", repeated(b"1,nan,inf\n", head)
    yield "other separators", repeated(b"1;2;3\n", b"step;seconds;a\n")


def _lines() -> Iterator[tuple[str, bytes]]:
    yield "one letter a line", repeated(b"+\n", b"diff --git a/x b/x\n@@ -1 +1 @@\n")
    yield "removed and added in turn", repeated(b"-\n+\n", b"diff --git a/x b/x\n@@ -1 +1 @@\n")
    yield "removed, then added", b"diff --git a/x b/x\n@@ -1 +1 @@\n" + b"-\n" * 262_000 + b"+\n" * 262_000
    yield "no end of file again and again", repeated(b"\\\n", b"diff --git a/x b/x\n@@ -1 +1 @@\n")
    yield "many files", repeated(b"diff --git a/x b/x\n")
    yield "many hunks", repeated(b"@@ -1 +1 @@\n", b"diff --git a/x b/x\n")
    yield "hunks with long numbers", repeated(b"@@ -" + b"9" * 5000 + b" +1 @@\n", b"diff --git a/x b/x\n")
    yield "modes", repeated(b"old mode 1\nnew mode 2\n", b"diff --git a/x b/x\n")
    yield "a path in quotes", repeated(b"\\303", b'diff --git "a/x" "b/', b'"\n')
    yield "refs", repeated(b"a " * 3 + b"b\n")
    yield (
        "refs that are pushed",
        repeated(b"refs/heads/exp/model/a " + b"1" * 40 + b" refs/heads/exp/model/a " + b"0" * 40 + b"\n"),
    )
    yield "refs that are made", repeated(b"0" * 40 + b" " + b"1" * 40 + b" refs/heads/exp/model/a\n")
    yield "trailers", repeated(b"Metric-a: 1\n", b"a\n\n")
    yield "trailers of many runs", repeated(b"Branchlab-Run: a\n", b"a\n\n")
    yield "paragraphs", repeated(b"a\n\n")
    yield "lines of the index", numbered(b"00000000 0000000000000000 %d - -\n")
    yield "a size line of many digits", b"00000000 " + b"*" * 16 + b" " + b"9" * (MEBIBYTE - 40)
    yield "sections", numbered(b"[a%d]\n")
    yield "open sections", repeated(b"[ ")
    yield "an open section", repeated(b" ", b"[", b"a")
    yield "an open section that is long", repeated(b"] ", b"[", b"a")
    yield "entries", numbered(b"a%d = b\n")
    yield "an entry with blanks", repeated(b" ", b"a", b"b")
    yield "an entry with many blanks", repeated(b" ", b"a =", b"x #")
    yield "an entry of blanks and quotes", repeated(b'" ', b"a =")
    yield "backspaces", repeated(b"x\x08")
    yield "window titles", repeated(b"\x1b]0;")
    yield "sequences that do not end", repeated(b"\x1b[0")
    yield "sequences of blanks", repeated(b"\x1b   ")
    yield "a sequence of digits", repeated(b"0", b"\x1b[")
    yield "parents of a commit", repeated(b"parent " + b"1" * 40 + b"\n")


def _text() -> Iterator[tuple[str, bytes]]:
    yield "values", numbered(b"%d,", b"lr=", b"1")
    yield "short values", repeated(b"1,", b"lr=", b"1")
    yield "a deep value", repeated(b"[", b"lr=")
    yield "a deep value that ends", b"lr=" + b"[" * (MEBIBYTE // 2) + b"]" * (MEBIBYTE // 2)
    yield "a list of lists", repeated(b"[],", b"lr=[", b"[]]")
    yield "a list", repeated(b"1,", b"[", b"1]")
    yield "lists within", b"[" * (MEBIBYTE // 2) + b"]" * (MEBIBYTE // 2)
    yield "a deep list of values", b"[" * 400 + b"1," * 400_000 + b"1" + b"]" * 400
    yield "a list of texts", repeated(b"'',", b"[", b"'']")
    yield "a value of a million digits", repeated(b"9", b"lr=", b"")
    yield "a fraction of a million digits", repeated(b"9", b"lr=0.", b"")
    yield "underscores", repeated(b"1_", b"lr=", b"1")
    yield "apostrophes", repeated(b"a'", b"lr=", b"1")
    yield "open quotes", repeated(b"',", b"lr=[", b"")
    yield "quotes", repeated(b"'a',", b"lr=", b"1")
    yield "escapes", repeated(b"\\\\", b'lr="', b'"')
    yield "names of files", repeated(b".toml:", b"a", b"=1")
    yield "names of files without an end", repeated(b".toml:", b"a")
    yield "a key of many steps", repeated(b"a.", b"", b"a=1")
    yield "places in lists", repeated(b"[0]", b"a", b"=1")
    yield "terms", repeated(b"a>1 ")
    yield "alternatives", repeated(b"a|")
    yield "many texts", repeated(b'"a" ')
    yield "operators", repeated(b">")
    yield "operators and blanks", repeated(b" ", b"a", b"> 1")
    yield "blanks behind each word", repeated(b"a" + b" " * 1000)
    yield "fields", repeated(b"status:failed ")
    yield "colons", repeated(b":")
    yield "an unknown field", repeated(b"a", b"", b":1")
    yield "a mistake at the end", repeated(b"a ", b"", b"<")
    yield "a number at the end", repeated(b"9", b"a>", b"")
    yield "a date of digits", repeated(b"9", b"after:", b"")
    yield "a gate of a long number", repeated(b"9", b"accuracy >= ", b"")
    yield "a gate of blanks", repeated(b" ", b"accuracy", b">= 1")
    yield "a gate of words", repeated(b"a ", b"accuracy max_regression ", b"1%")
    yield "a gate of a long slice", repeated(b"a", b"accuracy[", b"] >= 1")
    yield "a gate of slices", repeated(b"[a", b"accuracy", b"] >= 1")


_OF_KIND = {"toml": _toml, "yaml": _yaml, "json": _json, "csv": _csv, "lines": _lines, "text": _text}
