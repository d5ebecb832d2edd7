"""Requests and answers as the pages have them: JSON, a file, or a refusal in words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podcast_pipeline.errors import PodcastError
from podcast_pipeline.loopback.refusal import Refused, TooLarge, Unknown

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

View = dict[str, Any]
"""What a page is told: an object of JSON, whose keys its scripts know."""
Body = dict[str, Any]
"""The object of a request as it came: nothing is known of it yet."""
LARGEST = 1 << 20
"""Bytes of a request."""


def encoded(value: Any) -> bytes:
    """JSON for a page."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def answer(value: Any, status: int = 200) -> Response:
    from starlette.responses import Response

    return Response(encoded(value), status, media_type="application/json")


def tagged(request: Request, etag: str, body: bytes) -> Response:
    """A JSON body under its tag, packed where the browser takes that; 304 for one that it has."""
    from starlette.responses import Response

    headers = {"etag": etag, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["content-encoding"] = gzip.compress(body, 1), "gzip"
    return Response(body, media_type="application/json", headers=headers)


def known(request: Request, etag: str) -> Response | None:
    """304 for a browser that has this version; None where it needs the body."""
    from starlette.responses import Response

    return Response(status_code=304, headers={"etag": etag}) if request.headers.get("if-none-match") == etag else None


def file(path: Path, kind: str) -> Response:
    """A file, or ranges of it. Raises Unknown where it is not built yet."""
    from starlette.responses import FileResponse

    if not path.is_file():
        raise Unknown(f"{path.name} is not built yet")
    return FileResponse(path, media_type=kind)


async def body(request: Request) -> Body:
    """The request's JSON object, at most a megabyte. Raises TooLarge, Refused."""
    size = request.headers.get("content-length", "0")
    if not size.isdigit() or int(size) > LARGEST:
        raise TooLarge("a request is at most a megabyte")
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST:
            raise TooLarge("a request is at most a megabyte")
    try:
        value = json.loads(data)
        # Half characters and such could be read, but never be written.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Refused(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Refused("a JSON object is needed")
    return value


def refused(_: Request, error: PodcastError) -> Response:
    """The answer to what was not done; an error of the program's own kind has `status`, or it is a conflict."""
    status = getattr(error, "status", 409)
    return answer({"error": error.message, "hint": error.hint or ""}, status)


def absent(_: Request, error: Any) -> Response:
    return answer({"error": str(error.detail), "hint": ""}, error.status_code)
