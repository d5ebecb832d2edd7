"""What git has of the publication: records that no other computer can see yet, and the day of what was seen last."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace

OTHERS = "others cannot see it"


class Commits(NamedTuple):
    """`open_`: what is not committed or not pushed, as sentences. `seen`: when the committed feed/publication.json was
    written; None where it is another one, or where no git keeps it."""

    open_: tuple[str, ...] = ()
    seen: datetime | None = None


def read(workspace: Workspace) -> Commits:
    """What git says of feed/; nothing where no git keeps the show. Nothing is written, not even its index."""
    if not any((folder / ".git").exists() for folder in (workspace.root, *workspace.root.parents)):
        return Commits()
    said = _git(workspace, "status", "--porcelain=v2", "--branch", "--", "feed")
    if said is None:
        return Commits()
    changed = [line for line in said.splitlines() if not line.startswith("#")]
    ours = [workspace.relative(path) for path in (workspace.releases, workspace.publication, workspace.rolled_back)]
    publication = workspace.relative(workspace.publication)
    day = (
        None
        if any(publication in line for line in changed)
        else _git(workspace, "log", "-1", "--format=%cI", "--", publication)
    )
    seen = datetime.fromisoformat(day.strip()) if day and day.strip() else None
    if any(path in line for line in changed for path in ours):
        return Commits((f"published, not committed: `git add feed`, `git commit`, `git push`; {OTHERS}",), seen)
    ahead = next((line.split()[2] for line in said.splitlines() if line.startswith("# branch.ab ")), "+0")
    if ahead != "+0" and _git(workspace, "rev-list", "-n", "1", "@{upstream}..HEAD", "--", *ours):
        return Commits((f"published, not pushed: `git push`; {OTHERS}",), seen)
    return Commits((), seen)


def _git(workspace: Workspace, *words: str) -> str | None:
    """What git answers; None where it does not."""
    from podcast_pipeline import process  # only where there is a repository: every status asks this

    try:
        out, _ = process.run(["git", "--no-optional-locks", "-C", str(workspace.root), *words], timeout=20)
    except PodcastError:
        return None
    return out.decode("utf-8", "replace")
