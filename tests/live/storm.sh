#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A storm with a ring far too small: what was recorded and what is counted as
# lost must be what was issued, to the event.
. "$(dirname "$0")/live.sh"

storm=$build/tests/oracle/storm
show=$build/tests/oracle/show
[ -x "$storm" ] || skip "not built: $storm"

# The sum must be $issued.
check() {
	got=$("$show" "$tmp/s.vtr") || fail "the trace cannot be read"
	set -- $got
	sum=$(($2 + $4))
	echo "issued $issued, recorded $2, counted lost $4"
	[ "$6" = 0 ] || fail "the trace is damaged"
	[ "$sum" = "$issued" ] || fail "recorded + lost = $sum, issued $issued"
}

for ring in 1 64; do
	"$v" capture -e getpid --ring-mb $ring -w "$tmp/s.vtr" -- "$storm" getpid 200000 \
		>"$tmp/out" 2>"$tmp/log" || fail "capture"
	# the storm's calls, and its process: exec, then exit
	issued=$(($(cat "$tmp/out") + 2))
	check
done
