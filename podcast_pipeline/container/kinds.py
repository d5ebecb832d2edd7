"""What a file is, by its first bytes: a container that FFmpeg opens, or something that is no recording, by its name.

Signatures as the formats' own specifications and the `file` program's database give them.
"""

from __future__ import annotations

from dataclasses import dataclass

from podcast_pipeline import signatures

HEAD = 4096
"""Bytes that are looked at."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A container, `name` as FFmpeg calls its demuxer, and the suffixes such files usually have."""

    name: str
    suffixes: tuple[str, ...]


KINDS = {
    kind.name: kind
    for kind in (
        Kind("wav", (".wav", ".wave", ".bwf", ".rf64")),
        Kind("w64", (".w64",)),
        Kind("aiff", (".aif", ".aiff", ".aifc")),
        Kind("caf", (".caf",)),
        Kind("flac", (".flac",)),
        Kind("mp3", (".mp3", ".mp2", ".mp1")),
        Kind("aac", (".aac",)),
        Kind("ogg", (".ogg", ".oga", ".opus", ".spx")),
        Kind("mov", (".m4a", ".m4b", ".mp4", ".mov", ".m4v", ".3gp", ".3g2")),
        Kind("matroska", (".mkv", ".mka", ".webm")),
        Kind("amr", (".amr", ".awb", ".3ga")),
        Kind("asf", (".wma", ".wmv", ".asf")),
        Kind("au", (".au", ".snd")),
        Kind("avi", (".avi",)),
        Kind("wv", (".wv",)),
        Kind("ape", (".ape",)),
        Kind("tta", (".tta",)),
        Kind("tak", (".tak",)),
        Kind("mpc", (".mpc",)),
        Kind("mpc8", (".mpc",)),
        Kind("ac3", (".ac3",)),
        Kind("eac3", (".eac3", ".ec3")),
        Kind("dts", (".dts",)),
        Kind("flv", (".flv", ".f4v")),
        Kind("mpegts", (".ts", ".mts", ".m2ts")),
        Kind("mpeg", (".mpg", ".mpeg", ".vob")),
        Kind("voc", (".voc",)),
        Kind("nistsphere", (".sph", ".nist", ".wav")),
        Kind("iff", (".8svx", ".iff", ".dff")),
        Kind("dsf", (".dsf",)),
        Kind("dss", (".dss",)),
        Kind("qcp", (".qcp",)),
        Kind("rm", (".rm", ".ra", ".rmvb")),
    )
}

_SOUND: tuple[tuple[int, bytes, str], ...] = (
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"caff", "caf"),
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (0, b"#!AMR\n", "amr"),
    (0, b"#!AMR-WB\n", "amr"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "asf"),
    (0, b".snd", "au"),
    (0, b"wvpk", "wv"),
    (0, b"MAC ", "ape"),
    (0, b"TTA1", "tta"),
    (0, b"tBaK", "tak"),
    (0, b"MP+", "mpc"),
    (0, b"MPCK", "mpc8"),
    (0, b"\x7f\xfe\x80\x01", "dts"),
    (0, b"FLV\x01", "flv"),
    (0, b"\0\0\x01\xba", "mpeg"),
    (0, b"Creative Voice File\x1a", "voc"),
    (0, b"NIST_1A\n", "nistsphere"),
    (0, b"DSD ", "dsf"),
    (0, b"FRM8", "iff"),
    (0, b"\x02dss", "dss"),
    (0, b"\x03dss", "dss"),
    (0, b".RMF", "rm"),
    (0, b".ra\xfd", "rm"),
)
_RIFF = {b"WAVE": "wav", b"AVI ": "avi", b"QLCM": "qcp"}
_FORM = {b"AIFF": "aiff", b"AIFC": "aiff", b"8SVX": "iff", b"16SV": "iff"}
_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"moof", b"styp", b"sidx")

_DOWNLOAD = "it is what a server said in place of the recording: sign in there, and download the file itself again"
_EXPORT = "export the sound from that program, as WAV or FLAC"
_UNPACK = "unpack it, and name the recording in it"
_WRONG = "name the recording itself"

_OTHER: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"SQLite format 3\0", "a database, as Audacity keeps its projects (.aup3)", _EXPORT),
    (0, b"MThd", "MIDI: notes, and no sound", _EXPORT),
    (0, b"RMID", "MIDI: notes, and no sound", _EXPORT),
    (0, b"d8:announce", "a torrent file: it only says where the recording is", "download what it names"),
    (0, b"d10:created", "a torrent file: it only says where the recording is", "download what it names"),
    (0, b"d13:announce", "a torrent file: it only says where the recording is", "download what it names"),
    (1, b"ds2", "a dictation (DS2), which FFmpeg does not decode", "export it as WAV with the recorder's program"),
    (1, b"enc", "an encrypted dictation (DS2)", "export it as WAV with the recorder's program"),
    (0, b"#EXTM3U", "a playlist: it only says where recordings are", _WRONG),
    (0, b"ffconcat", "a playlist: it only says where recordings are", _WRONG),
    (0, b"[playlist]", "a playlist: it only says where recordings are", _WRONG),
    (0, b"[InternetShortcut]", "a link to a web page", "download the recording itself"),
)
"""What is sent in place of sound, beside what is sent in place of anything (`signatures.py`)."""
_RIFF_OTHER = {b"WEBP": "a picture (WebP)", b"RMID": "MIDI: notes, and no sound", b"sfbk": "a SoundFont: instruments"}
_PICTURES = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"crx "}
_PROTECTED = {b"M4P ": "iTunes", b"aax ": "Audible", b"aaxc": "Audible"}


def sound(head: bytes) -> str:
    """The container that these first bytes of a file begin, by FFmpeg's name; "" if they are none with a signature.

    Frames without any container, as in MP3, are looked for elsewhere.
    """
    if head[:4] in (b"RIFF", b"RF64", b"BW64", b"RIFX"):
        return _RIFF.get(head[8:12], "") if head[:4] != b"RIFX" else ""
    if head[:4] == b"FORM":
        return _FORM.get(head[8:12], "")
    if head[:4] == b"riff" and head[24:28] == b"wave":
        return "w64"
    if head[4:8] in _BOXES:
        return "" if head[4:8] == b"ftyp" and head[8:12] in (*_PICTURES, *_PROTECTED) else "mov"
    for at, magic, name in _SOUND:
        if head.startswith(magic, at):
            return name
    if head[:2] == b"\x0bw" and len(head) > 5:
        return "ac3" if head[5] >> 3 <= 10 else "eac3"
    for size, first in ((188, 0), (192, 4)):
        if len(head) >= 4 * size and all(head[first + size * packet] == 0x47 for packet in range(4)):
            return "mpegts"
    return ""


def other(head: bytes) -> tuple[str, str]:
    """What a file that is no recording is, by its first bytes, and what to do; "" where even that is not known."""
    for at, magic, what, hint in _OTHER:
        if head.startswith(magic, at):
            return what, hint
    if (kind := signatures.of(head)) is not None:
        return kind.what, kind.hint or (_UNPACK if kind.packed else _WRONG)
    if head[:4] in (b"RIFF", b"RIFX") and len(head) >= 12:
        return _RIFF_OTHER.get(head[8:12], f"a RIFF file of the kind {_printed(head[8:12])}"), _WRONG
    if head[:4] == b"FORM" and len(head) >= 12:
        return f"an IFF file of the kind {_printed(head[8:12])}", _WRONG
    if head[4:8] == b"ftyp" and head[8:12] in _PROTECTED:
        return f"encrypted: copy protection of {_PROTECTED[head[8:12]]}", "use a recording that is not protected"
    if head[4:8] == b"ftyp":
        return "a picture (HEIC, AVIF or raw)", _WRONG
    if signatures.web_page(head):
        return "a web page", _DOWNLOAD
    if not is_text(head):
        return "", ""  # the first byte of anything may be a bracket
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return "text (XML), as many programs keep their projects", _EXPORT
    if text[:1] in (b"{", b"["):
        return "text (JSON)", _DOWNLOAD
    return "", ""


def is_text(head: bytes) -> bool:
    """Whether these bytes are text of some kind, UTF-16 with its mark included."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return len(head) > 2 and min(len(set(head[2::2])), len(set(head[3::2]))) < 5
    return b"\0" not in head and sum(byte < 9 for byte in head) == 0


def _printed(name: bytes) -> str:
    return f'"{name.decode("ascii", "replace").strip()}"'
