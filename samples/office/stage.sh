#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An ordinary quarter of an hour on a small server.
# Host: office
# When: 2026-11-20T14:04:10
#
# An administrator logs in over SSH, installs a package of their own, builds a
# program with make and gcc, uses a database, starts a container and looks at
# the system; visitors read the web server's pages; cron runs a job.  Nothing
# in it should raise an alert at Warning or above.
# samples/record.sh tells what runs where.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

net() {
	echo "host=192.168.20.31,hostfwd=tcp:127.0.0.1:$HTTP-192.168.20.15:80,hostfwd=tcp:127.0.0.1:$SSH-192.168.20.15:22"
}

make_package() {
	mkdir -p /tmp/p/DEBIAN /tmp/p/usr/bin /tmp/p/etc/default
	printf 'Package: rotate-notes\nVersion: 1.2\nArchitecture: all\nMaintainer: Office <office@example.org>\nDescription: rotates notes\n' >/tmp/p/DEBIAN/control
	printf '#!/bin/sh\necho rotated\n' >/tmp/p/usr/bin/rotate-notes
	echo 'KEEP=7' >/tmp/p/etc/default/rotate-notes
	echo /etc/default/rotate-notes >/tmp/p/DEBIAN/conffiles
	printf '#!/bin/sh\nset -e\n[ "$1" != configure ] || mkdir -p /var/lib/rotate-notes\n' >/tmp/p/DEBIAN/postinst
	chmod 755 /tmp/p/usr/bin/rotate-notes /tmp/p/DEBIAN/postinst
	dpkg-deb -b /tmp/p /root/rotate-notes_1.2_all.deb >/dev/null
	rm -rf /tmp/p
}

make_source() {
	mkdir -p /root/src
	cat >/root/src/main.c <<-'C'
	#include <stdio.h>
	#include "part.h"
	int main(void) { printf("%d\n", part(20)); return 0; }
	C
	echo 'int part(int n);' >/root/src/part.h
	printf '#include "part.h"\nint part(int n) { return n < 2 ? n : part(n - 1) + part(n - 2); }\n' >/root/src/part.c
	printf 'CFLAGS = -O1\nfib: main.o part.o\n\t$(CC) -o $@ main.o part.o\nmain.o part.o: part.h\ninstall: fib\n\tinstall -m 755 fib /usr/local/bin/fib\n' >/root/src/Makefile
}

make_container() {
	mkdir -p /srv/box/rootfs/bin
	cp /usr/bin/busybox /srv/box/rootfs/bin/
	for applet in sh echo ls cat sleep; do
		ln -s busybox /srv/box/rootfs/bin/$applet
	done
	(cd /srv/box && runc spec && sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"sh", "-c", "echo started; \/bin\/ls \/; \/bin\/sleep 1"/' config.json)
}

prepare() {
	rm -f /var/www/html/index.*
	echo '<h1>Office</h1>' >/var/www/html/index.html
	echo '<?php echo "It is ", date("H:i"), "\n";' >/var/www/html/time.php
	lighttpd-enable-mod fastcgi fastcgi-php >/dev/null
	lighttpd -f /etc/lighttpd/lighttpd.conf
	make_package
	make_source
	make_container
	printf 'SHELL=/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n* * * * * root find /var/log -name "*.log" -size +1M; date >/var/tmp/last-run\n' >/etc/cron.d/office
	cron
	/usr/sbin/sshd
	sleep 1
}

typed() {
	sleep 5
	while read -r line; do
		printf '%s\n' "$line"
		sleep "${1:-1}"
	done
}

outside() {
	for page in / /time.php /none /time.php; do
		curl -sS "http://127.0.0.1:$HTTP$page"
	done
	{
		typed <<-'KEYS'
		uptime; df -h /; ps aux | head -5; ss -ltn
		sqlite3 /var/tmp/notes.db 'create table n(id integer primary key, t text); insert into n(t) values ("a"),("b"); select count(*) from n;'
		sqlite3 /var/tmp/notes.db 'update n set t = "c" where id = 1; select * from n;'
		KEYS
		echo 'apt-get install -y ./rotate-notes_1.2_all.deb' | typed 45
		echo 'make -C src install && fib' | typed 20
		echo 'runc run -b /srv/box box-7' | typed 8
		echo 'tar -czf /var/tmp/src.tar.gz src; ls -l /var/tmp; tail -2 /var/log/dpkg.log' | typed 2
		echo exit | typed
	} | ssh -tt -i "$KEY" -p "$SSH" -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=/dev/null root@127.0.0.1
}

"$@"
