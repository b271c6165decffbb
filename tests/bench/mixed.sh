#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ordinary work, always the same: a build, an archive, web requests.
# mixed.sh DIR; prints "1 CPU WALL" as tests/bench/loop does.
dir=$1
mkdir -p "$dir" && cd "$dir" || exit 1
from=$(date +%s%N)
work() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		printf '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint f%s(void) { return puts("x"); }\n' $i >f$i.c
		gcc -c -O1 f$i.c || exit 1
	done
	ar rc lib.a f*.o
	tar -C /usr/include -cf i.tar linux asm-generic 2>/dev/null
	gzip -1 i.tar && tar xzf i.tar.gz && rm -r linux asm-generic
	busybox httpd -p 127.0.0.1:18437 -h /usr/include -f &
	server=$!
	sleep 0.2
	i=0
	while [ $i -lt 150 ]; do
		busybox wget -q -O - http://127.0.0.1:18437/stdio.h >page || exit 1
		i=$((i + 1))
	done
	kill $server
	wait $server 2>/dev/null
}
work
to=$(date +%s%N)
times >cpu
# "0m1.23s 0m0.45s", twice
awk -v wall=$(((to - from) / 1000)) '{
	for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); s += t[1] * 60 + t[2] }
} END { printf "1 %d %d\n", s * 1000000, wall }' cpu
