#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The machine is the same whether events are watched or pass by: reference
# captures as they are (some with enter events) and as .vtr.  VESTIGE_BRIEF: a
# third of them, and of those at random, or a sixth, where each takes long.
src=${srcdir:-.}
shared=${VESTIGE_SHARED:-${srcdir:-.}/../shared}
traces=$shared/reference/traces
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
# Who had no socket gets one, and who is gone comes back, in the middle of
# events that change nothing.
cat >"$tmp/calm.txt" <<'TEXT'
proc 100 exe=/usr/bin/a
proc 200 exe=/usr/bin/b
100 openat /etc/hosts flags=O_RDONLY
100 read size=10
100 read size=10
100 socket domain=AF_INET type=1
100 write size=5
100 write size=5
100 signaldeliver
100 write size=5
100 close fd=4
200 access /etc
200 access /etc
200 procexit
200 access /etc
100 access /etc
TEXT
# What ends or comes and goes is left out, where enough events are skipped.
{
	grep '^proc' "$src/tests/replay/moot.txt"
	yes '900 access /etc' | head -n 1100
	grep -v '^proc' "$src/tests/replay/moot.txt"
} >"$tmp/moot.txt"
for f in calm moot; do
	./vestige asm "$tmp/$f.txt" -o "$tmp/$f.vtr" && ./tests/replay/pass "$tmp/$f.vtr" || exit 1
done
./tests/replay/pass "$src"/samples/*/*.vtr || exit 1
# Events at random.
brief=1
case ${VESTIGE_BRIEF:-} in
'') ;;
sanitizer) brief=6 ;;
*) brief=3 ;;
esac
for seed in $(seq 1 $brief 30); do
	python3 "$src/tests/replay/random.py" $seed >"$tmp/random.txt" &&
		./vestige asm --level 3 "$tmp/random.txt" -o "$tmp/random-$seed.vtr" || exit 1
done
./tests/replay/pass "$tmp"/random-*.vtr || exit 1
rm "$tmp"/random-*
./tests/replay/mknoise "$tmp" 1 $((24 / brief)) && ./tests/replay/pass "$tmp"/noise-*.vtr || exit 1
rm "$tmp"/noise-*
if [ ! -d "$traces" ]; then
	echo "SKIP: no reference traces at $traces (set VESTIGE_SHARED)"
	exit 77
fi
k=0
for f in "$traces"/a*.scap; do
	k=$((k + 1))
	[ $((k % brief)) = 0 ] || continue
	./vestige convert "$f" "$tmp/$(basename "$f" .scap).vtr" || exit 1
done
exec ./tests/replay/pass "$tmp"/*.vtr "$traces"/a0*.scap "$traces"/legacy/*.scap
