"""The podcast taxonomy: the groups and roles that podcast:person may name, in lower case."""

from __future__ import annotations

TAXONOMY: dict[str, tuple[str, ...]] = {
    "creative direction": (
        "director",
        "assistant director",
        "executive producer",
        "senior producer",
        "producer",
        "associate producer",
        "development producer",
        "creative director",
    ),
    "cast": (
        "host",
        "co-host",
        "guest host",
        "guest",
        "voice actor",
        "narrator",
        "announcer",
        "reporter",
    ),
    "writing": (
        "author",
        "editorial director",
        "co-writer",
        "writer",
        "songwriter",
        "guest writer",
        "story editor",
        "managing editor",
        "script editor",
        "script coordinator",
        "researcher",
        "editor",
        "fact checker",
        "translator",
        "transcriber",
        "logger",
    ),
    "audio production": (
        "studio coordinator",
        "technical director",
        "technical manager",
        "audio engineer",
        "remote recording engineer",
        "post production engineer",
    ),
    "audio post-production": (
        "audio editor",
        "sound designer",
        "foley artist",
        "composer",
        "theme music",
        "music production",
        "music contributor",
    ),
    "administration": (
        "production coordinator",
        "booking coordinator",
        "production assistant",
        "content manager",
        "marketing manager",
        "sales representative",
        "sales manager",
    ),
    "visuals": (
        "graphic designer",
        "cover art designer",
    ),
    "community": ("social media manager",),
    "misc.": (
        "consultant",
        "intern",
    ),
    "video production": (
        "camera operator",
        "lighting designer",
        "camera grip",
        "assistant camera",
    ),
    "video post-production": (
        "editor",
        "assistant editor",
    ),
}


def problem(role: str, group: str) -> str | None:
    """What is wrong with a person's role in a group, as a sentence; None if nothing is. Case does not count."""
    if group.casefold() not in TAXONOMY:
        return f'"{group}" is not a group of the podcast taxonomy: {", ".join(TAXONOMY)}'
    roles = TAXONOMY[group.casefold()]
    if role.casefold() not in roles:
        return f'"{role}" is not a role of the group "{group.casefold()}": {", ".join(roles)}'
    return None
