#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ordinary work, recorded here and now, raises nothing at Warning or above:
# package management, compiling, version control, archives, a cron-like job.
. "$(dirname "$0")/live.sh"

cat >"$tmp/work.sh" <<'W'
cd "$1" || exit 1
dpkg -l >/dev/null
apt-cache policy bash >/dev/null 2>&1
apt-get --simulate install --reinstall bash >/dev/null 2>&1
printf 'int main(void) { return 0; }\n' >a.c
gcc -O2 -o a a.c && ./a
mkdir repo && cd repo && git init -q . && cp ../a.c . && git add a.c &&
	git -c user.name=t -c user.email=t@t commit -qm one && git log >/dev/null && git gc -q
cd ..
tar cf repo.tar repo && gzip repo.tar && tar xzf repo.tar.gz
( umask 022; run-parts --test /etc/cron.daily ) >/dev/null 2>&1
find /usr/share/doc -maxdepth 1 | sort | head -n 20 >list
grep -c . list >/dev/null; sed 's/a/b/' list >list2; cmp -s list list2
awk '{ n += length } END { print n }' /etc/passwd >/dev/null
id nobody >/dev/null; ls -l /etc >/dev/null; ps ax >/dev/null; df >/dev/null
W
mkdir "$tmp/w"
record "$tmp/t.vtr" sh "$tmp/work.sh" "$tmp/w"
"$v" analyze -r "$src/rules/vestige_rules.yaml" --matching all --priority warning "$tmp/t.vtr" >"$tmp/alerts" || fail "analyze: status $?"
[ ! -s "$tmp/alerts" ] || { cat "$tmp/alerts"; fail "ordinary work raised alerts"; }
# Quiet because nothing was wrong, not because nothing was seen.
n=$("$v" replay events "$tmp/t.vtr" -f 'evt.type = execve and evt.failed = false' | wc -l)
[ "$n" -ge 20 ] || fail "only $n programs seen in the recording"
echo "$n programs, no alert"
