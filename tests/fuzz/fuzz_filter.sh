#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The fuzz target over conditions and formats of the other tests, a file each,
# and over inputs that once found a bug (tests/fuzz/found/filter, if any).
src=${srcdir:-.}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
tests/filter/gen_triples > "$dir/generated" || exit 1
awk -v dir="$dir" '
/^#/ || /^$/ { n = 0; next }
n++ == 0 && (FILENAME !~ /generated$/ || ++generated % 25 == 0) {
	file = sprintf("%s/in%04d", dir, ++files)
	print > file
	close(file)
}' "$src/tests/filter/lexical.test" "$src/tests/filter/meaning.test" \
	"$src/tests/filter/transformers.test" "$dir/generated"
for f in "$src"/tests/fuzz/found/filter/*; do
	[ -e "$f" ] && cp "$f" "$dir"
done
[ -n "$1" ] && cp "$dir"/* "$1"
tests/fuzz/fuzz_filter "$dir"/*
