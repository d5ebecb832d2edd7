"""What another answer of the registers changes about a reference, in sentences for those who watch over the library."""

from __future__ import annotations

from podcast_pipeline.evidence import identity
from podcast_pipeline.evidence.standing import in_words
from podcast_pipeline.model.reference import Reference


def is_reportable(before: Reference, after: Reference) -> bool:
    """Whether listeners must learn it: another state than before, or a notice at the first look."""
    then, now = before.status.state, after.status.state
    lost = identity.verified(before) and not identity.verified(after)
    return lost or (then != now and not (then == "unknown" and now == "ok"))


def sentences(before: Reference, after: Reference) -> tuple[str, ...]:
    """Where it stands now, if listeners must learn it; and what the registers have corrected in their record of it."""
    said = [in_words(after)] if is_reportable(before, after) else []
    then, now = before.registered, after.registered
    if then.title and now.title and identity.answered(before) and identity.answered(after):
        fields = {
            "title": (then.title, now.title),
            "first author": (then.author, now.author),
            "year": (then.year, now.year),
        }
        said += [f'its {name} was "{old}" there, and is "{new}"' for name, (old, new) in fields.items() if old != new]
        if not set(then.journals) & set(now.journals) and then.journals and now.journals:
            said.append(f'its journal was "{then.journals[0]}" there, and is "{now.journals[0]}"')
    return tuple(said)
