"""What time has done to a published episode: a banner on top of its page, which else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from html import escape

from podcast_pipeline.model.release import Release
from podcast_pipeline.people.statement import long_date
from podcast_pipeline.site import quality

_BANNER = re.compile(r'<div class="lapsed" role="note">\n(?:<p>[^\n]*</p>\n)+</div>\n')
_CREDIT = re.compile(r'<p class="credit">[^\n]*</p>\n')
_CURRENCY = re.compile(r'<tr class="currency">[^\n]*</tr>\n')
_TOP = "<article>\n"


def lapsed(release: Release, day: date) -> tuple[str, ...]:
    """The sentences of the banner on `day`: notices, the review that was due, the credit that has ended."""
    lines = []
    if (due_by := _review_over(release, day)) is not None:
        lines.append(f"The review of this content was due by {long_date(due_by)}: read it as older knowledge.")
    if (ended := _credit_over(release, day)) is not None:
        lines.append(f"The credit for this episode ended on {long_date(ended)}: none is offered any more.")
    return (*release.notices, *lines)


def due(releases: Iterable[Release], now: datetime) -> tuple[Release, ...]:
    """Those with a page that does not say yet what has lapsed by `now`. Nothing is asked of the storage."""
    return tuple(
        release
        for release in releases
        if release.listed and release.page is not None and lapsed(release, today(release, now)) != release.lapsed
    )


def today(release: Release, now: datetime) -> date:
    """The day that it is by the clocks of the release: its last day ends there."""
    return now.astimezone(release.zone).date()


def on_page(html: str, release: Release, day: date) -> str:
    """A page of ours with the banner of `day` in place of the one that it has; it takes the ended credit's place.

    Its quality card does not say that it is current where the banner says the opposite.
    """
    html = _BANNER.sub("", html, count=1)
    if _credit_over(release, day) is not None:
        html = _CREDIT.sub("", html, count=1)
    html = _CURRENCY.sub(lambda _: _row(release, day), html, count=1)
    lines = "".join(f"<p><strong>{escape(line)}</strong></p>\n" for line in lapsed(release, day))
    banner = f'<div class="lapsed" role="note">\n{lines}</div>\n' if lines else ""
    return html.replace(_TOP, _TOP + banner, 1)


def _row(release: Release, today: date) -> str:
    """The row of the quality card on its days."""
    item = quality.currency(release.goes_out.date(), quality.corrected(release), _review_over(release, today))
    cells = " ".join(f"<td>{escape(text)}</td>" for text in (item.scale, item.name, item.answer, item.why))
    return f'<tr class="currency">{cells}</tr>\n'


def _review_over(release: Release, today: date) -> date | None:
    """The day by which a review was due, if that was before `today`."""
    day = release.review_by
    return day if day is not None and day < today else None


def _credit_over(release: Release, today: date) -> date | None:
    """The day on which the credit ended, if that was before `today`."""
    day = release.credit_ends
    return day if day is not None and day < today else None
