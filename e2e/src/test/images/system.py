"""What images of this machine's own programs are made of: a file system, as a tar on standard output."""

import os
import re
import subprocess
import sys
import tarfile

tar = tarfile.open(fileobj=sys.stdout.buffer, mode="w|", dereference=True)


def libraries(binaries, beside=()):
    """Adds what these need, but for what is in the folders beside them."""
    needed = subprocess.run(["ldd", *binaries], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    for file in sorted(set(re.findall(r"(/\S+) \(0x", needed))):
        if not os.path.realpath(file).startswith(tuple(folder + "/" for folder in beside)):
            tar.add(file)


def link(name, target):
    entry = tarfile.TarInfo(name)
    entry.type = tarfile.SYMTYPE
    entry.linkname = target
    tar.addfile(entry)


def folder(name, mode, user=0):
    entry = tarfile.TarInfo(name)
    entry.type = tarfile.DIRTYPE
    entry.mode = mode
    entry.uid = entry.gid = user
    tar.addfile(entry)
