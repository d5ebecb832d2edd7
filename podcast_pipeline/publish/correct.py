"""Correct a published episode: same guid, a dated line wherever it is read, and what changed in the transcript kept."""

from __future__ import annotations

import dataclasses
import difflib
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from podcast_pipeline import atomic, reading
from podcast_pipeline.episode import records, suspicion
from podcast_pipeline.episode.dossier import Dossier
from podcast_pipeline.errors import PodcastError, StorageError
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.release import Correction, Release
from podcast_pipeline.publish import sealed, seen
from podcast_pipeline.publish.manifest import masked
from podcast_pipeline.site import corrections
from podcast_pipeline.storage.protocol import Storage
from podcast_pipeline.tag.frames import audio_sha256


def corrected(release: Release, earlier: Release) -> Release:
    """`release`, newly built, with the corrections of the earlier record; those wait of which it has not the files."""
    sound = release.audio_sha256 != earlier.audio_sha256
    words = {one.sha256 for one in release.transcripts} != {one.sha256 for one in earlier.transcripts}
    carried = {"audio": sound, "text": sound or words, "notes": True}
    now = [one for one in earlier.pending if carried.get(one.kind, True)]
    said = tuple(sorted((*earlier.corrections, *now), key=lambda one: one.at))
    pending = tuple(one for one in earlier.pending if one not in now)
    return dataclasses.replace(_saying(release, said), pending=pending)


def _saying(release: Release, said: tuple[Correction, ...]) -> Release:
    return dataclasses.replace(
        release,
        corrections=said,
        notes=corrections.in_notes(release.notes, said),
        description=corrections.in_description(release.description, said),
    )


class Corrected(NamedTuple):
    """What was written down, the transcript's changes ("": none), and whether it stood there before."""

    correction: Correction
    difference: str
    again: bool = False


def correct(dossier: Dossier, note: str, by: str, storage: Storage, now: datetime) -> Corrected:
    """Write the correction into the record and keep the transcript's changes. The same sentence twice is once.

    What kind it is follows from what differs from the published episode: its audio, its transcript, or neither. The
    feed says it with the next publication, of other audio and words with that of the episode itself.
    Raises PodcastError: not published, or nobody to name.
    """
    slug, workspace = dossier.slug, dossier.workspace
    release = _public(dossier)
    by = by or (release.signature.by if release.signature else "")
    if why := dossier.show.why_no_verdict(by):
        raise PodcastError(f"--by: {why}", "say who answers for the correction")
    text = " ".join(note.split())
    if not text or len(text) > 500:
        raise PodcastError(
            "--note: one sentence of at most 500 characters is needed", "say what was wrong and what is right"
        )
    suspicion.refuse(dossier.show, "--note", text)
    difference = _difference(dossier, release, storage)
    said = (*release.corrections, *release.pending)
    earlier = [correction for correction in said if (correction.by, correction.note) == (by, text)]
    if earlier:
        if difference and not _kept(workspace.corrections(slug), earlier[-1]).exists():
            _keep(workspace, slug, earlier[-1], difference)
        return Corrected(earlier[-1], difference, again=True)
    kind = "audio" if _other_sound(dossier, release) else "text" if difference else "notes"
    correction = Correction(now.astimezone(UTC).replace(microsecond=0), by, kind, text, dossier.show.schedule.timezone)
    if difference:
        _keep(workspace, slug, correction, difference)
    if kind == "notes":
        amended = _saying(dataclasses.replace(release, updated_at=correction.at), (*release.corrections, correction))
    else:  # said where the corrected files are named: the earlier ones still have what was wrong
        amended = dataclasses.replace(release, pending=(*release.pending, correction))
    amended = seen.note(workspace, amended)
    records.write(workspace, amended)
    return Corrected(correction, difference)


def _public(dossier: Dossier) -> Release:
    """The record of an episode that is public as it stands there. Raises PodcastError for any other."""
    slug, workspace = dossier.slug, dossier.workspace
    release = records.read(workspace, slug)
    if release is not None and release.withdrawn is not None:
        raise PodcastError(f"{slug}: was {release.withdrawn}", f"`podcast withdraw {slug} --reinstate` brings it back")
    held, last = records.rolled_back(workspace), seen.load(workspace) or seen.Seen()
    if release is not None and last.returns(release.guid, records.stored_digest(workspace, slug)):
        raise PodcastError(
            f"{slug}: is not public: a run was stopped that was bringing it back", "`podcast publish` goes on"
        )
    if masked(dossier.episode.guid) in seen.outs(last.public, held.values()):
        raise PodcastError(
            f"{slug}: was {held.get(slug, 'rolled back')}",
            f"mend and sign it, `podcast publish {slug} --reinstate`, then correct it",
        )
    if release is None or release.status == "scheduled":
        raise PodcastError(f"{slug}: is not public", "what nobody has heard yet is changed, not corrected")
    return release


def _keep(workspace: Workspace, slug: str, correction: Correction, difference: str) -> None:
    """Keep the changes under the moment of the correction; what a run left that was killed before its record goes."""
    folder = workspace.corrections(slug)
    ours = _kept(folder, correction)
    atomic.write_text(ours, difference)
    for path in workspace.listed(folder, "*.diff"):
        if path != ours and reading.text(path) == difference:
            atomic.remove(path)


def _kept(folder: Path, correction: Correction) -> Path:
    return folder / f"{correction.at:%Y%m%dT%H%M%SZ}.diff"


def _other_sound(dossier: Dossier, release: Release) -> bool:
    return dossier.mp3.exists() and bool(release.audio_sha256) and audio_sha256(dossier.mp3) != release.audio_sha256


def _difference(dossier: Dossier, release: Release, storage: Storage) -> str:
    """From the published captions to those of the present transcript, words only; "" where nothing can be compared."""
    from podcast_pipeline import pipeline  # all that makes sound and words: not for whoever asks what is waiting

    reviewed, built = dossier.written_transcript(), dossier.built("timeline.json").exists()
    known = [
        asset
        for asset in sealed.opened(dossier.show, release).transcripts
        if asset.mime.startswith("text/vtt") and asset.key
    ]
    if reviewed is None or not built or not known:
        return ""
    try:
        published = storage.get(known[0].key)[0].decode("utf-8", "replace")
    except StorageError:
        return ""
    old, new = spoken(published), spoken(pipeline.rendered(dossier)["vtt"])
    return "".join(difflib.unified_diff(old, new, "published", "corrected", n=1))


def spoken(vtt: str) -> list[str]:
    """The spoken lines of a VTT file, without times, so that only other words count."""
    kept, body = [], False
    for one in vtt.splitlines():
        if "-->" in one:
            body = True
        elif not one.strip():
            body = False
        elif body:
            kept.append(f"{one}\n")
    return kept
