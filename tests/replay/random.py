#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""random.py SEED: events at random for `vestige asm`, of a few processes that
share, copy and inherit descriptors, end, and come again under old numbers; and
whole lives among them, some of which somebody looks into."""
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
        self.makers = []
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
                    "signaldeliver", "prlimit res=0", "accept fd=%d" % self.fd(), "setsid res=0", self.talk())

    def talk(self):
        """What becomes of connections."""
        fd = self.fd()
        return self.dice.of(
            "listen fd=%d" % fd, "bind fd=%d addr=127.0.0.1:0" % fd,
            "accept fd=%d tuple=127.0.0.1:9->127.0.0.1:%d" % (fd, 80 + self.dice.below(3)),
            "connect fd=%d res=-ECONNREFUSED addr=192.0.2.1:80" % fd,
            "connect fd=%d res=-EINPROGRESS tuple=192.0.2.9:4000->192.0.2.1:80" % fd,
            "getsockopt fd=%d level=SOL_SOCKET optname=SO_ERROR val=1:%s" % (
                fd, self.dice.of("0", "-ECONNREFUSED")))

    def birth(self, tid, maker):
        """Told by either side or both, in either order."""
        d = self.dice
        flags = d.of("", "", "", "", " flags=CLONE_VFORK|CLONE_VM", " flags=CLONE_FILES",
                     " flags=CLONE_NEWPID", " flags=CLONE_THREAD|CLONE_FILES|CLONE_VM")
        caller = (maker, "clone res=%d%s" % (tid, flags))
        child = (tid, "clone res=0 ptid=%d pid=%d%s%s" % (
            maker, tid, flags, d.of("", "", "", " vpid=7 vtid=7")))
        return d.of([caller, child], [caller, child], [child, caller], [caller], [child], [])

    def deed(self, tid):
        """What one does to oneself, or more seldom what concerns others."""
        d = self.dice
        me = "execve res=0 exe=/usr/bin/y comm=y pid=%d ptid=%d trusted_exepath=/usr/bin/y" % (
            tid, d.of(*self.tids))
        if d.below(30) == 0:
            return d.of("prctl res=0 option=PR_SET_CHILD_SUBREAPER arg2_int=1",
                        "prlimit res=0 pid=%d resource=RLIMIT_NOFILE newcur=%d" % (
                            d.of(*self.tids), d.below(99)),
                        "pidfd_getfd res=5 pid_fd=3 target_fd=4")
        return d.of(me, "chdir res=0 path=/e%d" % d.below(4), "fchdir fd=%d" % self.fd(),
                    "setuid res=0 uid=%d" % d.below(9), "setsid res=%d" % tid,
                    "prlimit res=0 pid=0 resource=RLIMIT_NOFILE newcur=%d" % d.below(99),
                    "dup2 oldfd=%d res=%d" % (self.fd(), self.fd()),
                    "openat /g%d fd=%d" % (d.below(5), self.fd()), "close fd=%d" % self.fd(),
                    "access /etc", "signaldeliver", "chroot res=0 path=/r")

    def life(self, depth=0):
        """Begin, deeds, perhaps lives of children, and mostly the end."""
        d = self.dice
        tid = self.next
        self.next += 1
        lines = self.birth(tid, self.makers[-1] if depth else d.of(*self.tids))
        self.makers.append(tid)
        for _ in range(d.below(9)):
            lines.append((tid, self.deed(tid)))
        if depth < 3 and d.below(4) == 0:
            lines += self.life(depth + 1)
            lines += [(tid, self.deed(tid)) for _ in range(d.below(4))]
        self.makers.pop()
        if d.below(12) == 0:
            lines.insert(d.below(len(lines) + 1), (d.of(*self.tids), d.of(
                "execve res=0 exe=/usr/bin/z comm=z pid=%d ptid=%d" % (tid, tid),
                "clone res=0 ptid=%d" % tid, "procexit reaper_tid=%d" % tid,
                "prlimit res=0 pid=%d resource=RLIMIT_NOFILE newcur=3" % tid)))
        if d.below(12):
            lines.append((tid, "procexit"))
        if d.below(20) == 0:
            lines.append((tid, "access /etc"))
        if d.below(20) == 0:
            self.next -= 1      # the number comes again
        return lines

    def put(self, tid, line):
        """asm wants the maker of a child known: 900 is, others mostly."""
        if line.startswith("clone res=0"):
            maker = [w for w in line.split() if w.startswith("ptid=")][0]
            if int(maker[5:]) not in self.known:
                line = line.replace(maker, "ptid=900")
        if line.startswith(("procexit", "clone res=%d" % tid)):
            self.known.discard(tid)
        elif line.startswith("execve"):
            self.known = {tid, 900}
        elif not line.startswith(("clone", "prlimit")):
            self.known.add(tid)
        print(tid, line)

    def tell(self, events):
        for pid in self.tids + [900]:
            print("proc %d exe=/usr/bin/p%d" % (pid, pid))
        self.known = {900}
        under_way = []
        lives = self.dice.of(0, 10, 30)
        for _ in range(events):
            if self.dice.below(100) < lives and len(under_way) < 4:
                under_way.append(self.life())
            under_way = [lines for lines in under_way if lines]
            if under_way and self.dice.below(3):
                lines = under_way[self.dice.below(len(under_way))]
                self.put(*lines.pop(0))
                continue
            tid = self.dice.of(*(self.tids[-self.few:] if self.dice.below(9) else self.tids))
            self.put(tid, self.event())


Story(int(sys.argv[1])).tell(2600)
