"""The registers, asked for what an episode cites; and what a person says of papers that they cannot be asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from podcast_pipeline.cli.session import Session, command, confirmed
from podcast_pipeline.errors import EvidenceError, PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.evidence.registers import Lookup
    from podcast_pipeline.evidence.web import Web
    from podcast_pipeline.model.reference import Reference

BY = click.option("--by", required=True, metavar="ID", help="Who says so: an id of feed/people.")
YES = click.option("--yes", is_flag=True, help="Do not ask.")


def web(session: Session) -> Web:
    """The door to the registers, with the show's address as contact."""
    from podcast_pipeline.evidence.web import Polite

    contact = session.show.owner.email if session.show.owner else "unknown"
    return Polite(session.workspace.build_root / ".cache" / "web", contact)


def asked(session: Session, references: Mapping[str, Reference], today: date) -> dict[str, Lookup]:
    """What the registers say of these references now; who did not answer is said, once for all of them."""
    from podcast_pipeline.evidence import registers

    with session.bar("registers") as report:
        answers = registers.ask(references, web(session), None, today, report)
    for problem in dict.fromkeys(problem for answer in answers.values() for problem in answer.problems):
        session.say(problem)
    return answers


def written(
    session: Session, asked: Mapping[str, Reference], answers: Mapping[str, Lookup], today: date
) -> tuple[str, ...]:
    """Write down what the registers answered, beside what others have written since; ids of what they answered about
    another entry than is there now, which is left as it is. Hold `publishing`.
    """
    from podcast_pipeline.config.load import load_show
    from podcast_pipeline.evidence import identity, journal, registers

    library = load_show(session.workspace).references
    now = {id_: library[id_] for id_ in answers if id_ in library}
    same = [id_ for id_, each in now.items() if identity.judged(each) == identity.judged(asked[id_])]
    said = {id_: registers.appraised(now[id_], answers[id_], today) for id_ in same}
    new = {
        id_: appraisal
        for id_, appraisal in said.items()
        if (appraisal.status, appraisal.registered) != (now[id_].status, now[id_].registered)
    }
    if new:
        journal.write(session.workspace.appraisals, new)
        session.__dict__.pop("show", None)
    return tuple(id_ for id_ in answers if id_ not in said)


def unverified(session: Session, slug: str, now: datetime) -> dict[str, Reference]:
    """The references for which `publish` would refuse EP, as no register has confirmed them and nobody answers."""
    from podcast_pipeline.checks.episode import report
    from podcast_pipeline.checks.gather import gather
    from podcast_pipeline.checks.waivers import UNVERIFIED
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode import records
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.evidence import identity
    from podcast_pipeline.evidence.cited import sources

    episode = load_episode(session.workspace, session.show, slug)
    cited = sources(episode.claims, session.show.references)
    waiting = {id_: each for id_, each in cited.items() if not identity.answered(each) and (each.doi or each.pmid)}
    if not waiting:
        return {}
    dossier = Dossier(session.show, episode, session.workspace)
    case = gather(dossier, now, records.read(session.workspace, slug), texts=False)
    errors = [finding.field for finding in report(case).judged.errors if finding.code == UNVERIFIED]
    return {id_: each for id_, each in waiting.items() if any(field.startswith(f"{id_}.") for field in errors)}


def confirm(session: Session, slugs: Iterable[str]) -> None:
    """Ask the registers for what these episodes cite and nobody has verified; what they say is written down.

    What is wrong with an episode is left to those who publish it.
    """
    now = datetime.now(UTC)
    for slug in slugs:
        try:
            waiting = unverified(session, slug, now)
        except PodcastError:
            continue
        if waiting:
            _confirm(session, slug, waiting, now)


def _confirm(session: Session, slug: str, waiting: Mapping[str, Reference], now: datetime) -> None:
    from podcast_pipeline.checks.waivers import ANSWERED_FOR
    from podcast_pipeline.evidence.cited import verified_line

    today = session.show.schedule.day(now)
    session.say(f"{slug}: asks the registers for {len(waiting)} references that were never verified")
    answers = asked(session, waiting, today)
    written(session, waiting, answers, today)
    session.say(f"{slug}: {verified_line(session.show.references[id_] for id_ in waiting)}")
    if silent := len(unverified(session, slug, now)):
        session.say(
            f"{slug}: {silent} could not be asked about: try again later; where it cannot wait, "
            f"{ANSWERED_FOR.format(slug)}"
        )


@command(
    click.argument("episode", metavar="EP"),
    BY,
    click.option("--reason", required=True, metavar="TEXT", help="Why it cannot wait."),
    YES,
)
def unreached(session: Session, episode: str, by: str, reason: str, yes: bool) -> None:
    """Answer for the references of EP that no register can be asked about, as none answers.

    They are asked once more; what they say is written down. For what is left ID answers, once for the whole list and
    for 7 days: [not_reached] in episode.toml. Listeners read "not verified" there. A paper that no register knows, or
    another one under its identifier, is not answered for in this way.
    """
    now = datetime.now(UTC)
    with session.publishing(), session.locked(episode):
        confirm(session, [episode])
        left = unverified(session, episode, now)
        if not left:
            session.say(f"{episode}: there is nothing to answer for: every reference that can be asked about is known")
            return
        _person(session, by)
        for id_, reference in left.items():
            session.say(f"  {id_}: {reference.title}")
        confirmed(yes, f"The registers do not answer. Does {by} answer for these {len(left)}?")
        _answered(session, episode, by, session.show.schedule.day(now), reason, left)
    session.say(f"{episode}: {by} answers for {len(left)} references for 7 days; build it and publish it")


def _answered(session: Session, slug: str, by: str, today: date, reason: str, left: Mapping[str, Reference]) -> None:
    import tomlkit

    from podcast_pipeline import handwritten
    from podcast_pipeline.evidence import identity

    digests = tomlkit.inline_table()
    digests.update({id_: identity.judged(reference, by, today, reason.strip()) for id_, reference in left.items()})
    table = tomlkit.table()
    table.update({"by": by, "on": today, "reason": reason, "judged": digests})
    with handwritten.changing(session.workspace.episode_toml(slug)) as document:
        document["not_reached"] = table


def _person(session: Session, by: str) -> None:
    if by not in session.show.people:
        raise PodcastError(f'"{by}" is not in feed/people', "`podcast people list` says who is")


@command(click.argument("ids", nargs=-1, required=True, metavar="ID..."), BY, YES)
def seen(session: Session, ids: tuple[str, ...], by: str, yes: bool) -> None:
    """Say that you hold the papers ID: for what has neither DOI nor PMID, so that no register can be asked.

    Compare the entry that is printed with the paper itself. Writes seen_by, seen and the entry's digest into
    feed/appraisals.toml: when the entry changes, it has to be compared again.
    """
    from podcast_pipeline.evidence import identity, journal
    from podcast_pipeline.evidence.citation import pubmed

    _person(session, by)
    library = session.show.references
    if unknown := [id_ for id_ in ids if id_ not in library]:
        raise EvidenceError(f"not in feed/references.json: {', '.join(unknown)}", "`podcast refs list` shows the ids")
    if asked_ := [id_ for id_ in ids if library[id_].doi or library[id_].pmid]:
        raise EvidenceError(
            f"{', '.join(asked_)}: has an identifier: a register says whether it exists",
            "`podcast refs check --online` asks them",
        )
    for id_ in ids:
        session.say(f"{id_}: {pubmed(library[id_])}")
    confirmed(yes, f"Does {by} hold them, and do these entries say what stands there?")
    today = session.show.schedule.day(datetime.now(UTC))
    judged = {id_: identity.judged(library[id_], by, today) for id_ in ids}
    with session.publishing():
        journal.seen(session.workspace.appraisals, judged, by, today)
    session.say(f"{by} holds {len(ids)} of them: written into feed/appraisals.toml")
