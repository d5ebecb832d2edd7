"""What is printed of an episode against what was printed of it: by its record, which is all that is left of that."""

from __future__ import annotations

import dataclasses

from podcast_pipeline.model.release import Release
from podcast_pipeline.site import corrections, notices


def differing(made: Release, public: Release) -> tuple[str, ...]:
    """What listeners read in `made` and do not in `public`, in words; corrections and notices are no part of it."""
    people = [[dataclasses.replace(person, image=None) for person in each.people] for each in (made, public)]
    extras = [dataclasses.replace(each.extras, alternates=(), pictures=()) for each in (made, public)]
    texts = {
        "the title": made.title != public.title,
        "the notes": corrections.in_notes(made.notes, public.corrections) != notices.without(public.notes),
        "the chapters": made.chapters != public.chapters,
        "the people": people[0] != people[1],
        "the number": (made.number, made.season, made.kind) != (public.number, public.season, public.kind),
        "the days": (made.review_by, made.credit_ends) != (public.review_by, public.credit_ends),
        "what the feed says beside them": extras[0] != extras[1],
    }
    return tuple(name for name, differs in texts.items() if differs)
