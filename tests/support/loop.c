/* SPDX-License-Identifier: MIT */
#include "support/loop.h"

#include <check.h>

static void on_guard(uv_timer_t *timer)
{
    (void)timer;
    ck_abort_msg("nothing happened for %d ms", LOOP_GUARD_MS);
}

void loop_init(struct loop *loop)
{
    ck_assert_int_eq(uv_loop_init(&loop->uv), 0);
    ck_assert_int_eq(uv_timer_init(&loop->uv, &loop->guard), 0);
    ck_assert_int_eq(uv_timer_start(&loop->guard, on_guard, LOOP_GUARD_MS, 0), 0);
    uv_unref((uv_handle_t *)&loop->guard);
}

void loop_run_until(struct loop *loop, const bool *done)
{
    while (!*done) {
        int alive = uv_run(&loop->uv, UV_RUN_ONCE);
        ck_assert_msg(alive != 0 || *done, "the loop has nothing left to wait for");
    }
}

void loop_run_once(struct loop *loop)
{
    (void)uv_run(&loop->uv, UV_RUN_NOWAIT);
}

void loop_finish(struct loop *loop)
{
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&loop->guard, NULL);
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    ck_assert_int_eq(uv_loop_close(&loop->uv), 0);
}
