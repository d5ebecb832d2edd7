"""Requests that are not done: each refusal says why in words, and has the HTTP status that says so."""

from __future__ import annotations

from podcast_pipeline.errors import PodcastError


class Refused(PodcastError):
    """The request makes no sense; `status` is the HTTP status that says so."""

    status = 422


class TooLarge(Refused):
    status = 413


class Unknown(Refused):
    status = 404


class Unconditional(Refused):
    status = 428


class Outdated(Refused):
    status = 409
