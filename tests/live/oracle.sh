#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each oracle says what a recording of it must show; every line must be there,
# in order.
. "$(dirname "$0")/live.sh"

[ "$(uname -m)" = x86_64 ] || skip "the oracles are written for x86_64"
for name in files data net ident proc; do
	prog=$build/tests/oracle/$name
	[ -x "$prog" ] || skip "not built: $prog"
	mkdir "$tmp/$name" && cd "$tmp/$name" || exit 99
	"$v" capture --set all -w ../t.vtr -- "$prog" >../want 2>../log || { cat ../log; fail "$name"; }
	grep -q ', 0 lost' ../log || { cat ../log; fail "$name: events were lost"; }
	pid=$(head -n 1 ../want)
	"$build/tests/oracle/show" ../t.vtr "$pid" >../got || fail "$name: the trace cannot be read"
	# every expected line begins one of the lines seen, in the same order
	tail -n +2 ../want | awk -v got=../got -v name="$name" '
		{
			found = 0
			while ((getline line <got) > 0)
				if (index(line, $0) == 1) { found = 1; break }
			if (!found) { print name ": not seen: " $0; bad = 1; exit }
		}
		END { exit bad }' || {
		verb=$(tail -n +2 ../want | cut -d" " -f1 | sort -u | tr "\n" " ")
		grep -E "^($(echo $verb | tr " " "|")) " ../got | head -n 60
		fail "$name"
	}
	cd "$build" || exit 99
	echo "$name: $(($(wc -l <"$tmp/want") - 1)) calls as expected"
done
