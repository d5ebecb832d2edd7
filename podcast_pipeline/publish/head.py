"""What the public feed says of the show, taken over into feed/show.toml as far as it is text that stands there."""

from __future__ import annotations

from typing import Any

from podcast_pipeline import handwritten
from podcast_pipeline.feed.names import clark
from podcast_pipeline.feed.text import clean
from podcast_pipeline.layout import Workspace
from podcast_pipeline.model.show import Show

_KEYS = {
    "title": "title",
    "description": "description",
    "link": "link",
    "language": "language",
    "copyright": "copyright",
    "itunes:author": "author",
}
"""Element of the channel -> key of show.toml."""


def take_over(workspace: Workspace, show: Show, channel: Any) -> tuple[str, ...]:
    """Write into feed/show.toml what `channel` says otherwise; returns the keys. Comments and order stay."""
    texts = {key: channel.findtext(clark(element)) or "" for element, key in _KEYS.items()}
    changed = {key: text for key, text in texts.items() if text != clean(getattr(show, key))}
    if changed:
        with handwritten.changing(workspace.show_toml) as document:
            for key, text in changed.items():
                if text:
                    document[key] = text
                else:
                    document.remove(key)
    return tuple(changed)
