"""Sound as the house speaks of it: tracks, settings, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Track:
    """One microphone (or one mix). `file` is relative to the episode's folder; `offset` in ms shifts it later."""

    file: str
    person: str = ""
    """Who speaks on it; of a reference nobody alone."""
    channel: str = ""
    """left or right: this side of a stereo recording alone, as where two microphones have one each; or the number of
    one of its channels; "": all of it."""
    gain: float = 0.0
    """dB, applied before everything else."""
    pan: float | None = None
    """-1.0 left to +1.0 right; None spreads the persons by 20 % each way."""
    offset: int = 0
    allow_truncated: bool = False
    allow_damaged: bool = False
    """What is whole in its file is used, with silence where sound is lost; a file that is cut off is a case of it."""
    """A WAV, MP4, AVI or WMA that is shorter than it says is used all the same."""
    clock: str = ""
    """stamps: time that is missing in the file is silence at its place; samples: closed up; "": see
    `production.probe`."""
    stream: int = 0
    """Which of the sounds of its file, from 1 on, as OBS and cameras write several; 0: the first."""
    sync: str = ""
    """auto: laid onto the clock of the first track; off: as it is; "": auto, unless `offset` says where it lies, or
    the times of the episode were made on its own clock."""
    role: str = ""
    """reference: a recording of the whole call, whose clock is the episode's; it is in no mix and not recognised."""
    clap: int | None = None
    """ms of it at which a clap is heard that the recording has too whose clock counts."""
    highpass: int | None = None
    """This and the following: the same as in AudioSettings, for this track alone; None: as there."""
    hum: bool | None = None
    denoise: str | None = None
    gate: bool | None = None
    crosstalk: str | None = None
    level: str | None = None

    @property
    def id(self) -> str:
        """The file's stem: `raw/guest.wav` -> `guest`; the left side of `raw/call.wav` -> `call-left`."""
        stem = self.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        stem += f"-stream-{self.stream}" if self.stream else ""
        return f"{stem}-{self.channel}" if self.channel else stem

    @property
    def name(self) -> str:
        """What people call it: the file, and which side of it."""
        return side(self.file, self.channel, self.stream)


def side(file: str, channel: str, stream: int = 0) -> str:
    """`raw/call.wav` and `left` -> `raw/call.wav (left)`; of its second stream: `raw/call.wav (stream 2, left)`."""
    number = f"channel {channel}" if channel.isdigit() else channel
    parts = [part for part in (f"stream {stream}" if stream else "", number) if part]
    return f"{file} ({', '.join(parts)})" if parts else file


@dataclass(frozen=True, slots=True)
class Music:
    """An intro or outro: a short file of the show, with fades in ms."""

    file: str
    fade_in: int = 0
    fade_out: int = 0
    overlap: int = 0
    """ms of it that lie over the conversation."""
    duck_db: float = -14.0
    """How far it goes down while somebody speaks."""
    gain: float = 0.0
    """dB more or less than the level it gets by itself."""


@dataclass(frozen=True, slots=True)
class Insert:
    """A sound in the middle: `at` ms of the source. Music lies 2 LU below the voices, a spoken kind is as loud.
    A retake is matched to the passage that a cut takes out at its place.

    `file` is relative to the show directory where it begins with feed/, else to the episode's folder.
    """

    file: str
    at: int
    kind: str = "stinger"
    fade_in: int = 0
    fade_out: int = 0
    overlap: int = 0
    duck_db: float = -14.0
    gain: float = 0.0

    @property
    def spoken(self) -> bool:
        return self.kind in ("disclosure", "correction", "retake")


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """How the programme sounds. Targets: 2 channels -16 LUFS at 128 kbit/s, 1 channel -19 LUFS at 96 kbit/s."""

    channels: int = 2
    loudness: float | None = None
    """LUFS; None: by the number of channels."""
    true_peak: float = -1.0
    """dBTP, of the decoded file."""
    sample_rate: int = 48000
    bitrate: int | None = None
    """kbit/s, constant; None: by the number of channels."""
    highpass: int | None = None
    """Hz; 0 switches it off; None: 60 Hz for tracks in which there is rumble."""
    hum: bool = True
    """Narrow notches where mains hum was found."""
    denoise: str = "off"
    """off; auto: where the noise is less than 20 dB below the speech; or the dB by which it is reduced at most."""
    gate: bool = True
    crosstalk: str = "dominance"
    """dominance: turned down while it hears the other speaker; off."""
    level: str = "speech"
    """none; anything else: each speaker is turned to one level, whichever leveller shows were written for."""
    intro: Music | None = None
    outro: Music | None = None
    formats: tuple[str, ...] = ("mp3",)
    """mp3 always; m4a and opus beside it."""
    keep_intermediate: bool = False

    @property
    def target(self) -> float:
        return self.loudness if self.loudness is not None else (-16.0 if self.channels == 2 else -19.0)

    @property
    def kbps(self) -> int:
        return self.bitrate if self.bitrate is not None else (128 if self.channels == 2 else 96)


@dataclass(frozen=True, slots=True)
class Loudness:
    """What a meter read from a decoded file: LUFS, dBTP, LU."""

    integrated: float
    true_peak: float
    range: float
