"""The kinds of episode this society makes: what the template of each starts with. Its content class a person sets."""

from __future__ import annotations

from typing import Any, NamedTuple


class Template(NamedTuple):
    """`values`: keys of episode.toml beyond title and date; `notes`: what notes.md should answer."""

    values: dict[str, Any]
    notes: tuple[str, ...]


KINDS: dict[str, Template] = {
    "evidence": Template(
        {
            "format": "evidence",
            "objectives": (),
            "cme": {"accredited": False},
            "phi": {"case_discussed": False, "basis": "none"},
        },
        (
            "Which question was asked, of which patients, against what?",
            "Every claim of fact stands in episode.toml with its moment, its references and who compared them.",
            "The disclosure is a chapter of kind disclosure before the first one of kind clinical.",
        ),
    ),
    "lit": Template(
        {"format": "lit"},
        (
            "What can a colleague do differently on Monday?",
            "As soon as drugs, devices or procedures are discussed, content_class is mixed, and disclosures are due.",
        ),
    ),
    "advocacy": Template(
        {"format": "advocacy", "about": ()},
        (
            "Who decides, when, and what does the society ask for? Dates of events need their year.",
            "What the statement is about stands in `about`; the other side stands in the claims as `disputes`.",
        ),
    ),
    "portrait": Template(
        {"format": "portrait"},
        (
            "How did this physician come to the field?",
            "Bio and picture are approved by the person: bio.approved_by_subject in feed/people.",
        ),
    ),
}


def notes(kind: str) -> str:
    """notes.md of a new episode of this kind: questions as Markdown comments, which nobody else sees."""
    return "".join(f"[comment]: # ({question.replace('(', '[').replace(')', ']')})\n" for question in KINDS[kind].notes)
