#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every test: set-up, then gcc and clang with warnings as errors, then the
# sanitizers, then the offline half alone.  Ends with one line of counts.
#
#	sh tools/test.sh [quick]	quick: gcc only
#
# A live test that this machine could have run must not be skipped: root and
# a kernel with BTF make it required.
set -u
src=$(cd "$(dirname "$0")/.." && pwd)
cd "$src" || exit 5
sh tools/setup.sh test || exit 5

if [ "$(id -u)" = 0 ] && [ -r /sys/kernel/btf/vmlinux ]; then
	VESTIGE_REQUIRE_LIVE=1
	export VESTIGE_REQUIRE_LIVE
fi

# Reference data lies beside the checkout where there is any.
if [ -z "${VESTIGE_SHARED:-}" ] && [ -d "$src/../shared" ]; then
	VESTIGE_SHARED=$(cd "$src/../shared" && pwd)
	export VESTIGE_SHARED
fi

passed=0 failed=0 skipped=0 bad=

# failed NAME WHY
failed() {
	failed=$((failed + 1))
	bad="$bad $variant/$1"
	echo "FAILED: $1${2:+ $2}"
}

# The results automake left under a build directory.
tally() {
	for trs in $(find "$1" -name '*.trs' | sort); do
		name=${trs#"$1"/}
		case $(sed -n 's/^:test-result: *//p' "$trs" | head -n 1) in
		PASS*) passed=$((passed + 1)) ;;
		SKIP*)
			skipped=$((skipped + 1))
			# the last line but that of automake says why
			echo "skipped: ${name%.trs}: $(sed '/(exit status: 77)$/d' "${trs%.trs}.log" | tail -n 1)"
			case $name in
			tests/live/*)
				[ -z "${VESTIGE_REQUIRE_LIVE:-}" ] ||
					failed "${name%.trs}" "was skipped where it can run" ;;
			tests/reference/*|tests/conformance/*)
				[ ! -d "${VESTIGE_SHARED:-}/reference" ] ||
					failed "${name%.trs}" "was skipped although its data is there" ;;
			esac ;;
		*)
			failed "${name%.trs}"
			tail -n 40 "${trs%.trs}.log" ;;
		esac
	done
}

# variant NAME [configure options]: build and check in build/test-NAME.
variant() {
	name=$1 variant=$1
	shift
	echo "== $name"
	find "build/test-$name" -name '*.trs' -delete 2>/dev/null
	if ! sh tools/build.sh "build/test-$name" "$@" >"build/test-$name.log" 2>&1; then
		tail -n 40 "build/test-$name.log"
		failed build
		return
	fi
	make -s -C "build/test-$name" -j"$(nproc)" -k check >>"build/test-$name.log" 2>&1
	[ -n "$(find "build/test-$name" -name '*.trs' -print -quit)" ] || {
		tail -n 40 "build/test-$name.log"
		failed check "ran no test"
	}
	tally "build/test-$name"
}

mkdir -p build
# The long storm and all scenarios once, less of both after that.
VESTIGE_STORM=20 VESTIGE_SCENES=all
export VESTIGE_STORM VESTIGE_SCENES
variant gcc --enable-werror
VESTIGE_STORM=2 VESTIGE_SCENES=
if [ "${1:-}" != quick ]; then
	# The kernel halves, browsers and other readers are the same whatever
	# compiles the rest, and of many alike a few will do: VESTIGE_BRIEF tells
	# the tests what this variant is there for, when not for everything.
	VESTIGE_KMOD=no VESTIGE_BRIEF=compiler
	export VESTIGE_KMOD VESTIGE_BRIEF
	VESTIGE_SCENES="a02_persistence a14_paths"
	variant clang --enable-werror CC=clang CXX=clang++
	VESTIGE_BRIEF=sanitizer VESTIGE_SCENES=
	variant asan --enable-werror --enable-asan CFLAGS="-O1 -g"
	# Nothing to record with and no reference data, on purpose.
	VESTIGE_REQUIRE_LIVE= VESTIGE_SHARED=/nonexistent VESTIGE_BRIEF=offline
	variant offline --enable-werror --disable-bpf --disable-lto --disable-pgo CFLAGS="-O1 -g"
fi

[ -z "$bad" ] || echo "failed:$bad"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
