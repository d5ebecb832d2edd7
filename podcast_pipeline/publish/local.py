"""What of a published episode lies here, and its audio as listeners get it: digested and measured again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from podcast_pipeline import codec, keys, sha256
from podcast_pipeline.audio import measure
from podcast_pipeline.digests import Digests
from podcast_pipeline.engine.record import Record
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Release
from podcast_pipeline.storage import fetch

DRIFT = 0.1
"""LU and dB. How far a second measurement of the same bytes may be from the recorded one."""


def altered(workspace: Workspace, releases: Sequence[Release], *, every_byte: bool) -> list[str]:
    """Build outputs that are not what was built; one sentence each. What was removed is no problem: it can be rebuilt.

    `every_byte` reads all files; otherwise those are believed whose size, time and inode are as last seen.
    """
    digests = Digests(workspace.digests)
    changed = []
    for release in releases:
        for record in workspace.listed(workspace.build(release.slug) / ".records", "*.json"):
            for name, due in codec.load(Record, record).outputs.items():
                path = workspace.root / name
                if path.is_file() and (sha256.of_file(path) if every_byte else digests(path)) != due:
                    changed.append(f"{name}: is not what was built")
    digests.save()
    return changed


def heard(releases: Sequence[Release], base: str, rate: int) -> list[str]:
    """Episodes whose audio, downloaded from `base` and decoded, has not the loudness and length of its record."""
    problems = []
    for release in releases:
        if release.enclosure.url or release.integrated is None:
            continue  # of another host, or nobody measured it
        with tempfile.TemporaryDirectory(prefix="podcast-verify-") as folder:
            path = Path(folder) / "episode.mp3"
            try:
                fetch.save(keys.url(base, release.enclosure.key), path)
                measured = measure.loudness(path, rate)
            except PodcastError as error:
                problems.append(error.message)
                continue
        now = measured.loudness.integrated
        if abs(now - release.integrated) > DRIFT:
            problems.append(f"{release.slug}: {now:.1f} LUFS as downloaded, {release.integrated:.1f} in its record")
        if release.true_peak is not None and measured.loudness.true_peak > release.true_peak + DRIFT:
            problems.append(f"{release.slug}: true peak {measured.loudness.true_peak:.1f} dBTP as downloaded")
    return problems
