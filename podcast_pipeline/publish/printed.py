"""What is printed of an episode against what was printed of it: by its record, which is all that is left of that."""

from __future__ import annotations

from dataclasses import replace

from podcast_pipeline.episode import judged
from podcast_pipeline.episode.verdicts import holding
from podcast_pipeline.evidence import identity
from podcast_pipeline.evidence.citation import pubmed
from podcast_pipeline.model.podcasting import Alternate
from podcast_pipeline.model.release import Release
from podcast_pipeline.model.show import Show
from podcast_pipeline.people.part import declared
from podcast_pipeline.people.printed import public
from podcast_pipeline.site import corrections, notices


def differing(made: Release, public: Release) -> tuple[str, ...]:
    """What listeners read in `made` and do not in `public`, in words; corrections and notices are no part of it."""
    people = [[replace(person, image=None) for person in each.people] for each in (made, public)]
    extras = [replace(each.extras, alternates=(), pictures=()) for each in (made, public)]
    forms = [list(map(_form, each.extras.alternates)) for each in (made, public)]
    texts = {
        "the title": made.title != public.title,
        "the notes": corrections.in_notes(made.notes, public.corrections) != notices.without(public.notes),
        "the chapters": made.chapters != public.chapters,
        "the people": people[0] != people[1],
        "the number": (made.number, made.season, made.kind) != (public.number, public.season, public.kind),
        "the days": (made.review_by, made.credit_ends) != (public.review_by, public.credit_ends),
        "whether it is explicit": made.explicit != public.explicit,
        "what the feed says beside them": extras[0] != extras[1],
        "its other forms": forms[0] != forms[1],
    }
    names = [name for name, differs in texts.items() if differs]
    if made.statement is not None and public.statement is not None:
        names += [f"the {part}" for part in judged.differing(made.statement, public.statement)]
    return tuple(dict.fromkeys(names))


def others(show: Show, release: Release) -> bool:
    """Whether the people or the papers of feed/ are other ones than the record says, which holds its statement."""
    then = release.statement
    if then is None:
        return False
    if not {*then.known} <= show.people.keys() or not then.references.keys() <= show.references.keys():
        return True
    if any(show.people[id_].display != person.display for id_, person in then.known.items()):
        return True
    papers = {id_: show.references[id_] for id_ in then.references}
    if any(pubmed(papers[each.id]) != each.text for each in release.references if each.id in papers):
        return True
    people = declared(show, then).people
    bare = replace(then, claims=())
    now = replace(
        bare,
        people=tuple(public(people[person.id]) for person in then.people),
        references={id_: replace(known, csl=identity.named(known.csl)) for id_, known in papers.items()},
    )
    return bool(judged.differing(holding(now, {}), holding(bare, {})))


def _form(alternate: Alternate) -> tuple[object, ...]:
    """Another form by what apps show of it. Of a form that a person made, which has a title or a picture, its content
    as well: one that is encoded beside the MP3 has other tags with every build that has other words."""
    own = alternate.title or alternate.height or not alternate.asset.mime.startswith("audio/")
    shape = (alternate.title, alternate.default, alternate.bitrate, alternate.height, alternate.codecs)
    return (*shape, alternate.asset.mime, alternate.integrity if own else "")
