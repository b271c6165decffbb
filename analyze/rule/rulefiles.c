/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <pthread.h>

#include "analyze/rule/rulefiles.h"
#include "lib/base/xalloc.h"

struct rulefiles {
	struct rulefile *v;		/* does not move once one was taken */
	size_t n, cap, at;
	bool threaded;
	pthread_t thread;
	pthread_mutex_t lock;		/* of begun and done */
	pthread_cond_t is_done;
};

struct rulefiles *rulefiles_new(void)
{
	struct rulefiles *f = xcalloc(1, sizeof(*f));

	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->is_done, NULL);
	return f;
}

static void join(struct rulefiles *f)
{
	if (f->threaded)
		pthread_join(f->thread, NULL);
	f->threaded = false;
}

void rulefiles_free(struct rulefiles *f)
{
	size_t i;

	if (!f)
		return;
	join(f);
	for (i = 0; i < f->n; i++) {
		buf_release(&f->v[i].e.msg);
		arena_release(&f->v[i].a);
	}
	pthread_mutex_destroy(&f->lock);
	pthread_cond_destroy(&f->is_done);
	free(f->v);
	free(f);
}

void rulefiles_add(struct rulefiles *f, const char *name, struct str text, const char *why)
{
	XGROW(f->v, f->cap, f->n + 1);
	f->v[f->n++] = (struct rulefile){ .name = name, .text = text, .why = why,
					  .e = YERROR_INIT, .done = why };
}

/* Parse this one, unless somebody does. */
static void parse(struct rulefiles *f, struct rulefile *r)
{
	bool mine;

	pthread_mutex_lock(&f->lock);
	mine = !r->begun && !r->done;
	r->begun = true;
	pthread_mutex_unlock(&f->lock);
	if (!mine)
		return;
	r->err = yfile_parse(&r->tree, r->name, r->text, &r->a, &r->e);
	pthread_mutex_lock(&f->lock);
	r->done = true;
	pthread_cond_signal(&f->is_done);
	pthread_mutex_unlock(&f->lock);
}

static void *parse_all(void *arg)
{
	struct rulefiles *f = arg;
	size_t i;

	for (i = 1; i < f->n; i++)
		parse(f, &f->v[i]);
	return NULL;
}

const struct rulefile *rulefiles_next(struct rulefiles *f)
{
	struct rulefile *r;

	if (f->at == f->n) {
		join(f);
		return NULL;
	}
	/* without a thread each is parsed when its turn comes */
	if (!f->at && f->n > 1)
		f->threaded = !pthread_create(&f->thread, NULL, parse_all, f);
	r = &f->v[f->at++];
	parse(f, r);
	pthread_mutex_lock(&f->lock);
	while (!r->done)
		pthread_cond_wait(&f->is_done, &f->lock);
	pthread_mutex_unlock(&f->lock);
	return r;
}
