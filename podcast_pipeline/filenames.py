"""Which program made a file, told by its name: what editors, operating systems and programs that synchronise folders
put beside the files of people.

No file of a show is called so: its names are lower-case letters, digits and hyphens. The names are those that the
programs document: macOS (AppleDouble, Finder, iCloud Drive), Windows (Explorer, Office), Dropbox, OneDrive, Google
Drive, Nextcloud and ownCloud, Syncthing, Resilio Sync, Synology, vim, Emacs, LibreOffice, git and patch.
"""

from __future__ import annotations

import re
import unicodedata

_MADE = tuple(
    (re.compile(pattern, re.IGNORECASE), maker)
    for pattern, maker in (
        (r"\._.+", "macOS keeps there what the disk cannot hold of the file without ._"),
        (r"\.(DS_Store|localized|Spotlight-V100|Trashes|fseventsd)|Icon\r?", "macOS made it"),
        (r"\..+\.icloud", "iCloud has not downloaded it: open the folder in the Finder and download it"),
        (r"(ehthumbs|thumbs)\.db|desktop\.ini|\$RECYCLE\.BIN", "Windows made it"),
        (r"~\$.+", "Office keeps it while the document is open"),
        (r"\.~lock\..+#", "LibreOffice keeps it while the document is open"),
        (r"\..+\.sw[a-p]", "vim keeps it while the file is open"),
        (r"\.#.+|#.+#|.+~", "an editor keeps it beside the file"),
        (r".+[\s_(-]conflict(ed)?[\s_-]copy.*|.*\(.*(conflicted copy|in Konflikt|copie en conflit).*\).*",
         "a copy that a program made of two versions"),
        (r".+[._]sync-conflict-.+|.+[._-]conflict([-.]\d.*)?\.\w+", "a copy that a program made of two versions"),
        (r"[.~]syncthing[.~].+|.+\.!sync|.+\.(part|partial|crdownload|download)|\.nfs[0-9a-f]+",
         "a program has not finished it"),
        (r"@eaDir|#recycle|\.directory|\.stfolder|\.stversions|\.dropbox(\.\w+)*", "a program made it"),
        (r".+[ ]\(\d+\)(\.\w+)?|.+[ ]\d+\.\w+", "a second copy of a file of that name"),
        (r"(copy of|kopie von|copie de) .+|.+( -)? \(?(copy|kopie|copie)\)?( ?\(?\d+\)?)?(\.\w+)?", "a copy of a file"),
        (r".+_(BACKUP|BASE|LOCAL|REMOTE)_\d+(\.\w+)?|.+\.(orig|rej|bak|old|tmp)", "git or an editor left it"),
    )
)  # fmt: skip
_OWN = re.compile(r"[a-z0-9-]+(\.(toml|json))?")
"""How a show calls its files and folders: whatever such a name reads like, a person may have chosen it."""
_HOST = re.compile(r"[a-z0-9.-]+-(?=[^.]*[A-Z])[A-Za-z0-9-]+(\.\w+)?")
"""What OneDrive puts behind the name of a file that it holds twice: that of the computer, -DESKTOP-A1B2C3."""
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)


def made_by(name: str) -> str:
    """How a file of this name comes about where no person made it, in words; "" where one may have.

    >>> made_by("._alex-example.toml")
    'macOS keeps there what the disk cannot hold of the file without ._'
    >>> made_by("alex-example.toml")
    ''
    """
    if _OWN.fullmatch(name):
        return ""
    for pattern, maker in _MADE:
        if pattern.fullmatch(name):
            return maker
    return "a copy that OneDrive made of two versions" if _HOST.fullmatch(name) else ""


def copy_of(name: str, stem: str) -> bool:
    """Whether `name` is of a file that another program made of one called `stem` with any suffix.

    >>> copy_of("alex-example (1).toml", "alex-example"), copy_of("alex-example-smith (1).toml", "alex-example")
    (True, False)
    """
    own = rf"(?<![a-z0-9-]){re.escape(stem)}(?![a-z0-9]|-[a-z0-9])"
    return re.search(own, name) is not None and bool(made_by(name))


def fault(name: str) -> str:
    """Why a computer with Windows cannot hold a file or folder called so; "" where it can.

    Its devices are called so, with any suffix; dots and spaces at the end are dropped; nine characters are its own.
    """
    if name.split(".")[0].rstrip(" ").casefold() in _DEVICES:
        return f'Windows calls a device "{name.split(".")[0]}", and holds no file of this name'
    if name.endswith((".", " ")):
        return "Windows drops a dot or space at the end of a name"
    if signs := sorted(set(name) & set('<>:"\\|?*')):
        return f"Windows allows no {' '.join(signs)} in a name"
    return ""


def alike(name: str) -> str:
    """What is equal of two names that one file may have: macOS splits ü into u and two dots, Linux keeps both.

    Capitals count, as on Linux.
    """
    return unicodedata.normalize("NFC", name)
