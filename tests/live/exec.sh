#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Facts of the executable: device, inode, size, times, overlay layer, memfd,
# another file than the path says; as fields, against what stat(1) says.
. "$(dirname "$0")/live.sh"

if [ "${1:-}" != inside ]; then
	unshare -m true 2>/dev/null || skip "no mount namespace of its own"
	exec unshare -m sh "$0" inside
fi
mount -t tmpfs none "$tmp" || skip "cannot mount"
trap 'umount -l "$tmp"; rmdir "$tmp"' EXIT
cd "$tmp" && mkdir lower upper work both && cp /bin/true plain && ln -s plain link &&
	cp /bin/true lower/low && cp /bin/true upper/up && touch -d '2020-02-02 02:02:02.123456789' plain ||
	exit 99
layers=yes
mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work none both 2>/dev/null || {
	layers=
	echo "no overlay can be mounted here: layers left out"
}
cat >work.sh <<'WORK'
./plain
./link
./both/low
./both/up
perl -e 'open(my $in, "<", "/bin/true"); local $/; my $b = <$in>; my $name = "mem\0";
	my $fd = syscall(319, $name, 0); $fd == 4 or die; open(my $out, ">&=", $fd); binmode $out; print $out $b;
	$out->flush; exec "/proc/self/fd/$fd"'
WORK
stat plain >/dev/null	# which leaves a mark in the time of its change
record t.vtr sh work.sh

# dev_of FILE: in the kernel's 32 bits, as they are printed
dev_of() {
	set -- $(stat -c '%Hd %Ld' "$1")
	printf '%X' $((($2 & 0xff) | ($1 << 8) | (($2 & ~0xff) << 12)))
}
# want NAME FILE REDIRECTED UPPER LOWER MEMFD: of the program that was run as NAME.
want() {
	got=$("$v" replay events t.vtr -f "evt.type = execve and evt.arg.filename endswith $1 and evt.res = SUCCESS" \
		-p '%evt.arg.exe_dev %proc.exe_ino %evt.arg.exe_size %proc.exe_ino.mtime %evt.arg.redirected %proc.is_exe_upper_layer %proc.is_exe_lower_layer %proc.is_exe_from_memfd' |
		sed 's/^0x//')
	if [ "$2" = memfd ]; then	# no file to ask
		want=$(stat -c %s /bin/true)
		set -- $got
		[ "$3 $8" = "$want true" ] || fail "memfd: $got, want a size of $want"
		return
	fi
	want="$(dev_of "$2") $(stat -c '%i %s' "$2") $(date -d "$(stat -c %y "$2")" +%s%N) $3 $4 $5 $6"
	[ "$got" = "$want" ] || fail "$1: '$got', want '$want'"
}
want /plain plain false false false false
want /link plain true false false false
[ -z "$layers" ] || {
	want /both/low both/low false false true false
	want /both/up both/up false true false false
}
want /proc/self/fd/4 memfd
# and the time of the inode's own change
got=$("$v" replay events t.vtr -f 'evt.type = execve and evt.arg.filename endswith /plain' -p %proc.exe_ino.ctime)
[ "$got" = "$(date -d "$(stat -c %z plain)" +%s%N)" ] || fail "ctime: $got"
echo "device, inode, size, times, layers, memfd, redirection: as stat says"
