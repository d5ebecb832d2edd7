"""In which encoding the text of another program's file is: decided by its bytes, and said.

Nothing is replaced and nothing left out. Where no mark and no rule of UTF-8 decides, the two of one byte a character
that spreadsheets and reference managers still write, Windows-1252 and MacRoman, are told apart by where their letters
stand: within a word no sign stands, and no capital behind a small letter.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

UTF8, UTF16, UTF32, WINDOWS, MAC = "UTF-8", "UTF-16", "UTF-32", "Windows-1252", "MacRoman"
_MARKS = (  # the longer ones first: that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32", UTF32),
    (codecs.BOM_UTF32_BE, "utf-32", UTF32),
    (codecs.BOM_UTF8, "utf-8-sig", UTF8),
    (codecs.BOM_UTF16_LE, "utf-16", UTF16),
    (codecs.BOM_UTF16_BE, "utf-16", UTF16),
)
_PUNCTUATION = frozenset("‘’‚“”„«»‹›–—…•€£©®™°·±×§µ ")
"""What texts hold beside letters."""
_RUN = re.compile(r"[^\x00-\x7f]{3,}")


class Decoded(NamedTuple):
    """A text, and the name of its encoding as people know it."""

    text: str
    encoding: str

    @property
    def said(self) -> str:
        """What a person should know; "" of UTF-8, which everybody expects."""
        return "" if self.encoding == UTF8 else f"is {self.encoding} text, and was read so"


class ByteOrder(NamedTuple):
    """What a byte order mark tells: the codec that decodes the file without it, and the encoding's name."""

    codec: str
    encoding: str


def marked(raw: bytes) -> ByteOrder | None:
    """By the byte order mark that `raw` begins with; None where it has none."""
    return next((ByteOrder(codec, name) for mark, codec, name in _MARKS if raw.startswith(mark)), None)


def decoded(raw: bytes) -> Decoded:
    """The text of `raw`, without its byte order mark. Raises UnicodeDecodeError for what is no text,
    and for letters that are of no Western language in either of the last two.

    >>> decoded("Müller, ≥ 4".encode("utf-16"))
    Decoded(text='Müller, ≥ 4', encoding='UTF-16')
    """
    if (by_mark := marked(raw)) is not None:
        return Decoded(raw.decode(by_mark.codec), by_mark.encoding)
    if codec := _unmarked(raw):
        return Decoded(raw.decode(codec), UTF16)
    try:
        return Decoded(utf8(raw), UTF8)
    except UnicodeDecodeError:
        if b"\0" in raw:  # no text of one byte a character has it
            raise
    if (joined := mixed(raw)) is not None:
        return Decoded(joined[0], f"{UTF8} with {joined[1]} bytes of {WINDOWS}")
    windows, mac = (_decoded(raw, codec) for codec in ("cp1252", "mac_roman"))
    if windows is None or (mac is not None and _likely(mac) > _likely(windows)):
        read = Decoded(mac or "", MAC)
    else:
        read = Decoded(windows, WINDOWS)
    if (windows is None and _likely(read.text) <= 0) or _strange(read.text):
        place = next(place for place, byte in enumerate(raw) if byte > 0x7F)
        raise UnicodeDecodeError("utf-8", raw, place, place + 1, "an encoding that is not known")
    return read


def mixed(raw: bytes) -> tuple[str, int] | None:
    """UTF-8 in which some bytes are none, as where files were joined: the text, in which these are read as
    Windows-1252, and their number. None where letters of UTF-8 are not the more: one may be two of Windows.
    """
    text = raw.decode("utf-8", "surrogateescape")
    strange = [letter for letter in text if "\udc80" <= letter <= "\udcff"]
    if len(strange) >= sum(not letter.isascii() for letter in text) - len(strange):
        return None
    known = {letter: bytes([ord(letter) - 0xDC00]).decode("cp1252", "replace") for letter in set(strange)}
    return "".join(known.get(letter, letter) for letter in text), len(strange)


def utf8(raw: bytes) -> str:
    """The text of a file that has to be UTF-8, without a byte order mark. Raises UnicodeDecodeError.

    >>> utf8(b"\\xef\\xbb\\xbftitle = 1")
    'title = 1'
    """
    text = raw.decode("utf-8-sig")
    if (place := raw.find(b"\0")) >= 0:
        raise UnicodeDecodeError("utf-8", raw, place, place + 1, "a byte of zero")
    return text


def other(error: UnicodeDecodeError) -> str:
    """Why the bytes of `error` are no UTF-8, for a person who can save them as such."""
    try:
        name = decoded(error.object).encoding
    except UnicodeDecodeError:
        return f"is not UTF-8 text (byte {error.start})"
    if name in (UTF16, UTF32):  # told by its mark or its zeros; any bytes can be read as the others
        return f"is {name} text: save it as UTF-8"
    return f"is not UTF-8 text (byte {error.start}); if it is {name}, save it as UTF-8"


def _unmarked(raw: bytes) -> str:
    """UTF-16 without a mark: every second byte of most text is zero. "" where it is not."""
    sample = raw[:4096]
    if len(sample) < 4 or len(raw) % 2:
        return ""
    even, odd = (sample[start::2].count(0) * 2 / (len(sample) // 2) for start in (0, 1))
    return "utf-16-be" if even > 1 > odd else "utf-16-le" if odd > 1 > even else ""


def _decoded(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None


def _strange(text: str) -> bool:
    """Whether most letters beyond ASCII follow each other, as those of Cyrillic, Greek, Chinese or Japanese would: in
    no language that the two encodings are made for three of them do."""
    runs = sum(len(run) for run in _RUN.findall(text))
    return 2 * runs > sum(not letter.isascii() for letter in text)


def _likely(text: str) -> int:
    """How many of the letters and signs beyond ASCII stand where such stand, less those that cannot."""
    points = 0
    for place, letter in enumerate(text):
        if letter.isascii():
            continue
        before, behind = text[place - 1 : place], text[place + 1 : place + 2]
        if letter.isalpha():
            points += -2 if letter.isupper() and before.islower() else 1
        elif letter not in _PUNCTUATION or (before.isalpha() and behind.isalpha() and letter not in "’–—·"):
            points -= 2
        else:
            points += 1
    return points
