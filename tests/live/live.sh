# SPDX-License-Identifier: Apache-2.0
# Sourced by the live tests: may this machine record?  Where it may not, the
# test is skipped with the reason; with VESTIGE_REQUIRE_LIVE set, that fails.
# LIVE_HERE=no beforehand: the recording is made on another machine.
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

[ "${LIVE_HERE:-}" = no ] || {
	[ "$(id -u)" = 0 ] || skip "recording needs root"
	[ -r /sys/kernel/btf/vmlinux ] || skip "the kernel has no BTF"
}
grep -q '^#define HAVE_BPF 1' "$build/config.h" || skip "built without the eBPF recorder"

# record OUT CMD…: record a command and its children.
record() {
	out=$1
	shift
	"$v" capture --overwrite -w "$out" -- "$@" 2>"$tmp/capture.log" || {
		cat "$tmp/capture.log"
		fail "capture of $* ended with status $?"
	}
}

# What `vestige info` said, in a file: info_rows FILE KIND, info_lost FILE CLASS REASON.
info_rows() { awk -v n="$2" '$2 == n && NF == 3 { print $1; n = "" }' "$1" | grep . || echo 0; }
info_lost() { awk -v c="$2" -v r="$3" '$2 == c && $3 == r { print $1 + 0 }' "$1" | grep . || echo 0; }

# oracle_check NAME PATH: PATH.vtr shows what PATH.want says (an oracle's
# output), and PATH.log tells of no loss.
oracle_check() {
	grep -q ', 0 lost' "$2.log" || { cat "$2.log"; fail "$1: events were lost"; }
	"$build/tests/oracle/show" "$2.vtr" "$(head -n 1 "$2.want")" >"$2.got" ||
		fail "$1: the trace cannot be read"
	# every expected line begins one of the lines seen, in the same order
	tail -n +2 "$2.want" | awk -v got="$2.got" -v name="$1" '
		{
			found = 0
			while ((getline line <got) > 0)
				if (index(line, $0) == 1) { found = 1; break }
			if (!found) { print name ": not seen: " $0; bad = 1; exit }
		}
		END { exit bad }' || {
		verb=$(tail -n +2 "$2.want" | cut -d" " -f1 | sort -u | tr "\n" " ")
		grep -E "^($(echo $verb | tr " " "|")) " "$2.got" | head -n 60
		fail "$1"
	}
	echo "$1: $(($(wc -l <"$2.want") - 1)) calls as expected"
}

# incident_check TRACE: every step of the staged incident (samples/incident) is
# found in TRACE by the rules that come with vestige; $tmp/alerts has them.
incident_check() {
	"$v" analyze -r "$src/rules/vestige_rules.yaml" --matching all "$1" >"$tmp/alerts" ||
		fail "analyze: status $?"
	cat "$tmp/alerts"
	for step in \
		"A network service started a shell" \
		"A service's descendant ran a reconnaissance command" \
		"A hidden directory was made" \
		"The password database was read | file=/etc/shadow" \
		"An executable file was made in a temporary directory" \
		"A program in a temporary directory was run" \
		"A program from a temporary directory connected"
	do
		grep -qF "$step" "$tmp/alerts" || fail "not found: $step"
	done
}

# record_host OUT OPTION…: begin to record the host; $recorder, once it records.
record_host() {
	out=$1
	shift
	rm -f "$tmp/status"
	"$v" capture -q --overwrite -w "$out" --status-json "$tmp/status" --status-interval 100ms "$@" \
		2>"$tmp/capture.log" &
	recorder=$!
	until [ -s "$tmp/status" ]; do
		kill -0 $recorder 2>/dev/null || { cat "$tmp/capture.log"; fail "no recording of the host"; }
		sleep 0.05
	done
}

# End it as a user would.
end_recording() {
	kill -INT $recorder
	wait $recorder || { cat "$tmp/capture.log"; fail "capture: status $?"; }
}

# ports.pl, recorded with these: ports of the server, of the client, of
# datagrams that are not connected; other ports, and files, keep two bytes.
ports_options='--snaplen 2 --snaplen-port 47111=5,47112-47113=9'
ports_check() {
	"$v" replay events "$1" -p '*%evt.type %fd.sport %fd.cport %evt.arg.data' \
		-f 'proc.name = perl and evt.type in (read, write, sendto, sendmsg, recvfrom) and
		    (fd.type in (ipv4) or fd.name = /dev/null) and evt.rawres = 16' 2>/dev/null |
		awk '{
			for (i = 2; i <= 3; i++)	# others the kernel chose
				if ($i !~ /^471(1[123]|2[01])$/) $i = "-"
			print }' >"$tmp/seen"
	printf '%s\n' 'write 47111 - 01234' 'read 47111 - 01234' \
		'write - 47112 012345678' 'read - 47112 012345678' \
		'write - - 01' 'read - - 01' \
		'sendto 47113 47120 012345678' 'recvfrom 47120 47113 012345678' \
		'sendto 47121 47113 012345678' 'recvfrom 47113 47121 012345678' \
		'sendmsg 47121 47113 012345678' 'recvfrom 47113 47121 012345678' \
		'sendmsg 47121 47120 01' 'recvfrom 47120 47121 01' \
		'write - - 01' >"$tmp/want"
	diff "$tmp/want" "$tmp/seen" || fail "$1: --snaplen-port"
}
