"""Whether a directory is on a network file system: SQLite's log is shared memory, which ends at the machine."""

from __future__ import annotations

import os
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")  # of Linux; elsewhere nothing tells without running a program

_NETWORK = {
    "9p", "afs", "beegfs", "ceph", "cifs", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2",
    "orangefs", "smb3", "smbfs",
}  # fmt: skip
_FUSE = {"ceph", "gcsfuse", "glusterfs", "goofys", "juicefs", "mountpoint-s3", "rclone", "s3fs", "sshfs"}


def network_type(directory: Path) -> str | None:
    """Return the type of the network file system that *directory* is on, or is to be made on; None if on none."""
    try:
        while not directory.exists():
            directory = directory.parent
        device = directory.stat().st_dev
        found = type_of(device, MOUNTS.read_text("utf-8", "replace"))
    except (OSError, ValueError):
        return None
    kind, _, inner = found.partition(".")
    return found if kind in _NETWORK or (kind == "fuse" and inner in _FUSE) else None


def type_of(device: int, mounts: str) -> str:
    """Return the type of the file system on *device* as the kernel's table of *mounts* says; empty if it does not."""
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in mounts.splitlines():
        where, _, what = line.partition(" - ")
        if where.split(" ")[2:3] == [wanted]:
            return what.partition(" ")[0]
    return ""
