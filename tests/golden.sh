#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Golden tests: tests/golden/AREA/CASE/{cmd,out,err,status}.
#
# cmd is a shell fragment; it runs in the case's folder with `vestige` in
# PATH, $samples and $rules naming the tree's folders and $tmp a scratch
# folder.  Its standard output, standard error and exit status must equal the
# files (a missing `err` means empty, a missing `status` means 0).
#
#	tests/golden.sh [--update] [AREA/CASE…]
#
# --update rewrites the files; the difference is reviewed as any other change.
set -u
src=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
build=${abs_top_builddir:-$(pwd)}
update=
[ "${1:-}" = --update ] && { update=1; shift; }
[ -x "$build/vestige" ] || { echo "golden: no vestige in $build" >&2; exit 1; }

PATH=$build:$PATH
samples=$src/samples
rules=$src/rules
LC_ALL=C
export PATH samples rules LC_ALL
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

ran=0 bad=0
run_case() {
	name=$1
	dir=$src/tests/golden/$name
	tmp=$scratch/tmp
	rm -rf "$tmp"
	mkdir -p "$tmp"
	export tmp
	(cd "$dir" && sh ./cmd) >"$scratch/out" 2>"$scratch/err.raw" </dev/null
	status=$?
	# What differs from machine to machine is the path of the checkout.
	sed -e "s|$src|SRC|g" -e "s|$tmp|TMP|g" -e "s|$build|BUILD|g" "$scratch/err.raw" >"$scratch/err"
	echo "$status" >"$scratch/status"
	ran=$((ran + 1))
	if [ -n "$update" ]; then
		cp "$scratch/out" "$dir/out"
		rm -f "$dir/err" "$dir/status"
		[ ! -s "$scratch/err" ] || cp "$scratch/err" "$dir/err"
		[ "$status" = 0 ] || cp "$scratch/status" "$dir/status"
		return
	fi
	ok=1
	diff -u "$dir/out" "$scratch/out" || ok=
	if [ -f "$dir/err" ]; then diff -u "$dir/err" "$scratch/err" || ok=
	elif [ -s "$scratch/err" ]; then diff -u /dev/null "$scratch/err"; ok=; fi
	want=0
	[ ! -f "$dir/status" ] || read -r want <"$dir/status"
	[ "$status" = "$want" ] || { echo "exit status $status, want $want"; ok=; }
	[ -n "$ok" ] || { echo "golden: $name differs"; bad=$((bad + 1)); }
}

if [ $# = 0 ]; then
	set -- $(cd "$src/tests/golden" && find . -name cmd | sed 's|^\./||; s|/cmd$||' | LC_ALL=C sort)
fi
for c; do run_case "$c"; done
echo "golden: $ran cases, $bad differ"
[ "$ran" -gt 0 ] && [ "$bad" = 0 ]
