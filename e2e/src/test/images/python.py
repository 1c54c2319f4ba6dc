"""Writes a file system with this machine's Python and all that it stands on, as a tar: what an image of it needs."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile

LEFT_OUT = {"__pycache__", "test", "tests", "site-packages", "dist-packages", "idlelib", "ensurepip", "tkinter"}

program = os.path.realpath(sys.executable)
library = os.path.realpath(sysconfig.get_path("stdlib"))
tar = tarfile.open(fileobj=sys.stdout.buffer, mode="w|", dereference=True)
binaries = [program]


def wanted(entry):
    name = os.path.basename(entry.name)
    if name in LEFT_OUT or name.startswith("config-"):
        return None
    if name.endswith(".so"):
        binaries.append("/" + entry.name)
    return entry


def link(name, target):
    entry = tarfile.TarInfo(name)
    entry.type = tarfile.SYMTYPE
    entry.linkname = target
    tar.addfile(entry)


tar.add(program)
tar.add(library, filter=wanted)
needed = subprocess.run(["ldd", *binaries], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
for file in sorted(set(re.findall(r"(/\S+) \(0x", needed))):
    tar.add(file)
link("usr/local/bin/python", program)
link("usr/local/bin/python3", program)
tar.close()
