#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Golden tests: tests/golden/AREA/CASE/{cmd,out,err,status,needs}.
#
# cmd is a shell fragment; it runs in the case's folder with `vestige` in
# PATH, $samples and $rules naming the tree's folders and $tmp a scratch
# folder.  Its standard output, standard error and exit status must equal the
# files (a missing `out` or `err` means empty, a missing `status` means 0).
# `needs` names what not every machine has: root, bpf.
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
chmod 755 "$scratch"
trap 'rm -rf "$scratch"' EXIT

ran=0 bad=0 skipped=0
has() {
	case $1 in
	root) [ "$(id -u)" = 0 ] ;;
	bpf) grep -q '^#define HAVE_BPF 1' "$build/config.h" ;;
	*) echo "golden: nobody knows what '$1' is" >&2; exit 1 ;;
	esac
}

# What differs from machine to machine is the path of the checkout.
neutral() {
	sed -e "s|$build|BUILD|g" -e "s|$src|SRC|g" -e "s|$tmp|TMP|g" "$1"
}

# same NAME: the file of the case equals what came out.
same() {
	want=$dir/$1
	[ -f "$want" ] || want=/dev/null
	cmp -s "$want" "$scratch/$1" || { diff -u "$want" "$scratch/$1"; ok=; }
}

keep() {
	rm -f "$dir/out" "$dir/err" "$dir/status"
	for file in out err; do
		[ ! -s "$scratch/$file" ] || cp "$scratch/$file" "$dir/$file"
	done
	[ "$status" = 0 ] || cp "$scratch/status" "$dir/status"
}

run_case() {
	name=$1
	dir=$src/tests/golden/$name
	[ -f "$dir/cmd" ] || { echo "golden: no case $name"; bad=$((bad + 1)); return; }
	for need in $(cat "$dir/needs" 2>/dev/null); do
		has "$need" && continue
		echo "golden: $name not run: needs $need"
		skipped=$((skipped + 1))
		return
	done
	tmp=$scratch/tmp
	rm -rf "$tmp"
	mkdir -p "$tmp"
	export tmp
	(cd "$dir" && sh ./cmd) >"$scratch/out.raw" 2>"$scratch/err.raw" </dev/null
	status=$?
	neutral "$scratch/out.raw" >"$scratch/out"
	neutral "$scratch/err.raw" >"$scratch/err"
	echo "$status" >"$scratch/status"
	ran=$((ran + 1))
	[ -z "$update" ] || { keep; return; }
	ok=1
	same out
	same err
	want=0
	[ ! -f "$dir/status" ] || read -r want <"$dir/status"
	[ "$status" = "$want" ] || { echo "exit status $status, want $want"; ok=; }
	[ -n "$ok" ] || { echo "golden: $name differs"; bad=$((bad + 1)); }
}

if [ $# = 0 ]; then
	set -- $(cd "$src/tests/golden" && find . -name cmd | sed 's|^\./||; s|/cmd$||' | LC_ALL=C sort)
fi
for c; do run_case "$c"; done
echo "golden: $ran cases, $bad differ, $skipped not run"
[ "$ran" -gt 0 ] && [ "$bad" = 0 ]
