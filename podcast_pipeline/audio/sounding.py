"""What is to be said of how a track sounds, each with what is done about it, or what a person should do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from podcast_pipeline import timecode
from podcast_pipeline.audio.hum import notched
from podcast_pipeline.audio.scan import Scan
from podcast_pipeline.model.finding import Finding

NOISY = 20.0
"""dB between speech and noise under which the noise is heard all the time."""
_LOST = 0.01
"""Share of a recording in dropouts from which it should not be published."""
_RUMBLE = 10.0
"""dB below the speech from which on rumble is worth a high-pass (measured by PESQ and STOI on real voices)."""


def rumbles(heard: Scan) -> bool:
    """Whether there is so much below the voice that taking it out helps."""
    return heard.rumble > heard.integrated - _RUMBLE


def noisy(heard: Scan) -> bool:
    """Whether there is noise so close to the speech that taking it out helps. How loud it is by itself does not matter,
    as all speech is brought to one level; and music, or people, are no noise."""
    return heard.snr < NOISY and not heard.unsteady


def findings(name: str, heard: Scan, offset: int) -> Iterator[Finding]:
    """All of one track called `name` that begins `offset` ms later than the episode: times are the episode's."""
    yield from _samples(name, heard, offset)
    yield from _noise(name, heard)
    yield from _channels(name, heard)
    yield from _surroundings(name, heard)
    if heard.dropouts.count:
        dropped = _later(heard.dropouts.first, offset)
        yield Finding(
            "AUD09",
            "E" if heard.dropouts.share > _LOST else "W",
            name,
            "",
            dropped[0],
            f"{counted(heard.dropouts.count, 'gap')} without any sound in the middle of speech "
            f"({heard.dropouts.share:.2%} of it), first at {_times(dropped[:3])}; words may be "
            "lost: listen there, or ask for the recording made at the speaker's end",
        )


def _samples(name: str, heard: Scan, offset: int) -> Iterator[Finding]:
    """Of what the samples are as numbers: none at all, off zero, at their limit."""
    if heard.unreal.count:
        places = _later(heard.unreal.first, offset)
        yield _warn(
            "AUD01",
            name,
            f"{counted(heard.unreal.count, 'sample')} of no number (NaN, infinite or beyond any scale), at "
            f"{_times(places)}: silence stands there; export it again, as 24-bit WAV",
            places[0],
        )
    if heard.offsets:
        worst = max(heard.offsets, key=abs)
        yield _warn(
            "AUD18",
            name,
            f"it is off zero by {abs(worst):.1%} of full scale (DC); that is taken off before anything else; find the "
            "interface or cable that makes it",
        )
    if heard.clipping.count:
        clipped = _later(heard.clipping.worst, offset)
        yield _warn(
            "AUD03",
            name,
            f"clipped {counted(heard.clipping.count, 'time')} ({heard.clipping.share:.3%} of it), worst at "
            f"{_times(clipped[:3])}; distortion stays: listen there, turn the microphone down next time",
            clipped[0],
        )


def _noise(name: str, heard: Scan) -> Iterator[Finding]:
    """Of what is heard beside the voice."""
    if noisy(heard):
        yield _warn(
            "AUD04",
            name,
            f"noise at {heard.integrated - heard.snr:.0f} dBFS, {heard.snr:.0f} dB below the speech; the "
            'gate turns pauses down; where words themselves are noisy, set denoise = "auto" in its [[track]]',
        )
    if heard.hum is not None:
        lines = " and ".join(str(line) for line in notched(heard.hum))
        yield _warn(
            "AUD05",
            name,
            f"mains hum of {heard.hum.mains} Hz ({heard.hum.level:.0f} dBFS); narrow notches at {lines} Hz take out "
            "what lies below the voice; find the cable or charger that makes it",
        )
    if rumbles(heard):
        yield _warn(
            "AUD04",
            name,
            f"rumble at {heard.rumble:.0f} dBFS; a high-pass takes it out; find the fan, table or street that makes it",
        )


def _channels(name: str, heard: Scan) -> Iterator[Finding]:
    """Of the two sides of a stereo recording."""
    if heard.channels in ("left", "right"):
        other = "right" if heard.channels == "left" else "left"
        yield _warn("AUD06", name, f"the {other} channel is silent; only the {heard.channels} one is used")
    elif heard.channels == "same":
        yield _warn("AUD06", name, "both channels are the same; it is used as one microphone")
    elif heard.channels == "opposite":
        yield _warn("AUD06", name, "its channels have opposite polarity; the right one is turned round")
    elif heard.channels == "apart":
        yield _warn(
            "AUD06",
            name,
            'there is another voice on each side; name it in two [[track]], with channel = "left" and "right", so '
            "that each voice is levelled and its words get their speaker",
        )


def _surroundings(name: str, heard: Scan) -> Iterator[Finding]:
    """Of the call, the recorder and the room."""
    if heard.echo is not None:
        yield _warn(
            "AUD21",
            name,
            f"it has an echo of itself, {-heard.echo.level:.0f} dB lower and {heard.echo.delay:.0f} ms later; nothing "
            "takes that out: look for a loudspeaker that plays what this microphone hears, or use the recording "
            "made at the speaker's end",
        )
    if heard.pumping:
        yield _warn(
            "AUD22",
            name,
            f"its noise rises by {heard.pumping:.0f} dB in pauses, as an automatic gain does it; that stays audible: "
            "switch it off in the recorder or meeting program, and set the level by hand",
        )
    if heard.ringing:
        yield _warn(
            "AUD23",
            name,
            f"its room rings for {heard.ringing:.1f} s (RT60); nothing takes that out: go nearer to the microphone, or "
            "into a room with curtains and carpets",
        )


def counted(count: int, what: str) -> str:
    """`1 time`, `2 times`."""
    return f"{count} {what}{'s' * (count > 1)}"


def _later(times: Sequence[int], offset: int) -> list[int]:
    """Times of the track as those of the episode, in which it begins `offset` ms later."""
    return [max(0, time + offset) for time in times]


def _times(times: Sequence[int]) -> str:
    return ", ".join(timecode.exact(time) for time in times)


def _warn(code: str, file: str, sentence: str, time: int | None = None) -> Finding:
    return Finding(code, "W", file, "", time, sentence)
