#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The machine is the same whether events are watched or pass by: reference
# captures as they are (some with enter events) and as .vtr.
shared=${VESTIGE_SHARED:-${srcdir:-.}/../shared}
traces=$shared/reference/traces
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
if [ ! -d "$traces" ]; then
	echo "SKIP: no reference traces at $traces (set VESTIGE_SHARED)"
	exit 77
fi
for f in "$traces"/a*.scap; do
	./vestige convert "$f" "$tmp/$(basename "$f" .scap).vtr" || exit 1
done
exec ./tests/replay/pass "$tmp"/*.vtr "$traces"/a0*.scap "$traces"/legacy/*.scap
