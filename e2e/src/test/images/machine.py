"""Writes a file system with a JDK, a PostgreSQL, this machine's NATS and a shell, as a tar.

Usage: machine.py JAVA_HOME POSTGRES
"""

import glob
import io
import os
import shutil
import sys
import tarfile

from system import folder, libraries, link, tar

LEFT_OUT = {"jmods", "src.zip", "ct.sym", "man", "include", "legal"}
USERS = b"root:x:0:0::/:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\n"


def wanted(entry):
    name = os.path.basename(entry.name)
    # The JVM's own cache of classes is there for each way of it to hold objects.
    return None if name in LEFT_OUT or name.endswith(".jsa") and not name.endswith("classes_coh.jsa") else entry


def program(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/bin:/bin")
    if found is None:
        sys.exit(f"there is no {name}")
    return os.path.realpath(found)


java, postgres = (os.path.realpath(path) for path in sys.argv[1:])
nats = program("nats-server")

folder("tmp", 0o1777)
folder("var/lib/postgresql", 0o755)
folder("var/lib/postgresql/data", 0o700, user=999)
users = tarfile.TarInfo("etc/passwd")
users.size = len(USERS)
tar.addfile(users, io.BytesIO(USERS))
tar.add(program("busybox"), "bin/busybox")
link("bin/sh", "busybox")
tar.add(nats, "nats-server")
tar.add(java, filter=wanted)
link("usr/local/bin/java", java + "/bin/java")
# Libraries have several names there.
tar.dereference = False
tar.add(postgres, "opt/postgres")
tar.dereference = True
binaries = [nats, java + "/bin/java", *glob.glob(java + "/lib/**/*.so", recursive=True)]
binaries += glob.glob(postgres + "/bin/*")
tar.add("/usr/lib/locale/C.utf8")
libraries(binaries, beside=(java, postgres))
tar.close()
