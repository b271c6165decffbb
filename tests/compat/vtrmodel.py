# SPDX-License-Identifier: Apache-2.0
"""The model of a .vtr trace's modelled bodies, for vtrread.py.

Written from section 11 of doc/TRACE-FORMAT.md alone; the names are the page's.
"""
MASK = (1 << 64) - 1
U = 0x8000000000000001
S = [22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955, 17625, 24743, 32768,
     40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269, 65374, 65438,
     65476, 65500, 65514]


def squash(x):
    a = x + 2048
    return (S[a >> 7] * (128 - (a & 127)) + S[(a >> 7) + 1] * (a & 127)) >> 7


def stretches():
    out, x = [], -2047
    for i in range(4096):
        while x < 2047 and squash(x) >> 4 < i:
            x += 1
        out.append(x)
    return out


STRETCH = stretches()
LIKELY = [min(max(squash(x), 32), 65504) for x in range(-2047, 2048)]
RATE = [655360 // (10 * seen + 12) for seen in range(21)]


def mix(h, *rest):
    for b in rest:
        h = (h ^ b * 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9 & MASK
        h ^= h >> 29
    return h


def place17(k):
    return (k * 0x94d049bb133111eb & MASK) >> 47


def zigzag(v):
    return v << 1 & MASK ^ (MASK if v >> 63 else 0)


def unzigzag(z):
    return z >> 1 ^ (MASK if z & 1 else 0)


def signed(v):
    return v - (1 << 64) if v >> 63 else v


class Model:
    """What is learnt, and the coder that reads one frame with it."""

    def __init__(self, dictionary):
        self.p, self.seen = [32768] * (1 << 20), bytearray(1 << 20)
        self.weights = [[20480] * 8 for _ in range(64)]
        self.memory = [U] * (1 << 17)
        self.text, self.H = bytearray(dictionary), [0] * (1 << 18)
        for e in range(4, len(dictionary) + 1):
            self.H[self.hash(e)] = e
        self.met = self.len = 0
        self.strings = [b""]

    def copy(self):
        m = Model(b"")
        m.p, m.seen, m.weights = self.p[:], self.seen[:], [w[:] for w in self.weights]
        m.memory, m.text, m.H = self.memory[:], self.text[:], self.H[:]
        m.met, m.len, m.strings = self.met, self.len, self.strings[:]
        return m

    def hash(self, e):
        return (int.from_bytes(self.text[e - 4:e], "little") * 0x9e3779b1 & 0xffffffff) >> 14

    def open(self, frame):
        self.low, self.high = 0, 0xffffffff
        self.frame, self.at, self.end = frame + bytes(8), 4, len(frame) + 4
        self.code = int.from_bytes(self.frame[:4], "big")
        self.left = 16384 + 400 * len(frame)

    def bit(self, s, contexts):
        p, seen, weights, low, high = self.p, self.seen, self.weights[s], self.low, self.high
        total, inputs, i = 0, [], 0
        for c in contexts:
            c = (c * 0x94d049bb133111eb & MASK) >> 44
            x = STRETCH[p[c] >> 4]
            total += x * weights[i]
            inputs.append((c, x))
            i += 1
        total >>= 16
        Q = LIKELY[2047 + total if -2047 <= total <= 2047 else 0 if total < 0 else 4094]
        span = high - low
        mid = low + (span >> 16) * Q + ((span & 65535) * Q >> 16)
        if self.code <= mid:
            bit, high, goal = 1, mid, 65535
        else:
            bit, low, goal = 0, mid + 1, 0
        while not (low ^ high) >> 24:
            low, high = low << 8 & 0xffffffff, high << 8 & 0xffffffff | 255
            self.code = self.code << 8 & 0xffffffff | self.frame[self.at]
            self.at += 1
        self.low, self.high = low, high
        miss, i = ((bit << 16) - Q >> 4) * 10, 0
        for c, x in inputs:
            weights[i] += x * miss + 32768 >> 16
            i += 1
            n = seen[c]
            p[c] += (goal - p[c]) * RATE[n] >> 16
            if n < 20:
                seen[c] = n + 1
        self.left -= 1
        if self.left < 0 or self.at > self.end:
            raise ValueError("too many bits")
        return bit

    def tree(self, s, b, contexts):
        node = 1
        for _ in range(b):
            salt, nodes = node * 0x9e3779b97f4a7c15, []
            for c in contexts:
                h = (c ^ salt) * 0xbf58476d1ce4e5b9 & MASK
                nodes.append(h ^ h >> 29)
            node = 2 * node + self.bit(s, nodes)
        return node - (1 << b)

    def get(self, k):
        return self.memory[place17(k)]

    def put(self, k, value):
        self.memory[place17(k)] = value & MASK

    def number(self, ident, x):
        last = self.get(mix(ident, 50))
        w = self.tree(8, 7, [mix(ident, 1), mix(ident, 2, last), mix(ident, 3, x), mix(4, last)])
        if w > 64:
            raise ValueError("a number too wide")
        self.put(mix(ident, 50), w)
        if w < 2:
            return w
        got = 1
        for i in range(w - 2, -1, -1):
            if i > w - 5 or w <= 10:
                bit = self.bit(9, [mix(ident, 4 + w, got), mix(9, w, got), mix(ident, 77, 64 * i + w)])
            else:
                bit = self.bit(10, [mix(ident, 78, i), mix(ident, 79, 64 * i + w)])
            got = 2 * got + bit
        return got

    def told(self, byte):
        text, met = self.text, self.met
        if met and text[met] == byte:
            self.met, self.len = met + 1, self.len + 1
        else:
            self.met = self.len = 0
        text.append(byte)
        e = len(text)
        h = self.hash(e)
        q = self.H[h]
        if not self.met and q:
            k = 0
            while k < 32 and k < q and text[q - 1 - k] == text[e - 1 - k]:
                k += 1
            if k >= 4:
                self.met, self.len = q, k
        self.H[h] = e

    def string(self, name):
        out = bytearray()
        l0 = l1 = l2 = l3 = l4 = 256
        while True:
            far = min(self.len, 15)
            if self.bit(11, [mix(name, 500, l0), mix(501, l0, l1 << 9 | l2),
                             mix(name, 502, min(len(out), 30)), mix(503, far)]):
                break
            y = self.text[self.met] if self.met else 256
            two = l1 << 9 | l0
            three = l2 << 18 | two
            byte = self.tree(14 if far > 6 else 13 if far else 12, 8, [
                mix(511, two), mix(512, three), mix(514, l4 << 36 | l3 << 27 | three),
                mix(name, 515, l0), mix(516, y << 4 | far)])
            out.append(byte)
            self.told(byte)
            l0, l1, l2, l3, l4 = byte, l0, l1, l2, l3
        self.strings.append(bytes(out))
        return len(self.strings) - 1

    def answer(self, ident, x, guesses, name=None):
        """A guess is (place in M, or None; value)."""
        values = [value for _, value in guesses]
        b = self.get(mix(ident, 7))
        b = 0 if b == U else b
        s = 1
        for i, g in enumerate(values):
            s = s << 1 | (g == U)
            for other in values[:i]:
                s = s << 1 | (g == other)
        before = (b & 4095) << 1 | (name is not None)
        right = 15
        for i, g in enumerate(values):
            if g == U or g in values[:i] or name is not None and g >= len(self.strings):
                continue
            j = mix(ident, 20 + i)
            if self.bit(i, [mix(j, 1, s), mix(j, 2, g), mix(j, 3, x), mix(21 + i, before)]):
                right = i
                break
        self.put(mix(ident, 7), b << 4 | right)
        if right < 15:
            value = values[right]
        elif name is None:
            value = self.far(ident, x, values)
        else:
            value = self.string(name)
        for where, _ in guesses:
            if where is not None:
                self.memory[where] = value
        return value

    def far(self, ident, x, values):
        usual = [self.get(mix(ident, 40 + k)) for k in range(4)]
        usual = [(160 if k else 128) if u == U else u for k, u in enumerate(usual)]
        bases = [0] + [0 if g == U else g for g in (values + [U] * 3)[:3]]
        k = usual.index(min(usual))
        value = bases[k] + unzigzag(self.number(mix(ident, 60 + k), x)) & MASK
        for k in range(4):
            w = zigzag(value - bases[k] & MASK).bit_length()
            self.put(mix(ident, 40 + k), usual[k] + (signed(16 * w - usual[k] & MASK) >> 2))
        return value

    def of(self, *k):
        """A guess that is of M."""
        where = place17(mix(*k))
        return where, self.memory[where]

    def steady(self, ident, x, c):
        return self.answer(ident, x, [self.of(ident, 2, x), (None, c), self.of(ident, 1)])


class Rows:
    """The rows of one body: kinds are (id, columns), columns (name, bytes of a number or 0)."""

    def __init__(self, model, kinds, frame):
        self.model, self.kinds, self.columns = model, kinds, dict(kinds)
        self.T0 = self.k0 = self.m = 0
        self.some = {}
        model.open(frame)

    def row(self):
        """(id, time, thread, cpu, flags, sequence number, values), as in the order frame"""
        m = self.model
        of, T0 = m.of, self.T0
        T = m.answer(3, self.k0, [(None, T0), of(1010, T0), of(1011, T0, self.k0), of(1012)])
        k1, k2, k3, f = [m.get(mix(k, T)) for k in (1001, 1002, 1003, 1004)]
        d = mix(k1, k2)
        new = self.kinds[self.m][0] if self.m < len(self.kinds) else U
        K = m.answer(1, d, [of(1020, d, k3), of(1021, d, f), of(1022, d), of(1023, k1, f), of(1024, k1),
                            (None, new)])
        self.m += K == new
        if K not in self.columns:
            raise ValueError("unknown kind")
        step = m.number(mix(2, K, T == T0), k1)
        cpu = m.steady(4, T, 0)
        flags = m.steady(5, K, 0)
        seq = m.steady(6, cpu, MASK)
        count = m.steady(7, K, len(self.columns[K]))
        if count > len(self.columns[K]):
            raise ValueError("too many values")
        v = []
        values = [self.value(K, i, k1, T, v) for i in range(count)]
        for k, x in (1001, K), (1002, k1), (1003, k2), (1004, v[0] if v else 0):
            m.put(mix(k, T), x)
        self.T0, self.k0 = T, K
        return K, step, T, cpu, flags, seq, values

    def missing(self, C):
        m, gone = self.model, 0
        if C not in self.some:
            self.some[C] = m.bit(16, [mix(C, 19), 19])
        if self.some[C]:
            gone = m.bit(16, [mix(C, 20), mix(C, 21, m.get(mix(C, 17)))])
        m.put(mix(C, 17), 1 - gone)
        return gone

    def value(self, K, i, k1, T, v):
        """Column i of a row; v are the values before it and gets this one."""
        m, columns = self.model, self.columns[K]
        text, size = columns[i]
        C = mix(8, K << 6 | i)
        if size and self.missing(C):
            v.append(0)
            return b""
        r, last = m.get(mix(C, 9)), m.get(mix(C, 10))
        name = mix(0, *text)
        x = m.answer(C, k1, [m.of(name, 11, T), (None, v[r] if r < i else U),
                             m.of(C, 12, v[i - 1] if i else 0), m.of(C, 13, k1, last), m.of(C, 10)],
                     None if size else name)
        if r >= i or v[r] != x:
            same = [j for j in range(i) if v[j] == x and (columns[j][1] > 0) == (size > 0)]
            r = same[-1] if same else r
        m.put(mix(C, 9), r)
        v.append(x)
        return x.to_bytes(8, "little")[:size] if size else m.strings[x]
