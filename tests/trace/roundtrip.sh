#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every reference capture survives .scap -> .vtr, byte for byte.
shared=${VESTIGE_SHARED:-${srcdir:-.}/../shared}
traces=$shared/reference/traces
if [ ! -d "$traces" ]; then
	echo "SKIP: no reference traces at $traces (set VESTIGE_SHARED)"
	exit 77
fi
exec ./tests/trace/roundtrip "$traces"/a*.scap "$traces"/format/*.scap "$traces"/legacy/*.scap
