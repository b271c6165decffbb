# SPDX-License-Identifier: Apache-2.0
# What the small machine of guest.sh does; its last line of status is the test's.
b=/bin/busybox
failed=0
insmod() { $b insmod "$@"; }
rmmod() { $b rmmod "$@"; }
dmesg() { $b dmesg; }
fail() {
	echo "FAIL: $*"
	failed=1
}
up() {
	echo "== $($b cut -d' ' -f1 /proc/uptime) $*"
}
# refused TEXT COMMAND…: it ends with status 5, says TEXT and a next step.
refused() {
	text=$1
	shift
	"$@" >/tmp/said 2>&1
	status=$?
	[ $status = 5 ] && grep -q "$text" /tmp/said && grep -q 'hint:' /tmp/said || {
		cat /tmp/said
		fail "status $status, want 5 and: $text"
	}
}
driver=/root/vestige.ko
. /root/settings
capture="vestige-capture --driver kmod"

up not loaded
refused 'the kernel module is not loaded' $capture -w /tmp/no.vtr

up load, unload, load
insmod $driver || fail insmod
rmmod vestige || fail rmmod
insmod $driver || fail insmod
sizes=$(grep -c . /proc/vmallocinfo)

up the same records as eBPF
echo 0 >/proc/sys/kernel/randomize_va_space
$b mkdir /tmp/w
for name in $single; do
	echo "/bin/busybox mkdir /tmp/w/$name && cd /tmp/w/$name && /root/$name >/dev/null"
done >/root/all
# The recorder gets a number of our choice and what it records the next ones, unless a
# thread of the kernel's takes one of these meanwhile: then all once more, with others.
# A further number that is not in the records, and no such thread's, is a process the
# driver missed.
missing() {
	$b sed -n 's/^[^|]* tid=\([0-9]*\) .*/\1/p' "$1" | $b awk -v n="$2" '
		{ seen[$1] = 1; if ($1 > last) last = $1 }
		END { for (; n <= last; n++) if (!(n in seen)) print n }'
}
is_kernels() {
	[ "$($b sed -n 's/.*) [A-Z] \([0-9]*\) .*/\1/p' /proc/$1/stat 2>/dev/null)" = 2 ]
}
# record DRIVER FIRST: its records; those of the numbers that are the kernel's go to $taken.
record() {
	$b mount -t tmpfs w /tmp/w
	echo $(($2 - 1)) >/proc/sys/kernel/ns_last_pid
	$b taskset 1 /root/records $1 $b sh /root/all >/tmp/records.$1 || fail "records of $1"
	$b umount /tmp/w
	recorder=
	for n in $(missing /tmp/records.$1 $2); do
		if is_kernels $n; then
			taken="$taken $n"
		elif [ "$recorder" ]; then
			fail "$1: nothing is recorded of process $n"
		else
			recorder=$n
		fi
	done
	[ "$recorder" ] || fail "$1: no records"
}
for first in 2000 2200 2400 2600 2800 3000 3200 3400; do
	taken=
	for d in $drivers; do
		record $d $first
	done
	[ "$taken" ] || break
	echo "== from $first on, taken by the kernel:$taken"
done
for d in $drivers; do
	give /tmp/records.$d
done
echo 2 >/proc/sys/kernel/randomize_va_space

up oracles
for name in $oracles; do
	echo "/bin/busybox mkdir /tmp/w/$name && cd /tmp/w/$name && /root/$name >/tmp/$name.want"
done >/root/all
$capture --set all -w /tmp/oracles.vtr -- $b sh /root/all 2>/tmp/oracles.log || fail oracles
for file in oracles.vtr oracles.log $(for name in $oracles; do echo $name.want; done); do
	give /tmp/$file
done

up whose calls are recorded
cat >/root/work <<'S'
/bin/busybox mkdir -p /sys/fs/cgroup/box/inner
cat /etc/passwd >/dev/null
cat /no/such/file 2>/dev/null
perl -e '$< = $> = 65534; exec "head", "-c", "3", "/etc/passwd"' >/dev/null
sh -c 'echo 0 >/sys/fs/cgroup/box/inner/cgroup.procs; exec wc -l /etc/group' >/dev/null
S
select() {
	name=$1
	shift
	$capture -q --set all "$@" -w /tmp/$name.vtr -- sh /root/work || fail "recording $name"
	give /tmp/$name.vtr
}
select comm --comm cat,head
select uid --uid 5,60000-70000
select group --cgroup /box
select path --path /etc/pass,/no/such
select failed --failed
select snap --snaplen-read 4
$b ip link set lo up
echo 'exec perl /root/ports.pl' >/root/work
select port $ports_options

up a storm, and one while the reader stands still
$capture -e getpid --ring-mb 64 -w /tmp/storm1.vtr -- /root/storm getpid 30000 ||
	fail "storm"
$capture -e getpid --ring-mb 1 -w /tmp/storm2.vtr -- sh -c \
	'kill -STOP $PPID; /root/storm getpid 30000; kill -CONT $PPID' || fail "stopped reader"
$capture -e write,openat,close,execve,clone --snaplen 4096 --ring-mb 1 -w /tmp/storm3.vtr -- sh -c \
	'kill -STOP $PPID; /root/storm mixed 3 >/dev/null; kill -CONT $PPID' || fail "mixed storm"
give /tmp/storm1.vtr
give /tmp/storm2.vtr
give /tmp/storm3.vtr

up readers that die
for i in 1 2 3 4 5 6 7 8; do
	$capture -q --set all --overwrite -w /tmp/dead.vtr &
	/root/storm open $((RANDOM % 3000)) >/dev/null
	kill -9 $!
	wait $! 2>/dev/null
done

up busy, and not for everybody
$capture -q -w /tmp/first.vtr &
first=$!
while ! grep -q 'vestige .* 1 ' /proc/modules; do $b usleep 50000; done
refused 'Device or resource busy' $capture -w /tmp/no.vtr
rmmod vestige 2>/dev/null && fail "unloaded while open"
kill $first
wait $first || fail "the first recorder: status $?"
refused 'Permission denied' perl -e '$< = $> = 65534; exec @ARGV' $capture -w /tmp/no2.vtr

up malformed calls
/root/fuzz $((RANDOM + 1)) 60 || fail "fuzz"

up memory that is not there
$b dd if=/dev/urandom of=/tmp/file bs=4096 count=8 2>/dev/null
/root/records kmod /root/absent /tmp/file | grep -a '^write' >/tmp/absent.got
hex() {
	$b dd if=/tmp/file bs=1 skip=$1 count=$2 2>/dev/null | $b hexdump -ve '1/1 "%02x"'
}
grep -q "| data 0: $(hex 0 16)\$" /tmp/absent.got &&
	grep -q "| data 0: iov_total=1000000000000000 $(hex 8192 8)$(hex 16380 8)\$" /tmp/absent.got || {
	cat /tmp/absent.got
	fail "absent memory was not read at the second attempt"
}

up the driver auto
cat >/root/nobtf <<'S'
/bin/busybox mount -t tmpfs none /sys/kernel/btf && exec vestige-capture "$@"
S
$b unshare -m sh /root/nobtf -w /tmp/auto.vtr -- /root/storm getpid 10 >/tmp/said 2>&1 &&
	grep -q 'recording with the kernel module' /tmp/said || { cat /tmp/said; fail auto; }

up the staged incident
$capture -w /tmp/incident.vtr -- sh /root/stage.sh >/tmp/said 2>&1 || { cat /tmp/said; fail incident; }
tail -n 1 /tmp/said
give /tmp/incident.vtr

up nothing is left
left() {
	grep -H '\[vestige\]' /proc/vmallocinfo | grep -v load_module
	for traces in /sys/kernel/debug/slab/kmalloc-*/alloc_traces; do
		grep -H '\[vestige\]' "$traces"
	done
}
left >/tmp/left
[ ! -s /tmp/left ] || { cat /tmp/left; fail "memory is left"; }

up $times times loaded and unloaded under load
while :; do /root/storm open 200; $b usleep 20000; done >/dev/null &
load=$!
i=0
while [ $i -lt $times ]; do
	rmmod vestige || fail "rmmod $i"
	insmod $driver || fail "insmod $i"
	# every fifth time it had recorded
	[ $((i % 5)) != 0 ] || /root/fuzz $i 0 >/dev/null || fail "recording $i"
	i=$((i + 1))
done
kill $load
wait $load 2>/dev/null
rmmod vestige || fail "last rmmod"

up another ABI, and none at all
if [ -e /root/other.ko ]; then
	insmod /root/other.ko || fail "insmod other"
	refused 'does not fit this program' $capture -w /tmp/no.vtr
	rmmod vestige
fi
refused 'kernel module: .*not loaded' $b unshare -m sh /root/nobtf -w /tmp/no3.vtr
refused 'eBPF: .*no type information' $b unshare -m sh /root/nobtf -w /tmp/no3.vtr

grep -q vestige /proc/modules && fail "still loaded"
[ "$(grep -c . /proc/vmallocinfo)" -le $((sizes + 8)) ] || fail "vmalloc areas: $sizes before, now $(grep -c . /proc/vmallocinfo)"
dmesg | grep -E 'BUG|WARNING|Oops|Call Trace|Redzone|Poison|Object |rcu.*stall|vestige' |
	grep -vE 'module verification failed|out-of-tree module taints' >/tmp/left
[ ! -s /tmp/left ] || { cat /tmp/left; fail "the kernel complains"; }
up end
exit $failed
