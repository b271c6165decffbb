#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The verbs about trace files: exit status, and what they make of each other.
replay=./replay/vestige-replay
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

# want STATUS TEXT ARGS...: exit status, and TEXT somewhere in the output.
want()
{
	status=$1 text=$2
	shift 2
	out=$("$replay" "$@" 2>&1)
	got=$?
	if [ $got -ne "$status" ]; then
		echo "FAIL: $*: status $got, want $status: $out"
		bad=1
	fi
	case $out in
	*"$text"*) ;;
	*) echo "FAIL: $*: no '$text' in: $out"; bad=1 ;;
	esac
}

./tests/compat/dump --big "$work/big.vtr" || exit 99
./tests/compat/dump --sample "$work/sample.vtr" || exit 99
rules=$(cd "${srcdir:-.}" && pwd)/rules/vestige_rules.yaml
cd "$work" || exit 99
replay=$OLDPWD/replay/vestige-replay

want 0 "intact, " verify big.vtr
want 0 "signed by 03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8" verify sample.vtr
want 0 '"verdict":"intact"' verify --json big.vtr sample.vtr
want 0 "events       6000" info big.vtr
want 0 '"indexed":true' info --json big.vtr

want 0 "" keygen k
want 5 "is there already" keygen k
want 0 "" convert --sign k.key big.vtr signed.vtr
want 0 "signed by $(sed -n 2p k.pub)" verify --key k.pub signed.vtr
want 4 "not signed by this key" verify --key k.pub sample.vtr
want 4 "is not a vestige secret key" convert --sign k.pub big.vtr no.vtr
[ ! -e no.vtr ] || { echo "FAIL: a refused verb left a file"; bad=1; }

# a signature made later, in a file of its own
cp big.vtr late.vtr
want 4 "not signed by this key" verify --key k.pub late.vtr
want 2 "needs --key" sign late.vtr
want 2 "not standard input" sign --key k.key -
want 4 "is not a vestige secret key" sign --key k.pub late.vtr
want 4 "cannot open" sign --key k.key nothing.vtr
want 0 "" sign --key k.key late.vtr
want 5 "is there already" sign --key k.key late.vtr
want 0 "intact, " verify late.vtr
want 0 "late.vtr.sig: signed by $(sed -n 2p k.pub)" verify --key k.pub late.vtr
want 0 '"good":true' verify --json late.vtr
want 0 "" keygen other
want 4 "not signed by this key" verify --key other.pub late.vtr
want 0 "" convert sample.vtr late.vtr
want 4 "modified, " verify late.vtr
want 4 "not over these bytes" verify --key k.pub late.vtr
want 4 '"good":false' verify --json late.vtr
echo "vestige signature 1" >late.vtr.sig
want 4 "is not a vestige signature" verify late.vtr
want 4 "late.vtr: not signed by its signature file, " verify late.vtr
want 4 '"verdict":"not signed by its signature file"' verify --json late.vtr
# of what was cut it says whose it is, and still that it was cut
head -c 5000 big.vtr >part.vtr
want 0 "" sign --key k.key part.vtr
want 4 "part.vtr: cut at offset" verify --key k.pub part.vtr
want 4 "part.vtr.sig: signed by" verify --key k.pub part.vtr
head -c 4990 big.vtr >part.vtr
want 4 "part.vtr: modified, cut at offset" verify --key k.pub part.vtr
want 4 "part.vtr.sig: not over these bytes" verify --key k.pub part.vtr

# where a sidecar would be, too
cp big.vtr unindexed.vtr
mkfifo unindexed.vtr.vtx || exit 99
want 5 "is not a regular file" index unindexed.vtr
rm -f unindexed.vtr.vtx
mkfifo trace.fifo || exit 99
want 4 "is no regular file" index trace.fifo
want 4 "is not a regular file" sign --key k.key trace.fifo
ln -s nowhere unindexed.vtr.sig
want 4 "not signed by its signature file" verify unindexed.vtr
rm -f unindexed.vtr.sig

# several segments in a file: whose they are, and that they do not go together
cat signed.vtr sample.vtr >two.vtr
cat big.vtr signed.vtr >mixed.vtr
want 0 "signed by $(sed -n 2p k.pub) (1 of 2 segments) and 03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8 (1 of 2 segments)" verify two.vtr
want 0 "2 recordings" verify two.vtr
want 0 "sealed and signed" info two.vtr
want 0 "sealed, 1 of 2 segments signed" info mixed.vtr
want 0 '"sealed":true,"signed":false' info --json mixed.vtr
replay=${replay%replay/vestige-replay}analyze/vestige-analyze
want 0 "\"segments\":2,\"signers\":[{\"public_key\":\"$(sed -n 2p k.pub)\",\"segments\":1},{" report -r "$rules" --format json two.vtr
want 0 "<dt>Signed by</dt><dd><code>$(sed -n 2p k.pub): 1 of 2 segments</code>" report -r "$rules" two.vtr
want 0 "<dt>Not signed</dt><dd><code>1 of 2 segments</code>" report -r "$rules" mixed.vtr
want 0 "- two.vtr: signed by $(sed -n 2p k.pub) (1 of 2 segments)" report -r "$rules" --format md two.vtr
replay=${replay%analyze/vestige-analyze}replay/vestige-replay
want 0 '"recordings":2' verify --json two.vtr
want 0 "\"signers\":[{\"public_key\":\"$(sed -n 2p k.pub)\",\"segments\":1},{" verify --json two.vtr
want 4 "not signed by this key" verify --key k.pub two.vtr
cat sample.vtr big.vtr >half.vtr
want 0 "unsigned (1 of 2 segments)" verify half.vtr
want 0 '"unsigned":1' verify --json half.vtr
cat signed.vtr signed.vtr >twice.vtr
want 4 "the same segment again" verify twice.vtr
want 0 "is in the file twice" info twice.vtr
want 0 "is in the file twice" ps two.vtr twice.vtr
want 3 "1 segment is there more than once" repair twice.vtr once.vtr
want 0 "intact, " verify once.vtr

# a signature that is not its key's, in a chain made anew: nothing to save, all to tell
if command -v python3 >/dev/null; then
	python3 - signed.vtr forged.vtr <<'FORGE'
import hashlib, struct, sys, zlib
trace, at, prev, out = open(sys.argv[1], "rb").read(), 0, bytes(32), b""
while at < len(trace):
    head = trace[at:at + 64]
    length = struct.unpack_from("<I", head, 8)[0]
    body = trace[at + 64:at + 64 + length]
    if head[4] == 7:
        body = body[:-1] + bytes([body[-1] ^ 1])
    head = head[:12] + struct.pack("<I", zlib.crc32(body)) + head[16:24]
    prev = hashlib.blake2b(prev + head + body, digest_size=32).digest()
    head += prev + bytes(4)
    out += head + struct.pack("<I", zlib.crc32(head)) + body
    at += 64 + length
open(sys.argv[2], "wb").write(out)
FORGE
	want 4 "the signature is not that of its key" verify forged.vtr
	want 3 "it is not as it was sealed" repair forged.vtr true.vtr
	want 0 "intact, " verify true.vtr
else
	echo "note: no python3 here, a forged signature was not tried"
fi
head -c $(($(wc -c <big.vtr) * 3 / 4)) big.vtr | cat - signed.vtr >before.vtr
want 4 "modified at block" verify before.vtr
want 4 "modified at block" verify --key k.pub before.vtr

# a pipe where a signature file would be keeps nobody waiting
cp big.vtr piped.vtr
mkfifo piped.vtr.sig || exit 99
want 4 "is not a regular file" verify piped.vtr
# but a trace may come in one, and is read once, signature file or not
mkfifo in.vtr || exit 99
cat big.vtr >in.vtr &
want 0 "intact, " verify in.vtr
cp big.vtr late.vtr
rm -f late.vtr.sig
want 0 "" sign --key k.key late.vtr
mv late.vtr.sig in.vtr.sig
cat big.vtr >in.vtr &
want 0 "in.vtr.sig: signed by" verify --key k.pub in.vtr

# a link to nothing is there already, too
ln -s nowhere link.key
want 5 "is there already" keygen link
[ ! -e nowhere ] && [ -L link.key ] || { echo "FAIL: keygen wrote over a link"; bad=1; }

# what was cut, damaged, repaired
size=$(wc -c <big.vtr)
head -c $((size / 2)) big.vtr >cut.vtr
want 4 "cut at offset" verify cut.vtr
want 3 "the end is missing" repair cut.vtr whole.vtr
want 0 "intact, " verify whole.vtr
want 3 "cut inside block" convert cut.vtr copy.vtr
want 0 "0 events in 1 place" info copy.vtr
{ head -c $((size * 3 / 4)) big.vtr; printf 'xxxx'; tail -c +$((size * 3 / 4 + 5)) big.vtr; } >hit.vtr
want 4 "modified at block" verify hit.vtr
want 3 "500 events are known to be missing" repair hit.vtr mended.vtr
want 0 "intact, " verify mended.vtr
want 0 "$(b2sum -l 256 hit.vtr | cut -d' ' -f1)" info mended.vtr

# parts and the whole
want 0 "" cut --from='#1001' --to='#2000' --no-state sample.vtr none.vtr
want 0 "events       0" info none.vtr
want 0 "" cut --from='#11' --to='#20' --no-state sample.vtr ten.vtr
want 0 "events       10" info ten.vtr
want 0 "" cut --from=+10ms --to=-10ms --no-state sample.vtr middle.vtr
want 0 "events       28" info middle.vtr
want 0 "" merge sample.vtr ten.vtr both.vtr
cp sample.vtr copy.vtr
want 2 "copy.vtr: error: has a segment that 'sample.vtr' has, too" merge sample.vtr ten.vtr copy.vtr no.vtr
want 2 "name each trace once" merge ten.vtr both.vtr no.vtr
want 2 "ten.vtr: error: has a segment that 'both.vtr' has, too" merge both.vtr ten.vtr no.vtr
want 2 "has a segment that" merge sample.vtr both.vtr no.vtr
[ -e no.vtr ] && { echo "FAIL: merge: what was refused is there"; bad=1; }
want 0 "events       58" info both.vtr
want 0 "intact, " verify both.vtr
want 4 "repair" merge hit.vtr both2.vtr

# .scap and back gives the same bytes as .vtr again
want 0 "" convert ten.vtr ten.scap
want 2 "a .scap has no seal" convert --sign k.key ten.vtr signed.scap
want 2 "always packed alike" cut --level 3 --to 5 ten.vtr signed.scap
want 0 ".scap capture" info ten.scap
want 0 "" convert ten.scap back.vtr
want 0 "events       10" info back.vtr

want 4 "empty" verify /dev/null
want 4 "is not a .vtr trace" verify "$OLDPWD/config.h"
want 4 "cannot open" info nothing.vtr
want 2 "IN and OUT" convert one
want 2 "nor a time" cut --from=soon big.vtr x.vtr
want 2 "--to is vtr or scap" convert --to=zip big.vtr x
[ ! -e /dev/full ] || want 5 "No space left" convert big.vtr /dev/full
exit $bad
