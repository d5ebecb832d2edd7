"""What git has of the publication: records that no other computer can see yet."""

from __future__ import annotations

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace

OTHERS = "others cannot see it"


def read(workspace: Workspace) -> tuple[str, ...]:
    """What is not committed or not pushed of feed/, as sentences; nothing where no git keeps the show.

    Nothing is written, not even git's index.
    """
    if not any((folder / ".git").exists() for folder in (workspace.root, *workspace.root.parents)):
        return ()
    said = _git(workspace, "status", "--porcelain=v2", "--branch", "--", "feed")
    if said is None:
        return ()
    changed = [line for line in said.splitlines() if not line.startswith("#")]
    ours = [workspace.relative(path) for path in (workspace.releases, workspace.publication, workspace.rolled_back)]
    if any(path in line for line in changed for path in ours):
        return (f"published, not committed: `git add feed`, `git commit`, `git push`; {OTHERS}",)
    ahead = next((line.split()[2] for line in said.splitlines() if line.startswith("# branch.ab ")), "+0")
    if ahead != "+0" and _git(workspace, "rev-list", "-n", "1", "@{upstream}..HEAD", "--", *ours):
        return (f"published, not pushed: `git push`; {OTHERS}",)
    return ()


def _git(workspace: Workspace, *words: str) -> str | None:
    """What git answers; None where it does not."""
    from podcast_pipeline import process  # only where there is a repository: every status asks this

    try:
        out, _ = process.run(["git", "--no-optional-locks", "-C", str(workspace.root), *words], timeout=20)
    except PodcastError:
        return None
    return out.decode("utf-8", "replace")
