"""Text of a repository inside XML: harmless for who reads it, and well-formed for every parser."""

from __future__ import annotations

from branchlab.text import safe_text

_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&#39;",
        "\ufffe": "\\ufffe",  # the two characters beside surrogates and controls that XML does not allow
        "\uffff": "\\uffff",
    }
)


def xml_text(value: str) -> str:
    """Returns text for an element or a quoted attribute; control characters become visible escapes."""
    return safe_text(value).translate(_ESCAPES)
