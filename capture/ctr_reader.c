/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/compat.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "capture/ctr_reader.h"
#include "lib/base/xalloc.h"

#define ASKED_MAX 256		/* questions and answers under way */

struct question {
	char full_id[CTR_FULL_ID + 1];
	int64_t pid;
};

struct ctr_reader {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t asked, answered;
	struct privs_opts privs;
	struct ctr_find find;
	struct question q[ASKED_MAX];
	struct ctr_answer a[ASKED_MAX];
	unsigned q_from, q_n, a_from, a_n;
	unsigned under_way;		/* asked and not fetched */
	bool end;
};

static void look_up(struct ctr_reader *r, const struct question *q, struct ctr_answer *a)
{
	struct buf json = BUF_INIT;
	struct ctr c;

	ctr_init(&c);
	*a = (struct ctr_answer){ .json = NULL };
	memcpy(a->full_id, q->full_id, sizeof(a->full_id));
	if (!ctr_find(&r->find, &c, str_of(q->full_id), q->pid)) {
		ctr_json(&json, &c, str_of(q->full_id));
		a->json = buf_take(&json);
	}
	buf_release(&json);
	ctr_release(&c);
}

static void *work(void *arg)
{
	struct ctr_reader *r = arg;
	struct diag d = DIAG_INIT;
	struct question q;
	struct ctr_answer a;

	privs_drop(&r->privs, &d);	/* the recorder's own drop tells of failures */
	diag_release(&d);
	pthread_mutex_lock(&r->lock);
	while (!r->end) {
		if (!r->q_n) {
			pthread_cond_wait(&r->asked, &r->lock);
			continue;
		}
		q = r->q[r->q_from];
		r->q_from = (r->q_from + 1) % ASKED_MAX;
		r->q_n--;
		pthread_mutex_unlock(&r->lock);
		look_up(r, &q, &a);
		pthread_mutex_lock(&r->lock);
		r->a[(r->a_from + r->a_n++) % ASKED_MAX] = a;
		pthread_cond_signal(&r->answered);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

/* Signals are for the recorder. */
static int start_quietly(struct ctr_reader *r)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&r->thread, NULL, work, r);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

static void release(struct ctr_reader *r)
{
	while (r->a_n--) {
		free(r->a[r->a_from].json);
		r->a_from = (r->a_from + 1) % ASKED_MAX;
	}
	ctr_find_release(&r->find);
	if (r->find.proc >= 0)
		close(r->find.proc);
	if (r->find.root >= 0)
		close(r->find.root);
	pthread_cond_destroy(&r->asked);
	pthread_cond_destroy(&r->answered);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

struct ctr_reader *ctr_reader_start(const struct privs_opts *privs)
{
	struct ctr_reader *r = xcalloc(1, sizeof(*r));
	pthread_condattr_t attr;

	r->privs = *privs;
	r->privs.walks_proc = true;
	r->find.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r->find.root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->asked, &attr);
	pthread_cond_init(&r->answered, &attr);
	pthread_condattr_destroy(&attr);
	if (r->find.proc >= 0 && r->find.root >= 0 && !start_quietly(r))
		return r;
	release(r);
	return NULL;
}

void ctr_reader_stop(struct ctr_reader *r)
{
	struct timespec until;

	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->end = true;
	pthread_cond_signal(&r->asked);
	pthread_mutex_unlock(&r->lock);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 2;
	if (!pthread_timedjoin_np(r->thread, NULL, &until))
		release(r);	/* else it hangs in a dead disk, and goes with us */
}

bool ctr_reader_ask(struct ctr_reader *r, struct str full_id, int64_t pid)
{
	struct question *q;
	bool room;

	pthread_mutex_lock(&r->lock);
	room = r->under_way < ASKED_MAX && full_id.len <= CTR_FULL_ID;
	if (room) {
		q = &r->q[(r->q_from + r->q_n++) % ASKED_MAX];
		*q = (struct question){ .pid = pid };
		memcpy(q->full_id, full_id.p, full_id.len);
		r->under_way++;
		pthread_cond_signal(&r->asked);
	}
	pthread_mutex_unlock(&r->lock);
	return room;
}

bool ctr_reader_answer(struct ctr_reader *r, struct ctr_answer *a, uint64_t until)
{
	struct timespec t = {
		.tv_sec = (time_t)(until / 1000000000u), .tv_nsec = (long)(until % 1000000000u),
	};
	bool got;

	pthread_mutex_lock(&r->lock);
	while (!r->a_n && r->under_way && until)
		if (pthread_cond_timedwait(&r->answered, &r->lock, &t))
			break;
	got = r->a_n;
	if (got) {
		*a = r->a[r->a_from];
		r->a_from = (r->a_from + 1) % ASKED_MAX;
		r->a_n--;
		r->under_way--;
	}
	pthread_mutex_unlock(&r->lock);
	return got;
}
