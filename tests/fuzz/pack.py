#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A folder of fuzz inputs as one file that tests/fuzz/driver.c reads, and back.

pack.py DIR FILE.set     every file of DIR, by name, each after its length (u32)
pack.py -x FILE.set DIR
"""
import os
import struct
import sys


def pack(folder, out):
    with open(out, "wb") as f:
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as g:
                body = g.read()
            f.write(struct.pack("<I", len(body)) + body)


def unpack(path, folder):
    with open(path, "rb") as f:
        data = f.read()
    at = n = 0
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        with open(os.path.join(folder, "%06d" % n), "wb") as g:
            g.write(data[at + 4:at + 4 + size])
        at += 4 + size
        n += 1


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "-x":
        unpack(sys.argv[2], sys.argv[3])
    elif len(sys.argv) == 3:
        pack(sys.argv[1], sys.argv[2])
    else:
        sys.exit(__doc__)
