#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# All triples, written and generated, give their verdicts.
dir=${srcdir:-.}/tests/filter
tests/filter/gen_triples > tests/filter/generated.test || exit 1
exec tests/filter/triples "$dir/lexical.test" "$dir/meaning.test" \
	"$dir/transformers.test" tests/filter/generated.test
