#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Field values of every trace of the shared folder against the recorded ones:
# all cells through output formats, and some traces (VESTIGE_FULL=1: all)
# through the command line with the folder's own compare-fields.
set -u
shared=${VESTIGE_SHARED:-${srcdir:-.}/../shared}
traces=$shared/reference/traces
if ! [ -d "$traces" ]; then
	echo "SKIP: no reference traces under $shared (set VESTIGE_SHARED)"
	exit 77
fi
if ! command -v zstd >/dev/null; then
	echo "SKIP: no zstd to read the recorded answers with"
	exit 77
fi
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

ls "$traces"/*.fields.tsv.zst "$traces"/legacy/*.fields.tsv.zst \
	"$traces"/format/*.fields.tsv.zst 2>/dev/null | sed 's/\.fields\.tsv\.zst$//' >"$tmp/list"
[ -s "$tmp/list" ] || { echo "FAIL: no recorded answers under $traces"; exit 1; }

# $1: a trace without .scap; writes its output and, when it fails, a marker.
cat >"$tmp/one" <<EOS
out=$tmp/\$(basename "\$1")
./tests/reference/check_fields "\$1.scap" "\$1.fields.tsv.zst" >"\$out.out" 2>&1 || : >"\$out.failed"
EOS
xargs -P 2 -n 1 sh "$tmp/one" <"$tmp/list"

failed=0
for f in "$tmp"/*.failed; do
	[ -e "$f" ] || continue
	failed=$((failed + 1))
	cat "${f%.failed}.out"
done
tail -qn 1 "$tmp"/*.out | awk '
	$1 == "rows" { n++; rows += $2; cells += $4; equal += $6 }
	END { printf "fields: %d traces, %d rows, %d of %d cells equal\n", n, rows, equal, cells }'

compare=$shared/reference/compare-fields
if ! command -v python3 >/dev/null || ! [ -x "$compare" ] || ! [ -x ./vestige ]; then
	echo "fields: compare-fields not run (needs python3 and ./vestige)"
elif [ -n "${VESTIGE_FULL:-}" ]; then
	some=$(cat "$tmp/list")
else
	some="$traces/a14_paths $traces/a35_raw_and_32bit_calls $traces/a36_written_by_falco"
fi
n=0
for t in ${some:-}; do
	n=$((n + 1))
	if ! python3 "$compare" ./vestige "$t.scap" >"$tmp/out" 2>&1; then
		failed=$((failed + 1))
		cat "$tmp/out"
	fi
done
echo "fields: $n traces through the command line"
[ "$failed" = 0 ]
