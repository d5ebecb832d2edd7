"""Did you mean: the known name that is nearest to one that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The one of `known` that is most like `name`, capitals aside; "" where none is."""
    import difflib

    folded = {word.casefold(): word for word in known}
    close = difflib.get_close_matches(name.casefold(), folded, n=1)
    return folded[close[0]] if close else ""


def meant(name: str, known: Iterable[str]) -> str:
    """The end of a message that refuses `name`: `; did you mean "..."?`, or nothing."""
    near = nearest(name, known)
    return f'; did you mean "{near}"?' if near else ""
