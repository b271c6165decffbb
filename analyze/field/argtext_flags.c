/* SPDX-License-Identifier: Apache-2.0 */
/* Names of flag words and enumerated values. */
#include "lib/base/compat.h"

#include "analyze/field/getters.h"

/* Every name of exactly that value: AF_LOCAL|AF_UNIX. */
static void add_exact(struct buf *out, const struct flagtab *tab, uint32_t val)
{
	bool first = true;
	unsigned i;

	for (i = 0; i < tab->n; i++) {
		if (tab->v[i].value != val)
			continue;
		if (!first)
			buf_addc(out, '|');
		buf_adds(out, tab->v[i].name);
		first = false;
	}
}

/*
 * Walks the table in its order; a name goes out when all its bits are set
 * and not used up by an earlier one.  The row equal to the whole word ends
 * the walk, which is also how a zero-valued row gets printed.
 */
void argtext_add_flags(struct buf *out, const struct flagtab *tab, uint32_t val, bool exact)
{
	uint32_t left = val;
	bool first = true;
	unsigned i;

	if (!tab)
		return;
	if (exact) {
		add_exact(out, tab, val);
		return;
	}
	for (i = 0; i < tab->n; i++) {
		uint32_t bits = tab->v[i].value;

		if (bits != val && (!bits || !left || (left & bits) != bits))
			continue;
		if (!first)
			buf_addc(out, '|');
		buf_adds(out, tab->v[i].name);
		if (bits == val)
			return;
		first = false;
		left &= ~bits;
	}
}

void argtext_add_sigset(struct buf *out, uint32_t set)
{
	bool first = true;
	const char *name;
	unsigned sig;

	for (sig = 1; sig <= 32; sig++) {
		name = set & (UINT32_C(1) << (sig - 1)) ? signal_name(sig) : NULL;
		if (!name)
			continue;
		if (!first)
			buf_addc(out, ' ');
		buf_adds(out, name);
		first = false;
	}
}
