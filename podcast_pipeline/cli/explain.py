"""explain: a setting or a finding in words."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import PodcastError
from podcast_pipeline.nearest import meant

if TYPE_CHECKING:
    from podcast_pipeline.config.explain import Explained

GRAVE = {"E": "an error: it stops a publication", "W": "should be mended", "N": "worth knowing"}


@command(click.argument("word", metavar="KEY|CODE|WORD"), JSON)
def explain(_: Session, word: str, as_json: bool) -> None:
    """Say what a setting (title, audio.loudness, [[track]]) or a finding's code (CIT03) means, with an example.

    Also a file that people write (terms.toml), a value (composite), and a word of `podcast status` (overdue). Works
    anywhere, also without a show.
    """
    from podcast_pipeline.board.words import MEANINGS
    from podcast_pipeline.checks import codes
    from podcast_pipeline.config import explain as settings
    from podcast_pipeline.feed.rules.affected import AFFECTED

    code = word.strip().upper()
    explained, meaning = settings.settings(word), MEANINGS.get(word.strip().casefold(), "")
    if code in codes.KNOWN or code in AFFECTED:
        value = _code(code) if code in codes.KNOWN else _rule(code)
        click.echo(json.dumps([value], ensure_ascii=False, indent=2) if as_json else _of_code(value))
    elif explained or meaning:
        values = [{"kind": "setting", **dataclasses.asdict(setting)} for setting in explained]
        values += [{"kind": "word of status", "name": word, "meaning": meaning}] if meaning else []
        said = [*map(_of_key, explained), *([f"{word} in `podcast status`: {meaning}"] if meaning else [])]
        click.echo(json.dumps(values, ensure_ascii=False, indent=2) if as_json else "\n\n".join(said))
    else:
        known = (*settings.names(), *codes.KNOWN, *AFFECTED, *MEANINGS)
        hint = "docs/settings.md has every key, docs/checks.md every code"
        raise PodcastError(f'"{word}" is no setting, no code and no word of `podcast status`{meant(word, known)}', hint)


def _code(code: str) -> dict[str, Any]:
    from podcast_pipeline.checks import codes
    from podcast_pipeline.config import explain as settings

    check = codes.KNOWN[code]
    waiver = next(setting for setting in settings.settings("waiver") if setting.name == "waiver")
    example = re.sub(r"(?m)^code = .*$", f'code = "{code}"', waiver.example)
    return {
        "kind": "finding",
        "code": code,
        "severity": check.severity,
        "meaning": check.title,
        "family": check.family,
        "asks": check.register,
        "ages": check.ages,
        "waived": check.waived,
        "example": example if check.waived else "",
    }


def _rule(code: str) -> dict[str, Any]:
    from podcast_pipeline.feed.rules.affected import AFFECTED

    return {
        "kind": "rule of feeds",
        "code": code,
        "meaning": AFFECTED[code],
        "example": "podcast feed --check FILE|URL",
    }


def _of_code(value: dict[str, Any]) -> str:
    if "severity" not in value:
        where = f"  `{value['example']}` prints the place, and what is wrong there"
        return f"{value['code']}: a rule of feeds; where it is broken: {value['meaning']}\n{where}"
    lines = [f"{value['code']}: {value['meaning']}", f"  {GRAVE[value['severity']]}"]
    if value["asks"]:
        lines.append("  asks a register, the network or a dated data file; without them it is reported as not run")
    if value["ages"]:
        lines.append("  can come up on a published episode while nobody touches it")
    lines.append("  `podcast check EP` prints the file, the place, and what to do")
    if value["waived"]:
        lines.append("  a person can answer for one finding for a while, in episode.toml:")
        lines += [f"    {line}" for line in value["example"].splitlines()]
        lines.append("  it counts once they have said so: `podcast check EP --seal --by ID`")
    else:
        lines.append("  nobody can answer for it: it is to be mended")
    return "\n".join(lines)


def _of_key(setting: Explained) -> str:
    place = setting.name if setting.name == setting.file else f"{setting.name} in {setting.file}"
    lines = [f"{place}: {setting.meaning}"]
    lines += ["  needed"] if setting.needed else []
    lines += [f"  without it: {setting.default}"] if setting.default else []
    lines += [f"  keys: {', '.join(setting.keys)}"] if setting.keys else []
    lines += [f"    {line}" for line in setting.example.splitlines()]
    return "\n".join(lines)
