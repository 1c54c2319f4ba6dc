"""Writes a file system with this machine's Python and all that it stands on, as a tar: what an image of it needs."""

import os
import sys
import sysconfig

from system import libraries, link, tar

LEFT_OUT = {"__pycache__", "test", "tests", "site-packages", "dist-packages", "idlelib", "ensurepip", "tkinter"}

program = os.path.realpath(sys.executable)
library = os.path.realpath(sysconfig.get_path("stdlib"))
binaries = [program]


def wanted(entry):
    name = os.path.basename(entry.name)
    if name in LEFT_OUT or name.startswith("config-"):
        return None
    if name.endswith(".so"):
        binaries.append("/" + entry.name)
    return entry


tar.add(program)
tar.add(library, filter=wanted)
libraries(binaries)
link("usr/local/bin/python", program)
link("usr/local/bin/python3", program)
tar.close()
