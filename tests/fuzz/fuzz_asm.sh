#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The fuzz target over its corpus, and over inputs that once found a bug.
set --
for f in "${srcdir:-.}"/tests/fuzz/corpus/asm/* "${srcdir:-.}"/tests/fuzz/found/asm/*; do
	[ -e "$f" ] && set -- "$@" "$f"
done
exec ./tests/fuzz/fuzz_asm "$@"
