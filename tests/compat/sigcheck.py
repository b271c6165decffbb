# SPDX-License-Identifier: Apache-2.0
"""Check FILE.sig from the page doc/TRACE-FORMAT.md alone: the standard library
for the message, the openssl program for Ed25519.

    sigcheck.py FILE        status 0: FILE.sig is over FILE
"""
import hashlib
import os
import struct
import subprocess
import sys
import tempfile

DER_ED25519 = bytes.fromhex("302a300506032b6570032100")  # RFC 8410, section 4

path = sys.argv[1]
head, line = open(path + ".sig").read().splitlines()
assert head == "vestige signature 1", head
raw = bytes.fromhex(line)
key, signature = raw[:32], raw[32:]
assert len(signature) == 64, len(signature)
data = open(path, "rb").read()
message = (b"vestige file signature 1\0" + struct.pack("<Q", len(data)) +
           hashlib.blake2b(data, digest_size=32).digest())

with tempfile.TemporaryDirectory() as tmp:
    def put(name, content):
        with open(os.path.join(tmp, name), "wb") as f:
            f.write(content)
        return f.name
    sys.exit(subprocess.run([
        "openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER",
        "-inkey", put("key", DER_ED25519 + key), "-in", put("message", message),
        "-sigfile", put("signature", signature)]).returncode)
