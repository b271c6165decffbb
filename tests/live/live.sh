# SPDX-License-Identifier: Apache-2.0
# Sourced by the live tests: may this machine record?  Where it may not, the
# test is skipped with the reason; with VESTIGE_REQUIRE_LIVE set, that fails.
set -u
src=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
build=${abs_top_builddir:-$(pwd)}
v=$build/vestige
tmp=$(mktemp -d /tmp/vestige-live.XXXXXX) || exit 99
trap 'rm -rf "$tmp"' EXIT

skip() {
	echo "cannot run here: $*"
	[ -z "${VESTIGE_REQUIRE_LIVE:-}" ] || exit 1
	exit 77
}

fail() {
	echo "FAIL: $*"
	exit 1
}

[ "$(id -u)" = 0 ] || skip "recording needs root"
[ -r /sys/kernel/btf/vmlinux ] || skip "the kernel has no BTF"
grep -q '^#define HAVE_BPF 1' "$build/config.h" || skip "built without the eBPF recorder"

# record OUT CMD…: record a command and its children.
record() {
	out=$1
	shift
	"$v" capture -w "$out" -- "$@" 2>"$tmp/capture.log" || {
		cat "$tmp/capture.log"
		fail "capture of $* ended with status $?"
	}
}
