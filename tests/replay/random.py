#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""random.py SEED: events at random for `vestige asm`, of a few processes that
share, copy and inherit descriptors, end, and come again under old numbers."""
import sys


class Dice:
    def __init__(self, seed):
        self.state = seed * 0x9e3779b97f4a7c15 + 1

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.state >> 33) % n

    def of(self, *choices):
        return choices[self.below(len(choices))]


class Story:
    def __init__(self, seed):
        self.dice = Dice(seed)
        # 150 and 214 have one place in tables of 64
        self.tids = [100, 110, 120, 130, 140, 150, 164, 214]
        self.next = 300
        self.busy = self.dice.of(2, 5, 8)
        self.few = self.dice.of(2, 4, 8)

    def fd(self):
        return self.dice.of(3, 3, 3, 4, 4, 4, 5, 5, 6, 63, 64, 200)

    def clone(self):
        new = self.dice.of(self.next, *self.tids[-3:])
        if new == self.next:
            self.next += 1
            self.tids.append(new)
        return "clone res=%d%s" % (new, self.dice.of(
            "", "", " flags=CLONE_THREAD|CLONE_FILES|CLONE_VM", " flags=CLONE_FILES"))

    def event(self):
        d = self.dice
        if d.below(10) < self.busy:
            return d.of("access /etc", "read size=3", "write size=5")
        kind = d.below(40)
        if kind < 10:
            return "openat /f%d fd=%d%s" % (d.below(5), self.fd(), d.of(
                "", " flags=O_DIRECTORY", " dirfd=%d" % self.fd()))
        if kind < 18:
            return "close fd=%d%s" % (self.fd(), d.of("", "", " res=-9"))
        if kind < 22:
            return self.clone()
        if kind < 26:
            return "procexit"
        if kind == 26:
            return "clone res=0 ptid=900"
        if kind == 27:
            return "execve res=%d exe=/usr/bin/x comm=x pid=%d ptid=%d trusted_exepath=/usr/bin/x" % (
                d.of(0, 0, -2), d.of(*self.tids), d.of(*self.tids))
        if kind < 31:
            return "dup2 oldfd=%d res=%d" % (self.fd(), self.fd())
        return d.of("socket domain=AF_INET type=1 fd=%d" % self.fd(),
                    "pidfd_open res=%d pid=%d" % (self.fd(), d.of(*self.tids)),
                    "pidfd_getfd res=%d pid_fd=%d target_fd=%d" % (self.fd(), self.fd(), self.fd()),
                    "fchdir fd=%d" % self.fd(), "chdir res=0 path=/d%d" % d.below(4),
                    "signaldeliver", "prlimit res=0", "accept fd=%d" % self.fd(), "setsid res=0")

    def tell(self, events):
        for pid in self.tids + [900]:
            print("proc %d exe=/usr/bin/p%d" % (pid, pid))
        for _ in range(events):
            tid = self.dice.of(*(self.tids[-self.few:] if self.dice.below(9) else self.tids))
            print(tid, self.event())


Story(int(sys.argv[1])).tell(2600)
