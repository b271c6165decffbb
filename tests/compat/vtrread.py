#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""vtrread.py FILE: print a .vtr trace, one row a line.

Written from doc/TRACE-FORMAT.md alone, with the standard library and the zstd
program, to prove that the page is enough.  It checks every checksum, the
digest chain, the order of blocks, the numbers of events and the INDEX, and
stops at the first thing that is wrong.
"""
import hashlib
import os
import struct
import subprocess
import sys
import zlib

sys.dont_write_bytecode = True
import vtrmodel

MASK = (1 << 64) - 1
SIZES = {0: 1, 1: 2, 2: 4, 3: 8}
ZSTD = ["zstd", "-q", "-d", "-c"]
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../lib/trace/")
DICTIONARY, PRIMER = DATA + "dictionary-1", DATA + "primer-1"


class Cursor:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise ValueError("too short")
        self.at += n
        return self.data[self.at - n:self.at]

    def u8(self):
        return self.take(1)[0]

    def u16(self):
        return struct.unpack("<H", self.take(2))[0]

    def u32(self):
        return struct.unpack("<I", self.take(4))[0]

    def u64(self):
        return struct.unpack("<Q", self.take(8))[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 127) << shift
            shift += 7
            if not byte & 128:
                return value

    def rest(self):
        return self.take(len(self.data) - self.at)


def unzigzag(z):
    return (z >> 1) ^ (MASK if z & 1 else 0)


def inflate(codec, raw_length, stored):
    if codec == 1:
        stored = subprocess.run(ZSTD, input=stored, check=True, stdout=subprocess.PIPE).stdout
    elif codec == 2:
        stored = subprocess.run(ZSTD + ["-D", DICTIONARY], input=b"\x28\xb5\x2f\xfd" + stored,
                                check=True, stdout=subprocess.PIPE).stdout
    if len(stored) != raw_length:
        raise ValueError("a frame of another length")
    return stored


def unpack(body):
    c = Cursor(body)
    codec, length = c.u8(), c.varint()
    return Cursor(inflate(codec, length, c.rest()))


def planes(c, b, n):
    parts = [c.take(n) for _ in range(b)]
    return [sum(p[i] << (8 * k) for k, p in enumerate(parts)) for i in range(n)]


def bit_numbers(c, n, bits):
    how, base = c.u8(), unzigzag(c.varint())
    steps, shift = how & 1, how >> 1
    values = [base] if steps else []
    widths = numbers(c, n - len(values))
    at = 8 * c.varint()
    stream = int.from_bytes(bits, "little")
    for width in widths:
        x = 0
        if width:
            x = 1 << (width - 1) | stream >> at & ((1 << (width - 1)) - 1)
            at += width - 1
        if steps:
            base = (base + (unzigzag(x) << shift)) & MASK
        values.append(base if steps else (base + (x << shift)) & MASK)
    return values


def like(c, n, bits, peers):
    values = list(peers[c.u8()])
    codes = numbers(c, n)
    e = c.varint()
    others = iter(numbers(c, e, bits) if e else [])
    return [next(others) if code else v for code, v in zip(codes, values)]


def numbers(c, n, bits=b"", peers=None):
    encoding = c.u8()
    if encoding == 6:
        return bit_numbers(c, n, bits)
    if encoding == 7:
        return like(c, n, bits, peers)
    if encoding == 0:
        return [unzigzag(c.varint())] * n
    if encoding in (1, 5):
        b, base = c.u8(), unzigzag(c.varint())
        values = [(base + v) & MASK for v in planes(c, b, n)]
        if encoding == 5:
            e = c.varint()
            positions = numbers(c, e)
            for position, value in zip(positions, numbers(c, e)):
                values[position] = value
        return values
    if encoding == 2:
        b, value = c.u8(), unzigzag(c.varint())
        values = [value]
        for step in planes(c, b, n - 1):
            value = (value + unzigzag(step)) & MASK
            values.append(value)
        return values
    if encoding == 3:
        d = c.varint()
        values = numbers(c, d)
        return [values[code] for code in numbers(c, n)]
    if encoding == 4:
        r = c.varint()
        values = numbers(c, r)
        out = []
        for value, length in zip(values, numbers(c, r)):
            out += [value] * length
        if len(out) != n:
            raise ValueError("runs of another length")
        return out
    raise ValueError("unknown encoding")


def strings(c, n, frame, bits):
    codes = numbers(c, n, bits)
    m = c.varint()
    lengths = numbers(c, m, bits)
    at, values = c.varint(), []
    for length in lengths:
        values.append(frame[at:at + length])
        at += length
    out, used = [], 0
    for code in codes:
        if code == 0:
            out.append(b"")
        elif code == 1:
            out.append(values[used])
            used += 1
        else:
            out.append(values[code - 2])
    return out


def column(c, n, ctype, frames, bits, peers):
    shape = c.u8()
    if shape == 0:
        return [b""] * n
    if shape in (2, 3):
        return strings(c, n, frames(shape - 1), bits)
    bitmap = c.take((n + 7) // 8) if shape == 0x11 else b"\xff" * ((n + 7) // 8)
    size = SIZES[ctype]
    found = [v & ((1 << 8 * size) - 1) for v in numbers(c, n, bits, peers)]
    peers[len(peers) - 1] = found
    values = [v.to_bytes(size, "little") for v in found]
    return [v if bitmap[i // 8] >> i % 8 & 1 else b"" for i, v in enumerate(values)]


class Trace:
    def __init__(self, out):
        self.out = out
        self.kinds = {}
        self.digest = bytes(32)
        self.number = 0
        self.model = None
        self.last = 8  # type of the block before
        self.sealed = set()

    def line(self, *words):
        self.out.write(" ".join(str(w) for w in words) + "\n")

    def begin(self, at):
        """A segment."""
        self.digest, self.number = bytes(32), 0
        self.start, self.next_event, self.lost = at, 1, 0
        self.found, self.totals, self.losses = [], {}, [0, 0]

    def order(self, kind):
        """Section 1: INDEX, SEAL, TRAILER at the end and nothing after them but a META."""
        after = {6: 7, 7: 8, 8: 1}
        if after.get(self.last, kind) != kind or (kind in (1, 7, 8) and after.get(self.last) != kind):
            raise ValueError("a block of type %d after one of type %d" % (kind, self.last))
        self.last = kind

    def index(self, c, version):
        """Section 7: the entries and totals of the blocks that were met."""
        entries, totals, at, first, ts, ident = [], {}, 0, 1, 0, 0
        for _ in range(c.varint()):
            kind, offset, rest = c.u8(), c.varint(), [0, 0, 0, 0]
            if version == 1 or kind in (3, 4):
                rest = [c.varint() for _ in range(4)]
            if version > 1:
                offset = at = at + offset
                if kind in (3, 4):
                    rest[1] = (first + unzigzag(rest[1])) & MASK
                    rest[2] = (rest[2] + (ts if kind == 4 else 0)) & MASK
                    rest[3] = (rest[3] + rest[2]) & MASK
                if kind == 4:
                    first, ts = rest[1] + rest[0], rest[3]
            entries.append((kind, offset, *rest))
        for _ in range(c.varint()):
            ident = c.varint() + (ident if version > 1 else 0)
            totals[ident] = c.varint()
            ident += 1
        met = [] if len(self.found) > 1 << 20 else [
            e for e in self.found if e[0] != 5 or any(t[0] == 5 for t in entries)]
        if entries != met or totals != self.totals or [c.varint(), c.varint()] != self.losses:
            raise ValueError("the index tells of other blocks")

    def numbered(self, first, count):
        """Section 8: every number in order, but for events told as lost of the file."""
        if not self.next_event <= first <= self.next_event + self.lost:
            raise ValueError("events from %d on where %d comes next" % (first, self.next_event))
        self.next_event, self.lost = first + count, 0

    def meta(self, c):
        for _ in range(c.varint()):
            key = c.take(c.varint()).decode()
            self.line("meta", key, c.take(c.varint()).decode())

    def schema(self, c):
        for _ in range(c.varint()):
            ident, ncols = c.u16(), c.u8()
            name = c.take(c.u8()).decode()
            cols = []
            for _ in range(ncols):
                ctype, _flags = c.u8(), c.u8()
                cols.append((c.take(c.u8()).decode(), ctype))
            self.kinds[ident] = (name, cols)

    def directory(self, c):
        """The kinds, whether in lists, and the frames as (codec, raw length, stored bytes)."""
        nkinds, nframes = c.u16(), c.u16()
        lists = nkinds & 0x8000
        if lists:
            nkinds &= 0x7fff
            codec, raw = c.u8(), c.varint()
            d = Cursor(inflate(codec, raw, c.take(c.varint())))
            kinds = list(zip(*[numbers(d, nkinds) for _ in range(4)]))
            heads = list(zip(*[numbers(d, nframes) for _ in range(3)]))
        else:
            kinds = [[c.varint() for _ in range(4)] for _ in range(nkinds)]
            heads = [(c.u8(), c.varint(), c.varint()) for _ in range(nframes)]
        return kinds, lists, [(codec, raw, c.take(length)) for codec, raw, length in heads]

    def modelled(self, model, count, kinds, stored):
        """Rows by the model (section 11): as (id, time, thread, cpu, flags, sequence number, values)."""
        codec, raw, frame = stored
        if codec != 3 or count > 8192:
            raise ValueError("not by the model")
        known = []
        for ident, _n, ncols, where in kinds:
            cols = self.kinds[ident][1]
            if len(cols) != ncols or where != 0:
                raise ValueError("another number of columns")
            known.append((ident, [(name.encode(), SIZES.get(ctype, 0)) for name, ctype in cols]))
        reader, before = vtrmodel.Rows(model, known, frame), len(model.strings)
        rows = [reader.row() for _ in range(count)]
        if sum(len(s) for s in model.strings[before:]) != raw:
            raise ValueError("strings of another length")
        if [sum(r[0] == k[0] for r in rows) for k in kinds] != [k[1] for k in kinds]:
            raise ValueError("another number of rows")
        return rows

    def columned(self, count, kinds, lists, stored):
        """Rows as columns (section 4), in the same form."""
        cache = {}

        def frame(i):
            if i not in cache:
                cache[i] = inflate(*stored[i])
            return cache[i]

        bits = frame(4) if lists else b""
        order = Cursor(frame(0))
        heads = list(zip(*[numbers(order, count, bits) for _ in range(6)]))
        groups, shared = [], Cursor(frame(3))
        for ident, n, ncols, where in kinds:
            g = Cursor(shared.take(shared.varint()) if where == 3 else frame(where))
            nvalues = numbers(g, n, bits)
            cols = self.kinds[ident][1]
            if len(cols) != ncols:
                raise ValueError("another number of columns")
            values, peers = [], []
            for _name, ctype in cols:
                peers.append(None)
                values.append(column(g, n, ctype, frame, bits, peers))
            groups.append(iter(list(zip(nvalues, *values))))
        rows = []
        for which, *head in heads:
            nvalues, *values = next(groups[which])
            rows.append((kinds[which][0], *head, values[:nvalues]))
        return rows

    def primed(self):
        """A copy of what the model learns from the primer."""
        if not self.model:
            with open(DICTIONARY, "rb") as f:
                self.model = vtrmodel.Model(f.read())
            with open(PRIMER, "rb") as f:
                c = Cursor(f.read())
            other = Trace(None)
            other.schema(Cursor(c.take(c.varint())))
            count = c.u32()
            c.take(28)
            kinds, _lists, stored = other.directory(c)
            other.modelled(self.model, count, kinds, stored[0])
        return self.model.copy()

    def rows(self, c, events):
        count, _lost, first = c.u32(), c.u32(), c.u64()
        ts, high = c.u64(), c.u64()
        self.found.append((4 if events else 3, self.at, count, first, ts, high))
        if events:
            self.numbered(first, count)
        kinds, lists, stored = self.directory(c)
        if lists and len(stored) == 1:
            rows = self.modelled(self.primed(), count, kinds, stored[0])
        else:
            rows = self.columned(count, kinds, lists, stored)
        for kind in kinds:
            self.totals[kind[0]] = self.totals.get(kind[0], 0) + kind[1]
        last, times = {}, []
        recorded = any(row[5] & 0xffffffff != 0xffffffff for row in rows)
        for i, (ident, step, tid, cpu, flags, seq, values) in enumerate(rows):
            ts = (ts + unzigzag(step)) & MASK
            times.append(ts)
            number = 0
            if recorded:
                number = last[cpu] = (last.get(cpu, 0) + 1 + seq) & 0xffffffff
            tid = tid - (1 << 64) if tid >> 63 else tid
            head = ["event", first + i, ts, tid, cpu, flags & 0xff, number] if events else ["snap"]
            self.line(*head, self.kinds[ident][0], ident, *[v.hex() or "-" for v in values])

        if events and (min(times), max(times)) != self.found[-1][4:]:
            raise ValueError("events of other times than the head says")

    def block(self, kind, body, version):
        c = Cursor(body)
        if kind == 1:
            self.kinds = {}
            self.meta(unpack(body))
        elif kind == 2:
            self.found.append((2, self.at, 0, 0, 0, 0))
            self.schema(unpack(body))
        elif kind in (3, 4):
            self.rows(c, kind == 4)
        elif kind == 5:
            told = c.u64(), c.u64(), c.u64(), c.u32(), c.u32()
            self.found.append((5, self.at, 0, 0, 0, 0))
            if not 16 <= told[4] < 256:
                self.losses = [self.losses[0] + 1, self.losses[1] + told[2]]
            self.lost += told[2] if told[4] == 256 else 0
            self.line("loss", *told, *[n for n in [c.u32() if c.at < len(body) else 0] if n])
        elif kind == 6:
            self.index_at = self.at
            self.index(unpack(body), version)
        elif kind == 7:
            if c.u64() != self.number or (c.u64(), c.take(32))[1] != self.before:
                raise ValueError("the seal is over other blocks")
            if self.before in self.sealed:
                raise ValueError("the same segment again")
            self.sealed.add(self.before)
        elif kind == 8 and (c.u64(), c.u64()) != (self.index_at, self.at + 64 + len(body)):
            raise ValueError("the trailer tells other places")

    def read(self, data):
        at = 0
        while at < len(data):
            head = data[at:at + 64]
            if len(head) < 64 or head[:4] != b"VTRB":
                raise ValueError("no block at %d" % at)
            kind, version, _flags, length, bodysum, number = struct.unpack("<BBHIIQ", head[4:24])
            body = data[at + 64:at + 64 + length]
            self.order(kind)
            if kind == 1:
                self.begin(at)
            self.at = at - self.start
            if (zlib.crc32(head[:60]) != struct.unpack("<I", head[60:])[0] or version not in (1, 2) or
                    len(body) != length or zlib.crc32(body) != bodysum or number != self.number):
                raise ValueError("damaged block at %d" % at)
            self.before = self.digest
            self.digest = hashlib.blake2b(self.digest + head[:24] + body, digest_size=32).digest()
            if self.digest != head[24:56]:
                raise ValueError("modified block at %d" % at)
            self.block(kind, body, version)
            self.number += 1
            at += 64 + length
        if self.last != 8:
            raise ValueError("the end is missing")


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as f:
        Trace(sys.stdout).read(f.read())
