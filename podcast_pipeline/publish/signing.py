"""The sign-off at the gate: it holds for what goes out, or goes out again as it is public already."""

from __future__ import annotations

from podcast_pipeline.episode import signoff, validity
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.model.release import Release
from podcast_pipeline.publish import printed


def void(dossier: Dossier, made: Release | None, public: Release | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why no sign-off holds for what is here, and what it lacks without being void.

    A signature of before that was judged which is printed beside sound and words lacks it where the form that listeners
    have, `public`, carries the same one, and `made` prints the same. Without `made`, which is not composed yet, that is
    taken for granted: ask again. It lacks a second signature where listeners have it with the first alone.
    """
    reasons, signed = validity.unsigned(dossier), dossier.signed()
    if public is None or signed is None or public.signature != signed.signature:
        return reasons, ()
    if signed.whole:
        return ((), reasons) if signoff.missing(reasons) else (reasons, ())
    unbound = signoff.unbound(signed.signature)
    others = tuple(reason for reason in reasons if reason != unbound)
    if made is None or not (changed := printed.differing(made, public)):
        return others, (unbound,)
    return (*others, f"{unbound}: {', '.join(changed)} changed"), ()
