#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The fuzz target over bytes made on the spot, and over inputs that once found
# a bug (tests/fuzz/found/machine, if any).
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
for n in 1 2 3 4; do
	awk -v seed=$n 'BEGIN { x = seed * 2654435; for (i = 0; i < 6000; i++) {
		x = (x * 1103515 + 12345) % 2147483; printf "%c", 32 + x % 90 } }' \
		>"$dir/$n" </dev/null
done
for f in "${srcdir:-.}"/tests/fuzz/found/machine/*; do
	[ -e "$f" ] && cp "$f" "$dir"
done
./tests/fuzz/fuzz_machine "$dir"/*
