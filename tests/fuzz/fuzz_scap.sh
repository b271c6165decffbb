#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The fuzz target over seeds made on the spot, and over inputs that once
# found a bug (tests/fuzz/found/scap, if any).
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
./tests/scap/corpus "$dir" || exit 1
for f in "${srcdir:-.}"/tests/fuzz/found/scap/*; do
	[ -e "$f" ] && cp "$f" "$dir"
done
./tests/fuzz/fuzz_scap "$dir"/*
