#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each oracle says what a recording of it must show; every line must be there,
# in order.
. "$(dirname "$0")/live.sh"

[ "$(uname -m)" = x86_64 ] || skip "the oracles are written for x86_64"
for name in files data net ident proc extra compat; do
	prog=$build/tests/oracle/$name
	[ -x "$prog" ] || skip "not built: $prog"
	mkdir "$tmp/$name" && cd "$tmp/$name" || exit 99
	"$v" capture --set all -w ../$name.vtr -- "$prog" >../$name.want 2>../$name.log ||
		{ cat ../$name.log; fail "$name"; }
	cd "$build" || exit 99
	oracle_check $name "$tmp/$name"
done
