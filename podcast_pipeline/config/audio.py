"""The tables [audio], [transcribe] and [[track]]: in show.toml for all episodes, in episode.toml for one."""

from __future__ import annotations

from typing import Any

from podcast_pipeline.audio.denoiser import INSTALL
from podcast_pipeline.config import types as t
from podcast_pipeline.config.table import BadValueError, Key, Table, table
from podcast_pipeline.formats import MP3_KBPS, SOUND
from podcast_pipeline.model.audio import AudioSettings, Insert, Music, Track
from podcast_pipeline.model.cut import REASONS, Cut
from podcast_pipeline.model.show import TranscribeSettings
from podcast_pipeline.sound.track import CLOCKS
from podcast_pipeline.transcribe.engines import ENGINES


def _sound(value: Any) -> str:
    path = t.path(value)
    if not path.startswith("feed/"):
        raise BadValueError("lies outside feed/")
    return path


def _formats(value: Any) -> tuple[str, ...]:
    asked = t.some_of(SOUND)(value)
    if "mp3" not in asked:
        raise BadValueError('does not hold "mp3", which every podcast app plays')
    return tuple(name for name in SOUND if name in asked)


def _denoise(value: Any) -> str:
    """off, auto, or by how many dB, as text; shows were written with true and false."""
    if isinstance(value, bool):
        return "auto" if value else "off"
    if isinstance(value, int | float):
        return f"{t.number(1, 12)(value):g}"
    asked: str = t.choice("auto", "off")(value)
    return asked


MUSIC = Table(
    Music,
    (
        Key("file", _sound, "the sound, relative to the show directory", '"feed/sounds/intro.wav"'),
        Key("fade_in", t.time, "seconds from silence to full level", '"0"'),
        Key("fade_out", t.time, "seconds from full level to silence", '"3"'),
        Key("overlap", t.time, "seconds of it that lie over the conversation", '"4"'),
        Key("duck_db", t.number(-40, 0), "dB that it goes down by while somebody speaks", "-14.0"),
        Key("gain", t.number(-20, 10), "dB more or less than 2 LU below the voices", "0.0"),
    ),
)

CUT = Table(
    Cut,
    (
        Key("start", t.time, "on the recording's clock", '"12:03.400"'),
        Key("end", t.time, "on the recording's clock", '"12:09"'),
        Key("reason", t.choice(*REASONS), f"why: {', '.join(REASONS)}", '"content"'),
        Key("by", t.ident, "who decided it", '"example-host"'),
        Key("id", t.ident, "the offer that it was, where it was one", '"pause-723400-600"'),
        Key("exact", t.flag, "leave its edges where they are, not at the quietest moment near them", "true"),
    ),
)

INSERT_KINDS = ("stinger", "disclosure", "correction", "retake")
INSERT = Table(
    Insert,
    (
        Key("file", t.path, "the sound: feed/... of the show, else relative to this folder", '"raw/disclosure.wav"'),
        Key("at", t.time, "where it is put in, on the recording's clock", '"0"'),
        Key(
            "kind",
            t.choice(*INSERT_KINDS),
            "stinger (music), or spoken: disclosure, correction, retake (of what is cut at its place)",
            '"disclosure"',
        ),
        Key("fade_in", t.time, "seconds from silence to full level", '"0"'),
        Key("fade_out", t.time, "seconds from full level to silence", '"0"'),
        Key("overlap", t.time, "seconds of its end that lie over what is said next", '"0"'),
        Key("duck_db", t.number(-40, 0), "dB that it goes down by while somebody speaks", "-14.0"),
        Key("gain", t.number(-20, 10), "dB more or less than the level it gets by itself", "0.0"),
    ),
)

CLEANING = (
    Key("highpass", t.integer(0, 200), "Hz; what is below is removed; 0: nothing; unset: 60 where it rumbles", "60"),
    Key("hum", t.flag, "take out mains hum by narrow notches, where it was found", "true"),
    Key(
        "denoise",
        _denoise,
        "reduce noise under the words: auto (by up to 12 dB where it is less than 20 dB below the speech; so is true), "
        f"off (so is false), or the dB, 1 to 12; it needs {INSTALL}",
        '"auto"',
    ),
    Key("gate", t.flag, "turn each microphone down while its speaker is silent", "true"),
    Key(
        "crosstalk",
        t.choice("dominance", "off"),
        "dominance: turn a microphone down while it hears the other speaker; or off",
        '"dominance"',
    ),
    Key(
        "level",
        t.choice("speech", "none", "dynaudnorm", "speechnorm"),
        "speech: turn each speaker slowly to one level; or none (dynaudnorm and speechnorm are taken for speech)",
        '"speech"',
    ),
)

CHANNELS, SAMPLE_RATES = (1, 2), (44100, 48000)
BITRATES = tuple(rate for rate in MP3_KBPS if rate >= 64)

AUDIO = Table(
    AudioSettings,
    (
        Key("channels", t.choice(*CHANNELS), "2: stereo, -16 LUFS, 128 kbit/s; 1: mono, -19 LUFS, 96 kbit/s", "2"),
        Key("loudness", t.number(-30, -10), "integrated loudness in LUFS, instead of the one by channels", "-16.0"),
        Key("true_peak", t.number(-6, -0.5), "highest true peak in dBTP, measured on the decoded MP3", "-1.0"),
        Key("sample_rate", t.choice(*SAMPLE_RATES), "samples per second of the programme: 44100 or 48000", "48000"),
        Key(
            "bitrate",
            t.choice(*BITRATES),
            "kbit/s, constant, instead of the one by channels: 64 to 320",
            "128",
        ),
        *CLEANING,
        Key("intro", table(MUSIC), "sound before the programme"),
        Key("outro", table(MUSIC), "sound after the programme"),
        Key("formats", _formats, "mp3, and beside it m4a and opus for apps that can choose", '["mp3", "m4a", "opus"]'),
        Key("keep_intermediate", t.flag, "keep the large uncompressed files in build/", "false"),
    ),
)

TRANSCRIBE = Table(
    TranscribeSettings,
    (
        Key(
            "engine",
            t.choice(*ENGINES),
            f"the speech recogniser: {' or '.join(ENGINES)}",
            '"faster-whisper"',
        ),
        Key("model", t.line, "a Whisper model: a name (tiny.en, base, small.en ...), a folder or a file", '"base"'),
        Key("language", t.line, "the spoken language, two letters", '"en"'),
        Key(
            "compute_type",
            t.choice("auto", "int8", "float32", "float16"),
            "auto (int8 on a CPU), int8, float32 or float16",
            '"auto"',
        ),
        Key("beam_size", t.integer(1, 10), "more is slower and slightly more accurate", "5"),
        Key(
            "hotwords",
            t.choice("suggest", "off"),
            "suggest (listen a second time for the terms and names, with base or larger) or off",
            '"suggest"',
        ),
        Key("speakers", t.integer(0, 12), "people on one mixed recording; 0: all with a speaking part", "2"),
    ),
)

TRACK = Table(
    Track,
    (
        Key("file", t.path, "the recording, relative to the episode's folder", '"raw/guest.wav"'),
        Key("person", t.ident, "who speaks on it: an id of feed/people", '"example-guest"'),
        Key(
            "channel",
            t.channel,
            "left, right or a number from 1: this channel of the file alone; name the file once for each",
            '"left"',
        ),
        Key("stream", t.integer(1, 64), "which sound of a file that has several, as OBS and cameras write them", "2"),
        Key("gain", t.number(-30, 30), "dB added before everything else", "0.0"),
        Key("pan", t.number(-1, 1), "-1 left ... 1 right; without it persons are spread by 20 %", "0.0"),
        Key("offset", t.time, "how much later than the others this recording started", '"0:01.250"'),
        Key(
            "allow_damaged",
            t.flag,
            "use what is whole of a damaged or cut-off file, with silence where sound is lost; every place is named",
            "false",
        ),
        Key("allow_truncated", t.flag, "the same for a file that is cut off alone, as older shows say it", "false"),
        Key(
            "clock",
            t.choice(*CLOCKS),
            "where packets of a WebM, MKV, MP4 or Ogg are missing: stamps (silence is there) or samples (closed up); "
            "unset: stamps, or what the times of an episode begun before were made on",
            '"stamps"',
        ),
        Key(
            "sync",
            t.choice("auto", "off"),
            "auto (it began at another time than the first track, or its clock drifts: it is laid onto that clock) or "
            "off; unset: auto, unless offset is set, or the episode has times that were made without it",
            '"auto"',
        ),
        Key(
            "role",
            t.choice("reference"),
            "reference: a recording of the whole call, onto whose clock all others are laid; it is heard nowhere, and "
            "has no person",
            '"reference"',
        ),
        Key(
            "clap",
            t.time,
            "where in this recording a clap is heard that the first track (or the reference) has too, which says it as "
            "well: so a recording is placed that hears nobody else",
            '"0:03.2"',
        ),
        *CLEANING,
    ),
)
