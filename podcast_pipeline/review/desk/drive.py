"""Where a folder lies: on a network drive neither locks nor a finished write can be relied on."""

from __future__ import annotations

import re
from pathlib import Path

NETWORK = frozenset({
    "9p", "afs", "ceph", "cifs", "coda", "davfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs",
    "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "virtiofs",
})  # fmt: skip
MOUNTS = Path("/proc/self/mountinfo")


def network(path: Path, mounts: Path = MOUNTS) -> str:
    """The kind of network drive that `path` lies on; "" for a local one, and where the system does not tell."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    mount, kind, own = Path("/"), "", path.resolve()
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        place = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4]))
        # Of several mounts on one place the last one is seen.
        if own.is_relative_to(place) and len(place.parts) >= len(mount.parts):
            mount, kind = place, after.split(" ")[0]
    return kind if kind in NETWORK else ""
