#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An ordinary quarter of an hour, in a second: files made and searched, an
# archive, a look at the system, a job such as cron runs, a small service.
# Nothing in it should raise an alert.
set -eu
work=$(mktemp -d /var/tmp/work.XXXXXX)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir project project/doc
for n in 1 2 3; do
	echo "line $n of a report" >"project/doc/part-$n.txt"
done
cat project/doc/*.txt | sort -r >project/report.txt
grep -c report project/report.txt
sed 's/line/row/' project/report.txt >project/report.new
mv project/report.new project/report.txt
chmod 644 project/report.txt
ln -s report.txt project/latest
tar cf backup.tar project
gzip backup.tar
mkdir restored
tar xzf backup.tar.gz -C restored
cmp project/report.txt restored/project/report.txt
find restored -type f | wc -l
(umask 077; date -u >stamp; ls -l / >listing)
awk -F: '{ n++ } END { print n " accounts" }' /etc/passwd
df / >/dev/null
uptime >/dev/null 2>&1 || :

# A server and one client, both of the same owner.
cat >echo.pl <<'PERL'
use IO::Socket::INET;
alarm 20;
my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1) or die "listen: $!";
my $port = $l->sockport;
if (my $child = fork) {
	my $c = $l->accept or die "accept: $!";
	print $c scalar <$c>;
	close $c;
	waitpid $child, 0;
} else {
	my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die "connect: $!";
	print $s "hello\n";
	print scalar <$s>;
}
PERL
perl echo.pl
