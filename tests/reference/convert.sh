#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A capture converted to .vtr and analyzed gives byte for byte the alerts of
# the capture itself, and the machine's invariants stand after every event of
# either.  With arguments: only these captures.  VESTIGE_BRIEF: without the long one.
set -u
srcdir=${srcdir:-.}
shared=${VESTIGE_SHARED:-$srcdir/../shared}
ref=$shared/reference
analyze=${ANALYZE:-./analyze/vestige-analyze}
replay=${REPLAY:-./replay/vestige-replay}

if [ ! -d "$ref/traces" ]; then
	echo "SKIP: no reference traces under $ref (set VESTIGE_SHARED)"
	exit 77
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-convert.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT

failed=0 traces=0 empty=0 alerts=0

complain()
{
	printf 'FAIL: %s: %s\n' "$1" "$2"
	[ -s "$dir/why" ] && head -n 4 "$dir/why"
	failed=$((failed + 1))
}

# alerts_of FILE OUT: alert lines; the status is that of the program.
alerts_of()
{
	"$analyze" analyze --paranoid -r "$ref/rules/falco_rules.yaml" \
		-r "$ref/rules/falco-incubating_rules.yaml" \
		-r "$ref/rules/falco-sandbox_rules.yaml" \
		--enable '*' --json "$1" >"$2" 2>"$dir/err"
}

check()
{
	: >"$dir/why"
	alerts_of "$1" "$dir/a"
	before=$?
	[ $before -le 4 ] || {
		cp "$dir/err" "$dir/why"
		complain "$1" "exit status $before"
		return
	}
	"$replay" convert "$1" "$dir/t.vtr" 2>"$dir/cerr"
	status=$?
	if [ $status -ne $before ]; then
		cp "$dir/cerr" "$dir/why"
		complain "$1" "convert: exit status $status, analyze: $before"
		return
	fi
	if [ $status -eq 4 ] && [ ! -s "$dir/a" ]; then
		empty=$((empty + 1))	# nothing in it could be read at all
		return
	fi
	alerts_of "$dir/t.vtr" "$dir/b"
	after=$?
	if ! cmp -s "$dir/a" "$dir/b"; then
		diff "$dir/a" "$dir/b" >"$dir/why"
		complain "$1" "different alerts"
		return
	fi
	[ $after -eq 0 ] || [ $after -eq $before ] || {
		cp "$dir/err" "$dir/why"
		complain "$1" "the converted trace: exit status $after"
		return
	}
	alerts=$((alerts + $(grep -c '^{' "$dir/b")))
}

if [ $# -eq 0 ]; then
	set -- "$ref"/traces/*.scap "$ref"/traces/format/*.scap \
		"$ref"/traces/legacy/*.scap
fi
for trace; do
	[ -e "$trace" ] || continue
	case ${VESTIGE_BRIEF:+brief}$trace in brief*/bench-1m.scap) continue ;; esac
	traces=$((traces + 1))
	rm -f "$dir/t.vtr"
	check "$trace"
done
echo "$traces captures, $empty of them unreadable, $alerts alerts the same after conversion, $failed captures failed"
[ $failed -eq 0 ] && [ $traces -gt 0 ]
