#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every recorded trace printed as text, assembled and printed again gives the
# same text (events, parameters, snapshot), and the same alerts.  With
# arguments: only these traces.  bench-1m, 110 MB of text, only when named.
# VESTIGE_BRIEF: a quarter of them.
set -u
srcdir=${srcdir:-.}
shared=${VESTIGE_SHARED:-$srcdir/../shared}
ref=$shared/reference

if [ ! -d "$ref/traces" ]; then
	echo "SKIP: no reference traces under $ref (set VESTIGE_SHARED)"
	exit 77
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-asm.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
failed=0 traces=0 lines=0 k=0

fail() { echo "FAIL: $trace: $*"; failed=$((failed + 1)); }

alerts() {
	./vestige analyze -r "$ref/rules/falco_rules.yaml" \
		-r "$ref/rules/falco-incubating_rules.yaml" \
		-r "$ref/rules/falco-sandbox_rules.yaml" \
		--enable '*' --json --matching all -q "$1" 2>/dev/null
}

if [ $# -eq 0 ]; then
	for trace in "$ref"/traces/*.scap "$ref"/traces/legacy/*.scap; do
		k=$((k + 1))
		[ -z "${VESTIGE_BRIEF:-}" ] || [ $((k % 4)) = 0 ] || continue
		case $trace in */bench-1m.scap) ;; *) set -- "$@" "$trace" ;; esac
	done
fi
for trace; do
	traces=$((traces + 1))
	./vestige replay events --asm "$trace" >"$dir/text" 2>/dev/null
	status=$?
	[ $status = 0 ] || [ $status = 3 ] || { fail "printing: status $status"; continue; }
	./vestige asm "$dir/text" -o "$dir/made.vtr" || { fail "assembling"; continue; }
	# A writer notes what came out of order, which a .scap does not.
	./vestige replay events --asm "$dir/made.vtr" | sed 's/ %late$//' >"$dir/again"
	cmp "$dir/text" "$dir/again" || fail "the text differs"
	alerts "$trace" >"$dir/alerts"
	alerts "$dir/made.vtr" >"$dir/alerts.made"
	cmp "$dir/alerts" "$dir/alerts.made" || fail "the alerts differ"
	lines=$((lines + $(wc -l <"$dir/text")))
done
echo "$traces traces, $lines lines, $failed failed"
[ $failed -eq 0 ] && [ $traces -gt 0 ]
