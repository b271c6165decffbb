# SPDX-License-Identifier: Apache-2.0
# bash completion of vestige and its tools.  The programs themselves list
# their verbs and options (--complete), so nothing is written down twice.

_vestige()
{
	local cur=${COMP_WORDS[COMP_CWORD]} i
	local -a verbs=()

	# The first words that are no options are the verb (and its sub-verb).
	for ((i = 1; i < COMP_CWORD && ${#verbs[@]} < 2; i++)); do
		[[ ${COMP_WORDS[i]} == -* ]] && break
		verbs+=("${COMP_WORDS[i]}")
	done
	[[ ${verbs[0]} == help ]] && verbs=("${verbs[@]:1}")
	[[ ${verbs[0]} == replay ]] || verbs=("${verbs[@]:0:1}")

	# The value of an option that has a few.
	if [[ ${COMP_WORDS[COMP_CWORD-1]} == --* ]] && ((${#verbs[@]})); then
		mapfile -t COMPREPLY < <(
			compgen -W "$("${COMP_WORDS[0]}" --complete "${verbs[@]}" \
				"${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null)" -- "$cur")
		((${#COMPREPLY[@]})) && return
	fi

	mapfile -t COMPREPLY < <(
		compgen -W "$("${COMP_WORDS[0]}" --complete "${verbs[@]}" 2>/dev/null)" -- "$cur")
	# A verb that is complete takes files; options only when asked for.
	if ((${#verbs[@]})) && [[ $cur != -* ]]; then
		local words=()
		for i in "${COMPREPLY[@]}"; do
			[[ $i == -* ]] || words+=("$i")
		done
		mapfile -t -O "${#words[@]}" words < <(compgen -f -- "$cur")
		COMPREPLY=("${words[@]}")
	fi
}

complete -o filenames -F _vestige vestige vestige-capture vestige-replay vestige-analyze
