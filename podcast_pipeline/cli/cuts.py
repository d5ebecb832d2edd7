"""cuts: what is cut, what could be, and a producer's answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from podcast_pipeline import timecode
from podcast_pipeline.cli.session import JSON, Session, command
from podcast_pipeline.errors import PodcastError

if TYPE_CHECKING:
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.review.desk.offers import Offer

EPISODE = click.argument("episode", metavar="EP")
ACCEPT = click.option(
    "--accept", "accepted", multiple=True, metavar="ID", help='Cut it; "all": all fillers and pauses.'
)
REJECT = click.option("--reject", "rejected", multiple=True, metavar="ID", help="Never offer it again.")
BY = click.option("--by", default="", metavar="ID", help="Who decides: an id of feed/people.")


@command(EPISODE, ACCEPT, REJECT, BY, JSON)
def cuts(
    session: Session, episode: str, accepted: tuple[str, ...], rejected: tuple[str, ...], by: str, as_json: bool
) -> None:
    """List the cuts of EP and what could be cut: long pauses and fillers. Nothing is cut unasked.

    An accepted offer becomes a [[cut]] of episode.toml, where comments and order stay; the next `podcast build` makes
    it. Times are the recording's.
    """
    from podcast_pipeline.config.load import load_episode
    from podcast_pipeline.episode.dossier import Dossier
    from podcast_pipeline.review.desk import answers
    from podcast_pipeline.review.desk.offered import offered

    if by and by not in session.show.people:
        raise PodcastError(f'--by: "{by}" is not in feed/people', f"people here: {', '.join(session.show.people)}")
    dossier = Dossier(session.show, load_episode(session.workspace, session.show, episode), session.workspace)
    for name in ("preflight.json", "levels.dat"):
        if not dossier.built(name).exists():
            raise PodcastError(f"{episode}: not heard yet", f"run `podcast build {episode} --until probe` first")
    offers = offered(dossier)
    if accepted or rejected:
        with session.locked(episode):
            path = session.workspace.episode_toml(episode)
            answers.write(path, _chosen(offers, accepted), _chosen(offers, rejected), by)
        dossier = Dossier(session.show, load_episode(session.workspace, session.show, episode), session.workspace)
        offers = offered(dossier)
    _show(session, dossier, offers, as_json)


def _chosen(offered: tuple[Offer, ...], ids: tuple[str, ...]) -> list[Offer]:
    known = {offer.id: offer for offer in offered}
    if missing := [id_ for id_ in ids if id_ not in known and id_ != "all"]:
        raise PodcastError(f"no such offer: {', '.join(missing)}", "`podcast cuts EP` lists them")
    if "all" in ids:
        return [offer for offer in offered if offer.kind != "phrase"]
    return [known[id_] for id_ in dict.fromkeys(ids)]


def _show(session: Session, dossier: Dossier, offers: tuple[Offer, ...], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_value(dossier, offers), ensure_ascii=False, indent=2))
        return
    for cut in dossier.cuts:
        click.echo(f"cut    {timecode.exact(cut.start)} - {timecode.exact(cut.end)}  {cut.reason}")
    for offer in sorted(offers, key=lambda offer: offer.kind == "phrase"):
        said = f'  "{offer.text}"' if offer.text else ""
        asked = "  (it may mean something: listen first)" if offer.kind == "phrase" else ""
        times = f"{timecode.exact(offer.start)} - {timecode.exact(offer.end)}"
        click.echo(f"offer  {times}  {offer.id}{said}  saves {offer.saved / 1000:.1f} s{asked}")
    saved = sum(offer.saved for offer in offers if offer.kind != "phrase") / 1000
    session.say(f"{dossier.slug}: {len(dossier.cuts)} cuts, {len(offers)} offers that would save {saved:.1f} s")


def _value(dossier: Dossier, offers: tuple[Offer, ...]) -> dict[str, Any]:
    return {
        "episode": dossier.slug,
        "cuts": [{"start": cut.start, "end": cut.end, "reason": cut.reason, "by": cut.by} for cut in dossier.cuts],
        "offers": [
            {
                "id": offer.id,
                "kind": offer.kind,
                "start": offer.start,
                "end": offer.end,
                "text": offer.text,
                "saved": offer.saved,
            }
            for offer in offers
        ],
    }
