"""Tell a WebSub hub that the feed has changed, once the public address shows it. Never a reason to fail."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode

from podcast_pipeline import download
from podcast_pipeline.model.show import Show
from podcast_pipeline.storage.protocol import Capabilities

ATTEMPTS = 3


def announce(
    show: Show,
    storage: Capabilities,
    reach: download.Reach | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[str, ...]:
    """A warning where the hub could not be told; nothing if it was, or if there is none.

    A storage that serves nobody is announced to nobody: it is a trial. The hub gets `hub.mode=publish` and the feed's
    address.
    """
    hub = show.announce.websub
    if not hub or not storage.serves:
        return ()
    form = urlencode({"hub.mode": "publish", "hub.url": show.url}).encode()
    reason = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            sleep(2.0**attempt)
        try:
            status = download.post(hub, form, download.PUBLIC if reach is None else reach)
        except download.Unreachable as error:
            reason = error.message
            continue
        if 200 <= status < 300:
            return ()
        reason = f"it answered {status}"
    return (f"{download.shown(hub)} was not told of the change: {reason}; apps notice it at their next visit",)
