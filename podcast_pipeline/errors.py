"""Every error a person can cause or meet. A message says which file, what is wrong; the hint says what to do."""

from __future__ import annotations

from collections.abc import Sequence


class PodcastError(Exception):
    """A failure that is reported as one clear line and exit code 1, never as a traceback."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n  hint: {self.hint}"


class ConfigError(PodcastError):
    """Something a person wrote in a TOML or JSON file cannot be used. Holds every problem found, not just the first."""

    def __init__(self, problems: Sequence[str] | str, hint: str | None = None) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems), hint)


class ToolMissing(PodcastError):
    """A program or Python package that the step needs is not installed."""


class ToolFailed(PodcastError):
    """A program ran and failed: `argv`, exit `status` (negative: killed by that signal), `tail` of stderr."""

    def __init__(self, argv: Sequence[str], status: int, tail: str, hint: str | None = None) -> None:
        self.argv, self.status, self.tail = tuple(argv), status, tail
        last = tail.strip().splitlines()[-1] if tail.strip() else "no message"
        super().__init__(f"{argv[0].rsplit('/', 1)[-1]} failed (status {status}): {last}", hint)


class AudioError(PodcastError):
    """A recording cannot be used, or the result missed its target."""


class DamagedError(AudioError):
    """Sound of a recording is lost, or is no sound; the rest is used where a person says so."""

    def __init__(self, message: str) -> None:
        super().__init__(
            message,
            "copy it again from the recorder; if this is all there is, set allow_damaged = true in its [[track]]: then "
            "silence stands where sound is lost",
        )


class TranscriptionError(PodcastError):
    """No words can be made: a model or engine is missing or broken, or there is no speech."""


class EvidenceError(PodcastError):
    """A reference, claim or identifier is wrong."""


class StorageError(PodcastError):
    """The object storage refused, is unreachable, or does not hold what it should."""


class FeedError(PodcastError):
    """The feed would break a rule that makes clients lose episodes."""


class StaleOutput(PodcastError):
    """An output was changed by hand, or a file is locked by another run: nothing is overwritten."""


class Unreachable(PodcastError):
    """The address could not be fetched: refused, not public, too large, broken off."""


class Unwritable(Unreachable):
    """What was fetched could not be kept: the disk is full or broken."""
