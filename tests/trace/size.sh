#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How many bytes a .vtr takes of what the same events take as gzip .scap: the
# table, and that the benchmark is at most 0.40, every other trace at most 0.45
# but those that are known to be above, none of which may grow.
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
# Known to be above, and their ceilings.  Short traces of events that are
# nearly all different: half of what they take is times, to the nanosecond,
# and addresses that the kernel draws by lot.
awk '
	FNR == NR { ceiling[$1] = $2; next }
	FNR == 1 { printf "%-32s %9s %10s %10s %7s %7s\n", "trace", "events", ".scap", ".vtr", "B/event", "ratio" }
	{
		r = $4 / $3
		limit = $1 in ceiling ? ceiling[$1] : $1 == "bench-1m" ? 0.40 : 0.45
		printf "%-32s %9d %10d %10d %7.2f %7.3f%s\n", $1, $2, $3, $4, $4 / $2, r,
			(r > limit ? "  TOO MUCH" : (r > 0.45 ? "  known, up to " limit : ""))
		bad += r > limit
		above += r > 0.45
		scap += $3; vtr += $4
	}
	END {
		printf "all: %.3f; above 0.45: %d of %d; too much: %d\n", vtr / scap, above, FNR, bad
		exit bad > 0
	}' - "$tmp/table" <<'END'
a09_fileless 0.455
a12_threads 0.48
a29_tracepoints 0.495
a35_raw_and_32bit_calls 0.57
a36_written_by_falco 0.515
END
