/* SPDX-License-Identifier: MIT */
#include "load/load_run.h"

#include "attempt/attempt.h"
#include "attempt/page.h"
#include "base/clock.h"
#include "base/mem.h"
#include "net/reserve.h"
#include "net/signals.h"
#include "net/ticker.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/resource.h>

#define BUSY_PERCENT 90
/* Beside those of the connections: standard ones, the loop's, the test world's. */
#define DESCRIPTORS_OWN 32

struct run;

struct link {
    struct link *next;
    struct run *run;
    struct load_case *load; /* of its certificate; NULL = it is not connected */
    struct attempt attempt;
    struct attempt_result result;
    struct buf session; /* a secret: what it is to resume */
    int64_t intended_us;
    bool is_asking;
    bool is_first;   /* request of the connection */
    bool makes_room; /* it is closed for another */
};

struct run {
    const struct load_order *order;
    struct load_result *result;
    struct ticker ticker;
    struct signals signals;
    struct link *links;  /* owned */
    struct link *free;   /* not connected */
    struct link **idle;  /* owned: one list for each case */
    const size_t *turns; /* which case's turn it is, in a round */
    size_t n_turns;
    size_t n_asking;
    size_t n_closing; /* idle ones that make room */
    int64_t started_us;
    bool is_over;
};

static int64_t get_now_us(const struct run *run)
{
    return clock_monotonic_us() - run->started_us;
}

static int64_t get_cpu_us(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void pump(struct run *run);

/* ---- what came */

static void record(struct link *link)
{
    struct run *run = link->run;
    struct load_result *all = run->result;
    struct attempt_result *result = &link->result;
    int64_t late_us = link->attempt.started_us - run->started_us - link->intended_us;
    int64_t verdict_us = late_us + result->times.total_us;
    run->n_asking--;
    link->is_asking = false;
    if (all->was_interrupted && result->end == ATTEMPT_END_BROKEN) {
        all->n_cut++;
    } else {
        if (link->is_first && result->handshake_done) {
            histogram_record(result->resumed ? &all->resumed : &all->full,
                             late_us + result->times.ready_us);
        }
        histogram_record(&all->verdict, verdict_us);
        load_case_record(link->load, result, verdict_us);
    }
    if (link->is_first) {
        load_case_keep_session(link->load, &link->session, result);
    }
    attempt_result_finish(result);
}

/* All have begun and ended, or the user wants no more. */
static void end_if_over(struct run *run)
{
    const struct schedule *schedule = &run->result->schedule;
    if (run->is_over || run->n_asking > 0 || schedule->n_begun < schedule->n_planned) {
        return;
    }
    run->is_over = true;
    run->result->duration_us = get_now_us(run);
    ticker_close(&run->ticker);
    signals_close(&run->signals);
    for (size_t i = 0; i < run->order->n_cases; i++) {
        for (struct link *link = run->idle[i]; link != NULL; link = link->next) {
            if (link->attempt.state == ATTEMPT_STATE_IDLE) {
                attempt_close(&link->attempt);
            }
        }
    }
}

static struct link **find_idle(const struct run *run, const struct load_case *load)
{
    return &run->idle[load - run->order->cases];
}

static void on_answer(void *user)
{
    struct link *link = user;
    struct link **idle = find_idle(link->run, link->load);
    record(link);
    link->next = *idle;
    *idle = link;
    pump(link->run);
}

/* It may have left already, to be asked or to make room. */
static void leave_idle(struct link *link)
{
    struct link **at = find_idle(link->run, link->load);
    while (*at != NULL && *at != link) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        *at = link->next;
    }
}

static void on_done(void *user)
{
    struct link *link = user;
    struct run *run = link->run;
    if (link->is_asking) {
        record(link);
    } else {
        leave_idle(link);
        run->n_closing -= link->makes_room;
    }
    buf_finish_secret(&link->session);
    link->session = (struct buf)BUF_EMPTY;
    link->load = NULL;
    link->makes_room = false;
    link->next = run->free;
    run->free = link;
    pump(run);
}

/* ---- the next turns */

static struct link *pop(struct link **list)
{
    struct link *link = *list;
    if (link != NULL) {
        *list = link->next;
    }
    return link;
}

/* One that can be asked; of those that the server is ending, on_done comes. */
static struct link *pop_idle(struct run *run, size_t number)
{
    struct link *link = pop(&run->idle[number]);
    while (link != NULL && link->attempt.state != ATTEMPT_STATE_IDLE) {
        link = pop(&run->idle[number]);
    }
    return link;
}

/* An idle connection of another certificate makes room, one at a time. */
static void make_room(struct run *run)
{
    for (size_t i = 0; i < run->order->n_cases && run->n_closing == 0; i++) {
        struct link *link = pop_idle(run, i);
        if (link != NULL) {
            link->makes_room = true;
            run->n_closing++;
            attempt_close(&link->attempt);
        }
    }
}

static void connect_link(struct link *link, struct load_case *load)
{
    const struct load_order *order = link->run->order;
    link->load = load;
    link->is_first = true;
    link->session = load_case_take_session(load);
    struct attempt_options options = {
        .addresses = order->address,
        .n_addresses = 1,
        .config = load->config,
        .has_certificate = load->credential.n_chain > 0,
        .resume = buf_slice(&link->session),
        .request = order->request,
        .body_max = PAGE_TEXT_MAX,
        .may_cut_body = true,
        .max_time_ms = order->options->target.max_time_ms,
        .on_answer = order->options->keeps_alive ? on_answer : NULL,
    };
    attempt_start(&link->attempt, order->loop, &options, &link->result, on_done, link);
}

static void begin(struct run *run, struct link *link, struct load_case *load,
                  const struct schedule_turn *turn)
{
    int64_t late_us;
    run->n_asking++;
    link->is_asking = true;
    link->intended_us = turn->intended_us;
    if (link->load == NULL) {
        connect_link(link, load);
    } else {
        link->is_first = false;
        attempt_ask(&link->attempt, &link->result);
    }
    late_us = link->attempt.started_us - run->started_us - turn->intended_us;
    histogram_record(&run->result->late, late_us);
    if (late_us > LOAD_LATE_US && turn->was_barred) {
        run->result->n_barred++;
    } else if (late_us > LOAD_LATE_US) {
        run->result->n_slow++;
    }
}

/* The time is up also for those that never found a connection: what they have waited
 * until now is the least that they would have. */
static void give_up_waiting(struct run *run, int64_t now_us)
{
    struct schedule_turn turn;
    while (schedule_take(&run->result->schedule, now_us, &turn)) {
        run->result->n_unbegun++;
        histogram_record(&run->result->verdict, now_us - turn.intended_us);
    }
}

static int64_t find_end_us(const struct run *run)
{
    const struct load_options *options = run->order->options;
    return (int64_t)(options->duration_ms + options->target.max_time_ms) * 1000;
}

static void begin_due(struct run *run, int64_t now_us)
{
    struct schedule *schedule = &run->result->schedule;
    while (schedule->n_begun < schedule_due(schedule, now_us)) {
        size_t number = run->turns[schedule->n_begun % run->n_turns];
        struct schedule_turn turn;
        struct link *link = pop_idle(run, number);
        link = link == NULL ? pop(&run->free) : link;
        if (link == NULL) {
            schedule_bar(schedule, now_us);
            make_room(run);
            return;
        }
        bool is_due = schedule_take(schedule, now_us, &turn);
        assert(is_due);
        (void)is_due;
        begin(run, link, &run->order->cases[number], &turn);
    }
}

static void pump(struct run *run)
{
    struct schedule *schedule = &run->result->schedule;
    int64_t now_us = get_now_us(run);
    if (run->is_over) {
        return;
    }
    if (now_us >= find_end_us(run)) {
        give_up_waiting(run, now_us);
    }
    begin_due(run, now_us);
    if (schedule->n_begun < schedule->n_planned) {
        int64_t next_us = schedule_next_us(schedule);
        bool waits = next_us <= now_us; /* for a connection, or for the end */
        ticker_set(&run->ticker,
                   run->started_us + (waits ? find_end_us(run) : next_us));
    }
    end_if_over(run);
}

static void on_tick(void *user)
{
    pump(user);
}

static void on_signal(void *user, enum signals_event event, int number)
{
    struct run *run = user;
    int64_t now_us = get_now_us(run);
    (void)number;
    if (event != SIGNALS_STOP || run->result->was_interrupted) {
        return;
    }
    run->result->was_interrupted = true;
    schedule_end(&run->result->schedule, now_us);
    give_up_waiting(run, now_us);
    for (size_t i = 0; i < run->order->options->n_connections; i++) {
        if (run->links[i].is_asking) {
            attempt_cancel(&run->links[i].attempt);
        }
    }
    end_if_over(run);
}

/* ---- the start */

/* libuv aborts where a descriptor does not fit into its table. */
int load_reserve(uv_loop_t *loop, size_t n_connections, struct err *err)
{
    rlim_t want = (rlim_t)n_connections + DESCRIPTORS_OWN;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < want) {
        limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        if (limit.rlim_cur < want) {
            return err_set(err, ERR_LIMIT, 0,
                           "--connections %zu: only %llu files may be open (ulimit -n)",
                           n_connections, (unsigned long long)limit.rlim_cur);
        }
    }
    return reserve_descriptors(loop, (size_t)want, err);
}

/* A case's turns stand together, cases in their order. */
static size_t *list_turns(const struct load_order *order, size_t *ret_n)
{
    size_t n = 0;
    for (size_t i = 0; i < order->n_cases; i++) {
        n += order->cases[i].n_turns;
    }
    size_t *turns = mem_alloc(n, sizeof(*turns));
    *ret_n = n;
    n = 0;
    for (size_t i = 0; i < order->n_cases && turns != NULL; i++) {
        for (size_t t = 0; t < order->cases[i].n_turns; t++) {
            turns[n++] = i;
        }
    }
    return turns;
}

static void start(struct run *run)
{
    const struct load_options *options = run->order->options;
    for (size_t i = options->n_connections; i-- > 0;) {
        run->links[i].run = run;
        run->links[i].next = run->free;
        run->free = &run->links[i];
    }
    schedule_init(&run->result->schedule, options->rate, options->duration_ms);
    run->result->started_s = clock_now_s();
    run->result->cpu_us = -get_cpu_us();
    run->started_us = clock_monotonic_us();
    pump(run);
}

static int run_all(struct run *run, struct err *err)
{
    uv_loop_t *loop = run->order->loop;
    int result = -1;
    if (ticker_open(&run->ticker, loop, on_tick, run, err) == 0 &&
        signals_open(&run->signals, loop, on_signal, run, err) == 0) {
        start(run);
        result = 0;
    }
    if (result != 0) {
        ticker_close(&run->ticker);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    run->result->cpu_us += get_cpu_us();
    return result;
}

int load_run(const struct load_order *order, struct load_result *result,
             struct err *err)
{
    struct run run = { .order = order, .result = result, .ticker = { .fd = -1 } };
    int outcome;
    size_t *turns = list_turns(order, &run.n_turns);
    run.turns = turns;
    run.links = mem_alloc(order->options->n_connections, sizeof(*run.links));
    run.idle = mem_alloc(order->n_cases, sizeof(struct link *));
    outcome = run.turns == NULL || run.links == NULL || run.idle == NULL
                  ? err_memory(err)
                  : run_all(&run, err);
    free(turns);
    free(run.links);
    free(run.idle);
    return outcome;
}

bool load_result_is_overtaxed(const struct load_result *result)
{
    return result->n_slow * 100 > result->schedule.n_begun ||
           result->cpu_us * 100 > result->duration_us * BUSY_PERCENT;
}
