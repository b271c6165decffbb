/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as events in text form: what is read of them has valid
 * parameters, keeps a machine whole, and printed, read and printed again is
 * the same text.
 */
#include "lib/base/compat.h"

#include "lib/event/valid.h"
#include "replay/asm/asm.h"
#include "replay/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void must_be_valid(struct event *ev)
{
	unsigned i;

	for (i = 0; i < ev->nparams; i++)
		if (!param_valid(ev->info->params[i].ptype, ev->param[i]))
			abort();
}

static void take(struct machine *m, struct asm_printer *p, struct evsource_next *n)
{
	switch (n->what) {
	case EVS_EVENT:
		must_be_valid(n->ev);
		asm_print_event(p, n->ev);
		machine_apply(m, n->ev);
		break;
	case EVS_SNAP:
		asm_print_item(p, n->item);
		machine_load(m, n->item);
		break;
	case EVS_LOSS:
		asm_print_loss(p, &n->loss);
		machine_loss(m, &n->loss);
		break;
	default:
		asm_print_restart(p);
		machine_reset(m);
	}
	if (machine_check(m))
		abort();
}

/* The text of all that is read; its status. */
static int pass(const void *text, size_t len, struct buf *out)
{
	struct diag d = { .limit = 50 };
	struct machine *m = machine_new();
	struct asm_printer p;
	struct evsource *s;
	struct evsource_next n;
	int status = asm_open_mem(&s, text, len, "fuzz", &d);

	if (status)
		abort();
	asm_printer_init(&p, out);
	for (s->next(s, &n); n.what != EVS_END; s->next(s, &n))
		take(m, &p, &n);
	status = s->status(s);
	if ((status != 0) != (d.errors != 0))
		abort();
	s->close(s);
	asm_printer_release(&p);
	machine_free(m);
	diag_release(&d);
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct buf one = BUF_INIT, two = BUF_INIT;

	pass(p, len, &one);
	if (pass(one.data, one.len, &two) || !str_eq(buf_str(&one), buf_str(&two)))
		abort();
	buf_release(&one);
	buf_release(&two);
	return 0;
}
