"""How a reader tells the show of an error: a letter that says by itself which episode it is about."""

from __future__ import annotations

from urllib.parse import quote

from podcast_pipeline.model.show import Show


def address(show: Show, title: str, page: str) -> str:
    """A mailto: address (RFC 6068) to the show's owner, with subject and the page's address; "" without an owner."""
    if show.owner is None:
        return ""
    body = f"{page}\r\n\r\nWhat is wrong, and where (minute, or words):\r\n"
    subject = quote(f"Error in: {title}", safe="")
    return f"mailto:{quote(show.owner.email, safe='@')}?subject={subject}&body={quote(body, safe='')}"
