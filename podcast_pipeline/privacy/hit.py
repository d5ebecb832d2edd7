"""What the screen finds: a kind of identifier, and how grave it is."""

from __future__ import annotations

from typing import NamedTuple

IDENTIFIES, MAY_IDENTIFY = "PHI01", "PHI02"


class Hit(NamedTuple):
    """A kind of identifier in a text; `code` says how grave it is: PHI01 identifies, PHI02 may do so."""

    code: str
    kind: str
