#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The fuzz target of block bodies over the samples' bodies and over the sets
# that fuzzing each body kept (tests/fuzz/pack.py makes and opens them).  To
# fuzz one body (8: TRAILER, see schema/blocks.def): compile fuzz_body.c with
# -DFUZZ_BODY=8, all of it with clang and -fsanitize=fuzzer,address,undefined,
# without driver.c.
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
./tests/trace/bodies "$dir" || exit 1
for f in "${srcdir:-.}"/tests/fuzz/corpus/body/*.set; do
	[ -e "$f" ] && cp "$f" "$dir"
done
./tests/fuzz/fuzz_body "$dir"/*
