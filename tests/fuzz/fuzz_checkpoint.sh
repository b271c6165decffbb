#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The fuzz target over a real sidecar, the same with damage, noise, and inputs
# that once found a bug (tests/fuzz/found/checkpoint, if any).
src=${srcdir:-.}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cp "$src/samples/incident/incident.vtr" "$dir/t.vtr" || exit 99
./replay/vestige-replay index --every 1 "$dir/t.vtr" || exit 1
mkdir "$dir/in"
mv "$dir/t.vtr.vtx" "$dir/in/whole"
size=$(wc -c <"$dir/in/whole")
for n in 1 2 3 4 5 6 7 8; do
	head -c $((size * n / 9)) "$dir/in/whole" >"$dir/in/cut$n"
	{ cat "$dir/in/cut$n"; printf 'x'; tail -c +$((size * n / 9 + 2)) "$dir/in/whole"; } >"$dir/in/bad$n"
	awk -v seed=$n 'BEGIN { x = seed * 2654435; for (i = 0; i < 3000; i++) {
		x = (x * 1103515 + 12345) % 2147483; printf "%c", 1 + x % 90 } }' \
		>"$dir/in/noise$n" </dev/null
done
for f in "$src"/tests/fuzz/found/checkpoint/*; do
	[ -e "$f" ] && cp "$f" "$dir/in"
done
./tests/fuzz/fuzz_checkpoint "$dir"/in/*
