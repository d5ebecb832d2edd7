"""A store that obeys no conditions: one publisher at a time, by an object that ends by itself."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from podcast_pipeline import keys
from podcast_pipeline.layout import Workspace
from podcast_pipeline.publish import lease, names
from podcast_pipeline.storage.protocol import Conflict
from podcast_pipeline.storage.s3 import S3Storage

if TYPE_CHECKING:
    from s3 import S3Server

pytest_plugins = ["s3"]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE, TWO = Workspace(Path("/srv/one")), Workspace(Path("/srv/two"))


@pytest.fixture
def storage(moto: S3Server, credentials: None, request: pytest.FixtureRequest) -> S3Storage:
    settings = moto.settings(hashlib.sha256(request.node.name.encode()).hexdigest()[:12])
    assert settings.s3 is not None
    return S3Storage(replace(settings, s3=replace(settings.s3, conditional=False)), ONE)


def held(
    storage: S3Storage, who: Workspace, late: float = 0, between: Callable[[float], None] = lambda _: None
) -> contextlib.AbstractContextManager[lease.Lease]:
    return lease.held(storage, who, lambda: NOW + timedelta(minutes=late), between)


def test_one_after_the_other(storage: S3Storage) -> None:
    """While one publishes, another is told until when at most; afterwards, and again, it is free. Said each time."""
    with held(storage, ONE) as ours:
        assert "only one person" in ours.notices[0]
        with (
            pytest.raises(Conflict, match=r"somebody else publishes .* until 2026-11-21 12:30 UTC"),
            held(storage, TWO),
        ):
            pass
    for who in (TWO, ONE):
        with held(storage, who):
            pass
    assert [names.ours(key) and not names.collectable(key) for key, *_ in storage.list()] == [True]
    data, _ = storage.get(lease.KEY)
    assert b"/srv" not in data  # everybody may read it


def test_what_a_killed_run_left(storage: S3Storage) -> None:
    """The same directory goes on at once; others when it has ended."""
    left = held(storage, ONE)
    left.__enter__()
    with pytest.raises(Conflict), held(storage, TWO, 29):
        pass
    with held(storage, ONE, 1):
        pass
    left = held(storage, ONE, 2)
    left.__enter__()
    with held(storage, TWO, 33):
        pass


def test_it_is_renewed_while_its_owner_lives(storage: S3Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publication of hours is not overtaken; one that ended, or whose computer was asleep, loses it and is told."""
    monkeypatch.setattr(lease, "RENEWED", 0.02)
    late, renewed = [0.0], threading.Event()
    real = storage.put

    def put(*arguments: Any) -> Any:
        stored = real(*arguments)
        if late[0] == 25:
            renewed.set()
        return stored

    monkeypatch.setattr(storage, "put", put)
    with lease.held(storage, ONE, lambda: NOW + timedelta(minutes=late[0]), lambda _: None) as ours:
        late[0] = 25
        assert renewed.wait(20)
        with pytest.raises(Conflict), held(storage, TWO, 50):  # 20 minutes after the first one would have ended
            pass
        ours.check()
        monkeypatch.setattr(lease, "RENEWED", 600)
    with held(storage, TWO, 26), pytest.raises(Conflict):
        ours.check()


def test_two_who_found_it_free_at_once(storage: S3Storage) -> None:
    """Of two that both saw no lease the later writer has it, and the earlier one notices."""
    later = held(storage, TWO)
    real, storage.stat = storage.stat, lambda key: None  # type: ignore[method-assign]

    def between(_: float) -> None:
        later.__enter__()
        storage.stat = real  # type: ignore[method-assign]

    with pytest.raises(Conflict, match="somebody else"), held(storage, ONE, between=between):
        pass


def test_a_store_that_obeys_conditions_needs_none(moto: S3Server, credentials: None) -> None:
    """Nothing is written and nothing said."""
    storage = moto.storage()
    with lease.held(storage, ONE) as ours:
        assert ours.notices == ()
        ours.check()
    assert storage.list() == ()


def test_what_was_put_is_looked_at_afterwards(storage: S3Storage) -> None:
    """Somebody who overwrites the feed between our look and our put is noticed: the caller guards and tries again."""
    headers, real = keys.headers(keys.FEED), storage.client().put_object

    def put_object(**arguments: object) -> object:
        answer = real(**arguments)
        real(**{**arguments, "Body": b"theirs", "Metadata": {}, "ContentMD5": "", "ChecksumSHA256": ""})
        return answer

    storage.client().put_object = put_object
    with pytest.raises(Conflict):
        storage.put(b"ours", keys.FEED, headers, hashlib.sha256(b"ours").hexdigest(), if_absent=True)
