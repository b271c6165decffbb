#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The fuzz target over bytes made on the spot: every kind of record, twice.
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
awk -v dir="$dir" 'BEGIN {
	for (n = 0; n < 800; n++) {
		f = dir "/" n
		x = (n + 1) * 2654435 % 2147483
		printf "%c%c%c", 32 + n % 2, 32 + n % 90, 32 + int(n / 90) >f
		for (i = 0; i < 500; i++) {
			x = (x * 1103515 + 12345) % 2147483
			printf "%c", (x % 7 ? 1 + x % 40 : 32 + x % 90) >f
		}
		close(f)
	}
}' </dev/null
./tests/fuzz/fuzz_raw "$dir"/*
