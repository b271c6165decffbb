#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The bash completion offers what the programs list, and files after a verb.
command -v bash >/dev/null || { echo "SKIP: no bash here"; exit 77; }
script=$(cd "${srcdir:-.}" && pwd)/front/completion/vestige.bash
bash -n "$script" || exit 1
dir=$(mktemp -d "${TMPDIR:-/tmp}/vestige-completion.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT

cat > "$dir/vestige" <<'END'
#!/bin/sh
case "$*" in
"--complete") printf 'capture\nreplay\nrules\n' ;;
"--complete replay") printf 'events\nps\n' ;;
"--complete replay ps") printf -- '-j\n--json\n--at\n' ;;
"--complete replay ps --at") ;;
"--complete rules") printf -- 'check\nlist\n--json\n--matching\n' ;;
"--complete rules --matching") printf 'first\nall\n' ;;
esac
END
chmod +x "$dir/vestige"
: > "$dir/trace.vtr"
export dir script

bash -c '
cd "$dir" && PATH=$dir:$PATH && . "$script" || exit 99
failed=0
# expect WANT WORD... : the last word is being typed
expect()
{
	local want=$1
	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_vestige
	if [ "${COMPREPLY[*]}" != "$want" ]; then
		echo "FAIL: $*: got \"${COMPREPLY[*]}\", want \"$want\""
		failed=1
	fi
}
expect "capture replay rules" vestige ""
expect "replay rules" vestige r
expect "replay" vestige help rep
expect "events ps vestige trace.vtr" vestige replay ""
expect "ps" vestige replay p
expect "trace.vtr" vestige replay ps tr
expect "--json" vestige replay ps --j
expect "--json --at" vestige replay ps x.vtr --
expect "trace.vtr" vestige replay ps --at tr
expect "--json --matching" vestige rules check --
expect "check" vestige rules che
expect "first all" vestige rules diff --matching ""
expect "first" vestige rules diff --matching f
expect "" vestige nonsense --x
exit $failed
'
