#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every reference capture opens; its events are those the recorded tables
# name, and damaged ones give what lies before the damage.
shared=${VESTIGE_SHARED:-${srcdir:-.}/../shared}
traces=$shared/reference/traces
if [ ! -d "$traces" ]; then
	echo "SKIP: no reference traces at $traces (set VESTIGE_SHARED)"
	exit 77
fi
check=./tests/reference/check_scap
out=./tests/reference/check_scap.out
bad=0
: >"$out"

fail()
{
	echo "FAIL: $*"
	bad=$((bad + 1))
}

# One capture against its table: no row may be left over.
with_table()
{
	got=$(zstd -dc "${1%.scap}.fields.tsv.zst" | $check "$1" rows) || fail "$1"
	echo "$got" >>"$out"
	case $got in
	*": open 0 status 0 events "*" rows "[1-9]*) ;;
	*) fail "$got" ;;
	esac
}

# One capture against a number of events and how it ends.
with_count()
{
	got=$($check "$1")
	echo "$got" >>"$out"
	[ "${got#"$1": }" = "open $2 status $3 events $4 rows 0" ] ||
		fail "$got; wanted: open $2 status $3 events $4"
}

tables=0
if command -v zstd >/dev/null; then
	for f in "$traces"/*.scap "$traces"/legacy/*.scap "$traces"/format/*.scap; do
		[ -e "${f%.scap}.fields.tsv.zst" ] || continue
		with_table "$f"
		tables=$((tables + 1))
	done
else
	echo "no zstd: the tables are not compared"
fi

# The numbers of schema/errors.def: 4 damaged, 5 cut, 8 foreign, 10 empty.
format=$traces/format
with_count "$format/bad_block_length.scap" 0 -4 300
with_count "$format/bad_event_length.scap" 0 -4 2127
with_count "$format/empty_file.scap" -10 0 0
with_count "$format/no_events.scap" 0 -10 0
with_count "$format/not_a_scap.scap" -8 0 0
with_count "$format/trunc_boundary.scap" 0 0 600
with_count "$format/trunc_gzip.scap" 0 -5 987
with_count "$format/trunc_midblock.scap" 0 -5 600
with_count "$format/trunc_midheader.scap" 0 -5 600
with_count "$format/unknown_block_between_events.scap" 0 0 2128
with_count "$format/unknown_event_type.scap" 0 0 2127
with_count "$format/unknown_meta_block.scap" 0 0 2128
with_count "$traces/bench-1m.scap" 0 0 1094860

# The conformance capture, with every cut and every flipped bit.
eval=$shared/falco/conformance/eval.scap
with_count "$eval" 0 0 36
./tests/scap/damage_file "$eval" || fail "damage of $eval"

# Written again: current captures byte for byte, old ones event for event.
n=$(ls "$traces"/a*.scap | wc -l)
got=$(./tests/scap/rewrite "$traces"/a*.scap) || fail "rewriting"
[ "$got" = "$n captures written again, $n byte for byte" ] || fail "$got"
./tests/scap/rewrite "$traces"/legacy/*.scap "$eval" "$format/concat.scap" ||
	fail "rewriting old captures"

awk -v tables="$tables" '{
	captures++
	for (i = 1; i < NF; i++) {
		if ($i == "events") events += $(i + 1)
		if ($i == "rows") rows += $(i + 1)
	}
} END {
	printf "%d captures, %d events; %d tables, %d rows\n",
		captures, events, tables, rows
}' "$out"
rm -f "$out"
exit $((bad > 0))
