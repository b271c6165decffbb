#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# doc/DETERMINISM.md, proven: every verb over every sample trace (and, where
# they are, the shared reference traces) gives the same bytes in another time
# zone, locale, directory, umask and address layout.
set -u
case ${VESTIGE_BRIEF:-} in
sanitizer|offline) echo "tested elsewhere: VESTIGE_BRIEF=$VESTIGE_BRIEF"; exit 77 ;;
esac
src=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
build=${abs_top_builddir:-$(pwd)}
shared=${VESTIGE_SHARED:-$src/../shared}
v=$build/vestige
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

traces=$(find "$src/samples" -name '*.vtr' | LC_ALL=C sort)
for t in a12_threads a18_namespaces_mounts a34_quiet_baseline; do
	[ ! -r "$shared/reference/traces/$t.scap" ] || traces="$traces $shared/reference/traces/$t.scap"
done
[ -n "$traces" ] || { echo "no trace to test with"; exit 77; }

# Everything a user would keep: alerts, events, state, facts of the file.
all_of() {
	"$v" analyze -r "$src/rules/vestige_rules.yaml" --json --matching all "$1"
	"$v" report -r "$src/rules/vestige_rules.yaml" "$1"
	"$v" report -r "$src/rules/vestige_rules.yaml" "$1" --format json
	"$v" replay events "$1" -p '%evt.num %evt.datetime %evt.type %evt.args %proc.aname %user.name %fd.name %container.id'
	"$v" replay tree "$1"
	"$v" replay fds --json "$1"
	"$v" info --json "$1"
}

if [ "${1:-}" = --print ]; then
	all_of "$2"
	exit
fi

n=0 bad=0
compare() {
	n=$((n + 1))
	cmp -s "$scratch/want" "$scratch/got" && return
	echo "differs: $1 of $2"
	diff "$scratch/want" "$scratch/got" | head -n 4
	bad=$((bad + 1))
}

norandom=
setarch -R true 2>/dev/null && norandom="setarch -R"
for t in $traces; do
	all_of "$t" >"$scratch/want" 2>/dev/null
	[ -s "$scratch/want" ] || { echo "no output at all for $t"; bad=$((bad + 1)); continue; }
	all_of "$t" >"$scratch/got" 2>/dev/null
	compare "a second run" "$t"
	(TZ=Pacific/Chatham LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 NO_COLOR=1; export TZ LC_ALL LANG NO_COLOR
	 all_of "$t") >"$scratch/got" 2>/dev/null
	compare "another time zone and locale" "$t"
	(umask 077; cd / && all_of "$t") >"$scratch/got" 2>/dev/null
	compare "another umask and directory" "$t"
	[ -z "$norandom" ] || {
		$norandom sh "$0" --print "$t" >"$scratch/got" 2>/dev/null
		compare "a fixed address layout" "$t"
	}
done
echo "determinism: $n comparisons, $bad differ"
[ "$bad" = 0 ]
