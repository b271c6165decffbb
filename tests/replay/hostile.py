# SPDX-License-Identifier: Apache-2.0
"""A trace that is small and tells of much, as text for vestige asm: up to the
brink of MACHINE_TEXTS_MAX (machine.h), then by turns over and below it, then
by so many processes of 2 MB each beyond."""

import sys


def text(letter, number, size):
    return letter * (size - 8) + "%08d" % number


print("proc 1 exe=/sbin/init")
# An argument is there twice, alone and in the command line.
for i in range(134):
    print(f"1 spawn {100 + i} /bin/x args={text('A', i, 1000000)}")
print(f"1 spawn 300 /bin/x args={text('F', 0, 60000)}")
# What follows lies in blocks of its own, each with more rows than it takes to
# look for what nobody needs.
print("1 access /etc\n" * 70000, end="")
for i in range(30):
    # Who ends at once takes the room of the other, unless it is left out.
    print(f"1 spawn {5000 + i} /bin/y args={text('B', i, 100000)}")
    print(f"1 spawn {6000 + i} /bin/z args={text('C', i, 100000)}")
    print(f"{5000 + i} procexit")
    print(f"{6000 + i} " + ("procexit" if i % 2 else "access /c"))
    print("1 access /etc\n" * 300, end="")
for i in range(int(sys.argv[1])):
    print(f"1 spawn {1000 + i} /bin/x args={text('D', i, 1000000)}")
print("1 access /etc")
