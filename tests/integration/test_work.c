/* SPDX-License-Identifier: MIT
 *
 * lib/net/work: how many jobs run and wait at a time, what is handed over and when, and
 * what becomes of jobs that nobody wants any more.
 */
#include "net/work.h"
#include "support/check_main.h"
#include "support/loop.h"

#include <stdatomic.h>
#include <string.h>

#define JOBS_MAX (WORK_PARALLEL_MAX + WORK_QUEUE_MAX + 2)

static struct loop loop;
static struct work_pool pool;
static uv_sem_t gate; /* each job takes one pass through it */
static atomic_size_t n_inside;
static atomic_size_t n_inside_max;
static size_t n_done;
static size_t n_destroyed;
static bool in_call;
static bool is_settled; /* all jobs are done or destroyed */
static size_t n_started;
static bool is_closed;
static int order_of_end[2 * JOBS_MAX];

struct job {
    int number;
    bool has_run;
    bool is_done;
    bool is_destroyed;
};
static struct job jobs[JOBS_MAX];

static void run(void *user)
{
    struct job *job = user;
    size_t inside = atomic_fetch_add(&n_inside, 1) + 1;
    size_t before = atomic_load(&n_inside_max);
    while (inside > before &&
           !atomic_compare_exchange_weak(&n_inside_max, &before, inside)) {
    }
    uv_sem_wait(&gate);
    job->has_run = true;
    atomic_fetch_sub(&n_inside, 1);
}

static void settle(void)
{
    ck_assert(!in_call);
    is_settled = n_done + n_destroyed == n_started;
}

static void on_done(void *user, void *job_user)
{
    struct job *job = job_user;
    ck_assert_ptr_eq(user, &loop);
    ck_assert(job->has_run && !job->is_done && !job->is_destroyed);
    job->is_done = true;
    order_of_end[n_done++] = job->number;
    settle();
}

static void destroy(void *user)
{
    struct job *job = user;
    ck_assert(!job->is_done && !job->is_destroyed);
    job->is_destroyed = true;
    n_destroyed++;
    is_settled = n_done + n_destroyed == n_started;
}

static struct work *start_by(size_t i,
                             struct work *(*start_it)(struct work_pool *pool,
                                                      const struct work_order *order,
                                                      struct err *err),
                             struct err *err)
{
    const struct work_order order = { run, on_done, destroy, &jobs[i], &loop };
    jobs[i] = (struct job){ .number = (int)i };
    in_call = true;
    struct work *work = start_it(&pool, &order, err);
    in_call = false;
    n_started += work != NULL;
    is_settled = false;
    return work;
}

static struct work *start(size_t i, struct err *err)
{
    return start_by(i, work_start, err);
}

static void open_gate(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uv_sem_post(&gate);
    }
}

static void on_closed(void *user)
{
    ck_assert(!in_call);
    ck_assert_ptr_eq(user, &pool);
    ck_assert(!is_closed);
    is_closed = true;
}

static void close_pool(void)
{
    in_call = true;
    work_pool_close(&pool, on_closed, &pool);
    in_call = false;
}

static void set_up(void)
{
    loop_init(&loop);
    ck_assert_int_eq(uv_sem_init(&gate, 0), 0);
    work_pool_init(&pool, &loop.uv);
    atomic_store(&n_inside_max, 0);
    n_done = n_destroyed = n_started = 0;
    is_closed = false;
}

static void tear_down(void)
{
    if (!pool.closing) {
        close_pool();
        loop_run_until(&loop, &is_closed);
    }
    loop_finish(&loop);
    uv_sem_destroy(&gate);
}

START_TEST(jobs_run_a_few_at_a_time)
{
    struct err err = ERR_INIT;
    for (size_t i = 0; i < 20; i++) {
        ck_assert_ptr_nonnull(start(i, &err));
    }
    ck_assert_uint_eq(pool.n_running, WORK_PARALLEL_MAX);
    ck_assert_uint_eq(pool.n_waiting, 20 - WORK_PARALLEL_MAX);
    open_gate(20);
    loop_run_until(&loop, &is_settled);
    ck_assert_uint_eq(n_done, 20);
    ck_assert_uint_eq(n_destroyed, 0);
    ck_assert_uint_le(atomic_load(&n_inside_max), WORK_PARALLEL_MAX);
    ck_assert_uint_eq(pool.n_running + pool.n_waiting, 0);
}
END_TEST

START_TEST(a_full_pool_refuses)
{
    struct err err = ERR_INIT;
    for (size_t i = 0; i < WORK_PARALLEL_MAX + WORK_QUEUE_MAX; i++) {
        ck_assert_ptr_nonnull(start(i, &err));
    }
    ck_assert_ptr_null(start(JOBS_MAX - 1, &err));
    ck_assert_int_eq(err.domain, ERR_LIMIT);
    ck_assert_str_eq(err.text, "128 jobs are waiting already");
    is_settled = false;
    open_gate(JOBS_MAX);
    loop_run_until(&loop, &is_settled);
    ck_assert_uint_eq(n_done, WORK_PARALLEL_MAX + WORK_QUEUE_MAX);
    ck_assert(!jobs[JOBS_MAX - 1].has_run);
    /* Which is over then. */
    ck_assert_ptr_nonnull(start(0, &err));
    open_gate(1);
    loop_run_until(&loop, &is_settled);
}
END_TEST

/* Before all that wait, also where there is no place for more; and behind it their
 * order is what it was. */
START_TEST(own_work_goes_first)
{
    static const size_t own = JOBS_MAX - 1;
    struct err err = ERR_INIT;
    for (size_t i = 0; i < WORK_PARALLEL_MAX + WORK_QUEUE_MAX; i++) {
        ck_assert_ptr_nonnull(start(i, &err));
    }
    ck_assert_ptr_nonnull(start_by(own, work_start_first, &err));
    ck_assert_ptr_null(start(own - 1, &err));
    is_settled = false;
    open_gate(JOBS_MAX);
    loop_run_until(&loop, &is_settled);
    ck_assert_uint_eq(n_done, WORK_PARALLEL_MAX + WORK_QUEUE_MAX + 1);
    bool is_early = false;
    for (size_t i = 0; i < 2 * WORK_PARALLEL_MAX; i++) {
        is_early = is_early || order_of_end[i] == (int)own;
    }
    ck_assert(is_early);
    /* With nothing else, it is the first and the last. */
    ck_assert_ptr_nonnull(start_by(0, work_start_first, &err));
    ck_assert_ptr_nonnull(start_by(1, work_start_first, &err));
    ck_assert_ptr_nonnull(start_by(2, work_start_first, &err));
    ck_assert_ptr_nonnull(start(3, &err));
    open_gate(4);
    loop_run_until(&loop, &is_settled);
    ck_assert(jobs[2].is_done && jobs[3].is_done);
    ck_assert_uint_eq(pool.n_running + pool.n_waiting, 0);
}
END_TEST

/* The first, one in the middle and the last of those that wait, and one that runs. */
START_TEST(a_cancelled_job_is_destroyed)
{
    struct err err = ERR_INIT;
    struct work *works[8];
    for (size_t i = 0; i < 8; i++) {
        works[i] = start(i, &err);
    }
    static const size_t waiting[] = { WORK_PARALLEL_MAX, 4, 7 };
    for (size_t i = 0; i < sizeof waiting / sizeof waiting[0]; i++) {
        work_cancel(works[waiting[i]]);
        ck_assert(jobs[waiting[i]].is_destroyed && !jobs[waiting[i]].has_run);
    }
    work_cancel(works[0]);
    ck_assert(!jobs[0].is_destroyed); /* a thread has it */
    ck_assert_ptr_nonnull(start(8, &err));
    open_gate(9);
    loop_run_until(&loop, &is_settled);
    ck_assert(jobs[0].is_destroyed && jobs[0].has_run);
    ck_assert_uint_eq(n_destroyed, 4);
    ck_assert_uint_eq(n_done, 5);
    /* Those that wait keep their order: when the last begins, one other may be left. */
    ck_assert(order_of_end[3] == 8 || order_of_end[4] == 8);
}
END_TEST

START_TEST(closing_waits_for_threads_only)
{
    struct err err = ERR_INIT;
    for (size_t i = 0; i < 10; i++) {
        ck_assert_ptr_nonnull(start(i, &err));
    }
    close_pool();
    close_pool(); /* idempotent */
    ck_assert_uint_eq(n_destroyed, 10 - WORK_PARALLEL_MAX);
    ck_assert(!is_closed);
    ck_assert_ptr_null(start(10, &err));
    is_settled = false;
    open_gate(10);
    loop_run_until(&loop, &is_closed);
    ck_assert_uint_eq(n_destroyed, 10);
    ck_assert_uint_eq(n_done, 0);
}
END_TEST

START_TEST(closing_an_idle_pool)
{
    close_pool();
    ck_assert(!is_closed);
    loop_run_until(&loop, &is_closed);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("work");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 40);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, jobs_run_a_few_at_a_time);
    tcase_add_test(tc, a_full_pool_refuses);
    tcase_add_test(tc, own_work_goes_first);
    tcase_add_test(tc, a_cancelled_job_is_destroyed);
    tcase_add_test(tc, closing_waits_for_threads_only);
    tcase_add_test(tc, closing_an_idle_pool);
    suite_add_tcase(s, tc);
    return s;
}
