"""Any order of work on three copies of a show whose files go to a bucket: the state machine, on a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shop import Shop, opened
from shows import ShowDir
from test_publish_machine import run

pytest_plugins = ["s3", "shows"]
pytestmark = pytest.mark.slow


@pytest.fixture
def shop(seaweedfs: Any, made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The commands run in this process, with the environment of the shop."""
    with opened(made, seaweedfs, "machine", tmp_path) as shop:
        for name, value in shop.environment.items():
            monkeypatch.setenv(name, value)
        yield shop


def test_no_order_of_work_takes_anything_back_from_a_bucket(shop: Shop) -> None:
    """The same as with local storage, but for the address, which stays."""
    run(ShowDir(shop.show), 1, 50, local=False)
