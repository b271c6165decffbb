#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The examples of the manual pages run, on the sample traces, and give what
# the page says: a status, and something to see.  In EXAMPLES a line that
# begins with "$ " is a command.  A comment before its display may say
#
#	.\" status N		the last command of the display ends with N
#	.\" live		it records: run by tests/live/examples.sh
#	.\" not run: REASON
#
# The rule file of vestige-rules(5) is the my_rules.yaml of the examples.
set -u
src=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
build=${abs_top_builddir:-$(pwd)}
want=${EXAMPLES:-offline}
PATH=$build:$PATH
LC_ALL=C
export PATH LC_ALL
tmp=$(mktemp -d "${TMPDIR:-/tmp}/vestige-examples.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
ran=0 bad=0

# The text of a display, without mdoc's escapes.
plain() { sed -e 's/\\-/-/g' -e 's/\\e/\\/g' -e 's/^\\&//' "$@"; }

# STATUS TAB COMMAND for each command of a page that is to be run now.
commands_of() {
	plain "$1" | awk -v want="$want" '
	function flush(last) {
		if (command != "" && mode == want)
			printf "%s\t%s\n", last ? status : 0, command
		command = ""
	}
	/^\.Sh / { on = $2 == "EXAMPLES" }
	!on { next }
	/^\.\\" live/ { mark = "live" }
	/^\.\\" not run/ { mark = "none" }
	/^\.\\" status/ { want_status = $3 }
	/^\.Bd/ { shown = 1; mode = mark ? mark : "offline"; status = want_status + 0; mark = ""; want_status = 0; next }
	/^\.Ed/ { flush(1); shown = 0 }
	shown && /^\$ / { flush(0); command = substr($0, 3); next }
	shown && command ~ /\\$/ { sub(/\\$/, "", command); sub(/^[ \t]*/, ""); command = command $0 }'
}

run_page() {
	dir=$tmp/$1
	mkdir "$dir"
	cp "$src/samples/incident/incident.vtr" "$src/samples/baseline/baseline.vtr" \
		"$src/rules/vestige_rules.yaml" "$dir"
	plain "$src/man/vestige-rules.5" | sed -n '/^\.Ed/q; /^\.Bd/,$ { /^\./d; p; }' >"$dir/my_rules.yaml"
	commands_of "$src/man/$1" >"$tmp/commands"
	while IFS='	' read -r status command; do
		before=$(ls "$dir")
		(cd "$dir" && sh -c "$command") >"$tmp/out" 2>"$tmp/err" </dev/null
		got=$?
		ran=$((ran + 1))
		[ "$got" = "$status" ] && [ -s "$tmp/out" -o "$before" != "$(ls "$dir")" ] && continue
		echo "FAIL: $1: $command"
		echo "status $got, want $status; output: $(head -n 3 "$tmp/out" "$tmp/err")"
		bad=$((bad + 1))
	done <"$tmp/commands"
}

for page in "$src"/man/*.[15]; do
	run_page "${page##*/}"
done
echo "examples: $ran commands, $bad wrong"
[ "$ran" -gt 0 ] && [ "$bad" = 0 ]
