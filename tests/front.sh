#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The front command finds the tools beside itself, in the build tree or
# installed, and hands them the right words.
set -u
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-front.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
failed=0

# A stand-in tool that says who it is and what it was given.
tool()
{
	mkdir -p "$(dirname "$1")"
	printf '#!/bin/sh\necho "%s: $*"\nexit 3\n' "$(basename "$1")" > "$1"
	chmod +x "$1"
}

# check STATUS TEXT-IN-OUTPUT ARGS...
check()
{
	want=$1 text=$2
	shift 2
	out=$("$front" "$@" 2>&1)
	got=$?
	if [ $got != "$want" ] || ! printf '%s\n' "$out" | grep -qF -e "$text"; then
		printf 'FAIL: vestige %s: status %s, want %s and "%s":\n%s\n' \
			"$*" "$got" "$want" "$text" "$out"
		failed=1
	fi
}

mkdir "$dir/bin"
cp ./vestige "$dir/bin/vestige" || exit 99
front=$dir/bin/vestige

check 5 "vestige-replay is not installed beside vestige" info x
check 2 "did you mean 'replay'?" replya events
check 2 "no verb given"
check 2 "is not a verb" ''
check 0 "usage: vestige VERB" help
check 0 "usage: vestige VERB" --help
check 0 "vestige " --version
if [ -w /dev/full ]; then
	text=$("$front" --help 2>&1 >/dev/full)
	[ $? = 5 ] && case $text in *'cannot write standard output'*) ;; *) false ;; esac ||
		{ echo "FAIL: a full standard output is not told: $text"; failed=1; }
fi
check 0 "capture" --complete

tool "$dir/bin/replay/vestige-replay"		# as in a build tree
tool "$dir/bin/vestige-analyze"			# as installed
tool "$dir/sbin/vestige-capture"
check 3 "vestige-replay: info a b" info a b
check 3 "vestige-replay: ps x --at 1" replay ps x --at 1
check 3 "vestige-replay: " replay
check 3 "vestige-replay: --help" replay --help
check 3 "vestige-analyze: events x -p *%evt.num" replay events x -p '*%evt.num'
check 3 "vestige-analyze: rules check a" rules check a
check 3 "vestige-capture: capture -w f -- ls" capture -w f -- ls
check 3 "vestige-replay: keygen" keygen
check 3 "vestige-replay: help ps" help replay ps
check 3 "vestige-analyze: help events" help replay events
check 3 "vestige-replay: help info" help info
check 3 "vestige-replay: --complete" --complete replay
check 3 "vestige-analyze: --complete events" --complete replay events
check 3 "vestige-analyze: --complete rules" --complete rules
check 3 "vestige-analyze: --complete rules --matching" --complete rules --matching
check 3 "vestige-replay: --complete ps --at" --complete replay ps --at

# A link to the front command still finds what lies beside the real one.
ln -s "$dir/bin/vestige" "$dir/link"
front=$dir/link
check 3 "vestige-replay: info" info

# The real tools: every verb of the front table is there, and says of itself
# what people type.
front=./vestige
verbs=$(./vestige --complete) subs=$(./vestige --complete replay)
[ -n "$verbs" ] && [ -n "$subs" ] || { echo "FAIL: no verbs"; failed=1; }
for verb in $verbs; do
	[ "$verb" = replay ] || check 0 "usage: vestige $verb [OPTIONS]" help "$verb"
done
check 0 "usage: vestige replay VERB" help replay
for verb in events ps tree fds conns containers users; do
	case " $(echo $subs) " in
	*" $verb "*) check 0 "usage: vestige replay $verb [OPTIONS]" help replay "$verb" ;;
	*) echo "FAIL: vestige replay $verb is not there"; failed=1 ;;
	esac
done
exit $failed
