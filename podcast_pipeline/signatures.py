"""What a file is by its first bytes, whatever it is called: what people send in place of what they were asked for.

Signatures as the formats' own specifications and the `file` program's database give them.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Beginning(NamedTuple):
    """Such a file begins with `start`, `at` bytes from its beginning; `hint`: what to do with it, whatever was asked
    for, "" where that depends."""

    start: bytes
    what: str
    hint: str = ""
    at: int = 0
    packed: bool = False
    """Other files are in it."""


_SIGNATURES = (
    Beginning(b"version https://git-lfs.github.com/spec/", "a Git LFS pointer, whose content was not fetched",
              "git lfs pull"),
    Beginning(b"/annex/objects/", "a git-annex pointer, whose content was not fetched", "git annex get"),
    Beginning(b"bplist00", "a property list, as iCloud leaves it in place of a file that was not loaded",
              "open it once in the Finder, so that the file itself is loaded"),
    Beginning(b"\0\x05\x16\x07", "what a Mac keeps beside a file on disks of others (AppleDouble)",
              "name the file without ._ before its name"),
    Beginning(b"%PDF", "a PDF document"),
    Beginning(b"{\\rtf", "a Rich Text document (.rtf)"),
    Beginning(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an old Microsoft Office (.doc, .xls, .ppt)"),
    Beginning(b"PK\x03\x04", "a ZIP archive, or a document or library that is one (.docx, .xlsx, .ods, .pages, .enlx)",
              packed=True),
    Beginning(b"PK\x05\x06", "an empty ZIP archive", packed=True),
    Beginning(b"Rar!", "a RAR archive", packed=True),
    Beginning(b"7z\xbc\xaf\x27\x1c", "a 7z archive", packed=True),
    Beginning(b"\x1f\x8b", "packed with gzip", packed=True),
    Beginning(b"BZh", "packed with bzip2", packed=True),
    Beginning(b"\xfd7zXZ", "packed with xz", packed=True),
    Beginning(b"\x28\xb5\x2f\xfd", "packed with Zstandard", packed=True),
    Beginning(b"ustar", "a tar archive", at=257, packed=True),
    Beginning(b"SQLite format 3\0", "a database, as programs keep their libraries and projects (SQLite)"),
    Beginning(b"\x89PNG", "a picture (PNG)"),
    Beginning(b"\xff\xd8\xff", "a picture (JPEG)"),
    Beginning(b"GIF8", "a picture (GIF)"),
    Beginning(b"\0\0\0\0\x36\0\0\0", "a picture (BMP)", at=6),
    Beginning(b"II*\0", "a picture (TIFF)"),
    Beginning(b"MM\0*", "a picture (TIFF)"),
    Beginning(b"8BPS", "a picture (Photoshop)"),
    Beginning(b"MZ", "a program for Windows"),
    Beginning(b"\x7fELF", "a program"),
    Beginning(b"L\0\0\0\x01\x14\x02\0", "a shortcut of Windows: it only says where a file is",
              "name the file that it leads to"),
    Beginning(b"book\0\0\0\0mark", "an alias of macOS: it only says where a file is", "name the file that it leads to"),
    Beginning(b"Salted__", "encrypted (OpenSSL)", "decrypt it first"),
    Beginning(b"age-encryption.org/", "encrypted (age)", "decrypt it first"),
    Beginning(b"-----BEGIN PGP", "encrypted or signed (PGP)", "decrypt it first"),
)  # fmt: skip
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")
_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE | re.DOTALL
)


def of(head: bytes) -> Beginning | None:
    """The kind of a document, archive, picture, program, pointer or encrypted file that begins with `head`; None of
    any other.

    >>> of(b"%PDF-1.7").what
    'a PDF document'
    """
    return next((kind for kind in _SIGNATURES if _begins(head, kind)), None)


def _begins(head: bytes, kind: Beginning) -> bool:
    if not head.startswith(kind.start, kind.at):
        return False
    words = len(kind.start) < 4 and kind.start.isalnum()  # a text may begin with these letters
    return not words or _CONTROL.search(head[:512]) is not None


def web_page(head: bytes) -> bool:
    """Whether a file that begins with `head` is HTML, as servers answer it in place of a file."""
    return _WEB_PAGE.match(head) is not None
