#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh DIR [configure options]: configure and build out of tree in DIR.
set -eu
src=$(cd "$(dirname "$0")/.." && pwd)
dir=$1
shift
if [ ! -x "$src/configure" ] || [ "$src/configure.ac" -nt "$src/configure" ] ||
   [ -n "$(find "$src" -name Makemodule.am -newer "$src/configure" -print -quit)" ]; then
	(cd "$src" && autoreconf -fi >/dev/null)
fi
mkdir -p "$dir"
cd "$dir"
[ -f Makefile ] && [ Makefile -nt "$src/configure" ] || "$src/configure" -q "$@"
make -s -j"$(nproc)"
