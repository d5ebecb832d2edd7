"""The findings as one HTML page for an editor: no script, nothing from elsewhere, everything escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from podcast_pipeline import timecode
from podcast_pipeline.checks.codes import KNOWN
from podcast_pipeline.checks.episode import EpisodeReport
from podcast_pipeline.model.finding import Finding

HEADINGS = {"E": "Errors: they stop the publication", "W": "Warnings: they should be mended", "N": "Notes"}
_HEAD = "<tr>" + "".join(f'<th scope="col">{name}</th>' for name in ("Code", "Where", "Time", "What")) + "</tr>"
_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8886; padding: .4rem .6rem; text-align: left; vertical-align: top }
code { font-size: .9em } .E { border-left: .4rem solid #c22 } .W { border-left: .4rem solid #c80 }
.N { border-left: .4rem solid #48a }
"""


def html(report: EpisodeReport, title: str) -> str:
    """The page of one episode's report; `title` is its slug, as titles too may hold what was found."""
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Check: {escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
        f"<h1>{escape(title)}</h1>\n<p>{escape(summary(report))}</p>",
    ]
    for severity, heading in HEADINGS.items():
        rows = [finding for finding in report.judged.standing if finding.severity == severity]
        if rows:
            parts.append(f"<h2>{heading}</h2>\n{_table(rows)}")
    if report.judged.waived:
        parts.append("<h2>Waived</h2>\n<ul>")
        parts += [
            f"<li><code>{finding.code}</code> {escape(finding.file)}: {escape(finding.sentence)}. "
            f"{escape(waiver.name)}, until {waiver.expires.isoformat()}: {escape(waiver.reason)}</li>"
            for finding, waiver in report.judged.waived
        ]
        parts.append("</ul>")
    if report.quality:
        items = "".join(_cells(item.scale, item.name, item.answer, item.why) for item in report.quality)
        head = "".join(f'<th scope="col">{name}</th>' for name in ("Scale", "Item", "Answer", "Why"))
        parts.append(f"<h2>Quality card, as it would be printed</h2>\n<table>\n<tr>{head}</tr>\n{items}</table>")
    parts.append("</main>\n</body>\n</html>\n")
    return "\n".join(parts)


def summary(report: EpisodeReport) -> str:
    """`1 error, 2 warnings, 3 notes; 1 waived; references verified 0 of 7; not run: CIT03 ...`"""
    counts = {s: sum(f.severity == s for f in report.judged.standing) for s in HEADINGS}
    words = {"E": "error", "W": "warning", "N": "note"}
    text = ", ".join(f"{n} {words[s]}{'' if n == 1 else 's'}" for s, n in counts.items())
    if report.judged.waived:
        text += f"; {len(report.judged.waived)} waived"
    if report.verified:
        text += f"; references {report.verified}"
    if report.not_run:
        text += f"; not run without the network: {', '.join(report.not_run)}"
    return text


def _table(rows: list[Finding]) -> str:
    return "\n".join(("<table>", _HEAD, *_rows(rows), "</table>"))


def _rows(rows: list[Finding]) -> Iterator[str]:
    for row in rows:
        time = "" if row.time is None else timecode.show(row.time)
        mark = "never waived" if not KNOWN[row.code].waived else f"fingerprint {row.fingerprint}"
        yield (
            f'<tr class="{row.severity}"><td><code>{row.code}</code></td>'
            f"<td>{escape(row.file)}<br>{escape(row.field)}</td><td>{time}</td>"
            f"<td>{escape(row.sentence)}<br><small>{escape(KNOWN[row.code].title)}; {mark}</small></td></tr>"
        )


def _cells(*texts: str) -> str:
    return f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in texts)}</tr>\n"
