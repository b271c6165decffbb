#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# doc/RULE-TESTING.md is right: its rule, its cases, its written trace, its
# workflow and its shell script run as they stand there, in a repository of
# rules of their own.
set -u
src=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
build=${abs_top_builddir:-$(pwd)}
PATH=$build:$PATH
LC_ALL=C
export PATH LC_ALL
tmp=$(mktemp -d "${TMPDIR:-/tmp}/vestige-ruletesting.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
bad=0
fail() { echo "FAIL: $*"; bad=1; }

# A block whose paragraph before ends with `PATH`: is that file.
cd "$tmp" || exit 99
mkdir rules tests corpus .github .github/workflows
awk '
/`[^`]*`:$/ { path = $0; sub(/`:$/, "", path); sub(/.*`/, "", path); next }
/^```/ && inside { inside = 0; close(path); path = ""; next }
/^```/ && path != "" { inside = 1; next }
inside { print > path; next }
NF { path = "" }' "$src/doc/RULE-TESTING.md"
for file in rules/netcat.yaml tests/netcat.yaml ci.sh .github/workflows/rules.yml; do
	[ -s $file ] || fail "the page has no $file"
done

# What the page says comes out.
vestige test tests >out 2>&1 || fail "vestige test: $(cat out)"
want=$(sed -n '/^    \$ vestige test tests$/ { n; s/^ *//p; }' "$src/doc/RULE-TESTING.md")
[ "$(cat out)" = "$want" ] || fail "the page says '$want', not '$(cat out)'"
vestige test --coverage tests >out 2>&1 || fail "coverage: $(cat out)"

# The written trace of the last section.
awk '/^## A written trace/ { on = 1 } on && /^```/ { inside = !inside; next } inside' \
	"$src/doc/RULE-TESTING.md" >written.ev
[ "$(wc -l <written.ev)" -gt 10 ] || fail "no written trace"
vestige asm written.ev -o written.vtr || fail "the written trace"

# The workflow: ten lines, and its steps of ours run.
[ "$(grep -c . .github/workflows/rules.yml)" -le 10 ] || fail "the workflow has more than ten lines"
sed -n 's/^ *- run: \(vestige .*\)/\1/p' .github/workflows/rules.yml >steps
[ -s steps ] || fail "the workflow does not run vestige"
sh -e ./steps >out 2>&1 || fail "the workflow: $(cat out)"
grep -q '<testsuites tests="2" failures="0" errors="0">' report.xml || fail "no report.xml"

# The script, in a repository whose rules have changed.
cp "$src/samples/incident/incident.vtr" corpus
if command -v git >/dev/null; then
	git init -q -b main . && git add rules tests &&
		git -c user.name=test -c user.email=test@example.org commit -qm rules ||
		fail "git"
	sed 's/WARNING/ERROR/' rules/netcat.yaml >new && mv new rules/netcat.yaml
fi
sh ./ci.sh >out 2>&1 || fail "ci.sh: $(cat out)"
if command -v git >/dev/null; then
	grep -q 'of 1 rule' out || fail "ci.sh compares nothing: $(cat out)"
fi

# A case that fails fails the script and the workflow.
sed 's/-e /-x /' tests/netcat.yaml >new && mv new tests/netcat.yaml
sh ./ci.sh >out 2>&1 && fail "ci.sh takes a failing case"
sh -e ./steps >out 2>&1 && fail "the workflow takes a failing case"
exit $bad
