#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How many bytes a .vtr takes of what the same events take as gzip .scap: the
# table, and that the benchmark is at most 0.40, every other trace at most 0.45.
shared=${VESTIGE_SHARED:-${srcdir:-.}/../shared}
traces=$shared/reference/traces
if [ ! -d "$traces" ]; then
	echo "SKIP: no reference traces at $traces (set VESTIGE_SHARED)"
	exit 77
fi
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
for f in "$traces"/a*.scap "$traces"/bench-1m.scap; do
	./vestige convert "$f" "$tmp/out.vtr" || exit 1
	events=$(./vestige info --json "$tmp/out.vtr" | sed -n 's/.*"events":\([0-9]*\).*/\1/p' | head -n 1)
	echo "$(basename "$f" .scap) $events $(wc -c <"$f") $(wc -c <"$tmp/out.vtr")"
done >"$tmp/table"
awk '
	NR == 1 { printf "%-32s %9s %10s %10s %7s %7s\n", "trace", "events", ".scap", ".vtr", "B/event", "ratio" }
	{
		r = $4 / $3
		limit = $1 == "bench-1m" ? 0.40 : 0.45
		printf "%-32s %9d %10d %10d %7.2f %7.3f%s\n", $1, $2, $3, $4, $4 / $2, r,
			(r > limit ? "  TOO MUCH" : "")
		bad += r > limit
		scap += $3; vtr += $4
	}
	END {
		printf "all: %.3f; too much: %d of %d\n", vtr / scap, bad, NR
		exit bad > 0
	}' "$tmp/table"
