#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every recorded trace gives the recorded alerts: upstream rules, all switched
# on, matching first and all.  With arguments: only these traces.
set -u
srcdir=${srcdir:-.}
shared=${VESTIGE_SHARED:-$srcdir/../shared}
ref=$shared/reference
analyze=${ANALYZE:-./analyze/vestige-analyze}

if [ ! -d "$ref/traces" ]; then
	echo "SKIP: no reference traces under $ref (set VESTIGE_SHARED)"
	exit 77
fi
if ! command -v python3 >/dev/null; then
	echo "SKIP: compare-alerts needs python3"
	exit 77
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-alerts.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT

failed=0 runs=0 traces=0 alerts=0

# compare TRACE ANSWER MATCHING
compare()
{
	"$analyze" analyze -r "$ref/rules/falco_rules.yaml" \
		-r "$ref/rules/falco-incubating_rules.yaml" \
		-r "$ref/rules/falco-sandbox_rules.yaml" \
		--enable '*' --json --matching "$3" "$1" >"$dir/got" 2>"$dir/err"
	status=$?
	runs=$((runs + 1))
	alerts=$((alerts + $(grep -c '^{' "$2")))
	result=$("$ref/compare-alerts" "$2" "$dir/got" --show 3)
	case $(printf '%s\n' "$result" | tail -n 1) in
	equal:*)
		[ $status -le 3 ] && return
		;;
	esac
	printf 'FAIL: %s (%s), exit status %s\n%s\n' "$1" "$3" $status "$result"
	grep -v '^ ' "$dir/err" | head -n 3
	failed=$((failed + 1))
}

if [ $# -eq 0 ]; then
	set -- "$ref"/traces/*.scap "$ref"/traces/legacy/*.scap
fi
for trace; do
	traces=$((traces + 1))
	for m in first all; do
		answer=${trace%.scap}.$m.jsonl
		[ -f "$answer" ] && compare "$trace" "$answer" $m
	done
done
echo "$traces traces, $runs comparisons, $alerts alerts expected, $failed comparisons failed"
[ $failed -eq 0 ] && [ $runs -gt 0 ]
