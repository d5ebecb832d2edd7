"""What a page that stands alone is made with: templates, and the style sheet inside it, by its digest in the policy."""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib import resources
from typing import TYPE_CHECKING

from podcast_pipeline import timecode
from podcast_pipeline.site import markdown

if TYPE_CHECKING:
    from jinja2 import Environment


@functools.cache
def environment(package: str = "podcast_pipeline.site") -> Environment:
    """The templates of a package, and those of the site, which they may extend."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("podcast_pipeline.site")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["ours"] = Markup  # for the style sheet and for notes that were cleaned
    environment.filters["is_public"] = markdown.is_public
    environment.filters["clock"] = timecode.show
    environment.filters["seconds"] = lambda ms: ms // 1000
    environment.filters["iso_time"] = lambda ms: f"PT{ms // 1000}S"
    environment.filters["paragraphs"] = lambda text: [part for part in text.split("\n\n") if part.strip()]
    return environment


@functools.cache
def style(package: str = "podcast_pipeline.site", name: str = "episode.css") -> str:
    """The colours of all our pages, and a package's own sheet."""
    palette = resources.files("podcast_pipeline.site").joinpath("static/palette.css")
    return palette.read_text("utf-8") + resources.files(package).joinpath(f"static/{name}").read_text("utf-8")


def style_hash(sheet: str) -> str:
    """As a page's content policy names its style sheet."""
    return base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
