#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The shipped rules pass their cases, and each has a positive case and a near
# miss, a description that tells what to look at next, a tactic and a technique.
set -u
src=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
build=${abs_top_builddir:-$(pwd)}
rules=$src/rules/vestige_rules.yaml
tmp=$(mktemp -d "${TMPDIR:-/tmp}/vestige-rules.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
bad=0
fail() { echo "FAIL: $*"; bad=1; }

"$build/vestige" test --coverage "$src/rules/tests" >"$tmp/out" 2>&1 || fail "$(cat "$tmp/out")"
for line in 'Rules without a positive case: 0' 'Rules without a near miss: 0' \
	'Rules without any event they listen to: 0'; do
	grep -qx "$line" "$tmp/out" || fail "coverage lacks '$line': $(grep '^Rules without' "$tmp/out")"
done

"$build/vestige" rules check "$rules" >"$tmp/check" 2>&1 || fail "$(cat "$tmp/check")"
grep -q ': Ok$' "$tmp/check" || fail "the rules give warnings: $(cat "$tmp/check")"

# One rule a line: name, and what is asked of it.
"$build/vestige" rules list --json "$rules" >"$tmp/list" || fail "rules list"
n=$(grep -c . "$tmp/list")
[ "$n" -ge 40 ] || fail "only $n rules"
grep -v '"desc":"[^"]*Next: ' "$tmp/list" | sed 's/.*"rule":"\([^"]*\)".*/\1/' >"$tmp/vague"
[ ! -s "$tmp/vague" ] || fail "no word on what to look at next: $(cat "$tmp/vague")"
grep -v '"T[0-9][0-9.]*"' "$tmp/list" | sed 's/.*"rule":"\([^"]*\)".*/\1/' >"$tmp/untagged"
[ ! -s "$tmp/untagged" ] || fail "no technique: $(cat "$tmp/untagged")"
sed -n 's/^\([0-9]* cases.*\)/\1/p' "$tmp/out"
exit $bad
