/* SPDX-License-Identifier: MIT
 *
 * Single allocations fail while a page is made, jansson's too: then there is the whole
 * page or none, and never one that lacks what could not be had.
 */
#include "base/compiler.h"
#include "chain/signature_cache.h"
#include "support/check_main.h"
#include "support/failing_malloc.h"
#include "support/visit.h"
#include "support/world.h"

#include <string.h>

static void forge_the_world(void)
{
    (void)world_store();
}

static const struct visit visits[] = {
    { .label = "let in", .case_name = "good", .flags = SSL_FLAGS_REQUIRE },
    { .label = "refused",
      .case_name = "expired",
      .flags = SSL_FLAGS_REQUIRE,
      .query = "a=b",
      .names_issuers = true,
      .knows_all = true },
    { .label = "nothing sent",
      .flags = SSL_FLAGS_REQUIRE,
      .names_issuers = true,
      .knows_all = true },
    { .label = "JSON",
      .case_name = "revoked",
      .flags = SSL_FLAGS_REQUIRE,
      .path = "/whoami" },
    { .label = "remote",
      .case_name = "expired",
      .flags = SSL_FLAGS_REQUIRE,
      .remote = true },
};

/* No checks between: Check allocates, too. */
static bool answer(const struct visit_scene *scene, uint64_t alone, struct buf *out,
                   uint64_t *ret_calls)
{
    struct exchange_result result;
    struct err err = ERR_INIT;

    failing_malloc_alone(alone);
    int rc = exchange_answer(&scene->input, out, &result, &err);
    *ret_calls = failing_malloc_calls();
    failing_malloc_alone(0);
    ck_assert_msg(rc == 0 || err.domain == ERR_MEMORY, "%s", err.text);
    return rc == 0;
}

/* Of an answer that is not the whole one: where its body departs from it, else its head
 * (whose length follows the body's). */
static const char *find_difference(const struct buf *answer, const struct buf *whole)
{
    const char *a = strstr((const char *)answer->data, "\r\n\r\n");
    const char *b = strstr((const char *)whole->data, "\r\n\r\n");
    if (strcmp(a, b) == 0) {
        a = (const char *)answer->data;
        b = (const char *)whole->data;
    }
    while (*a == *b && *a != 0) {
        a++;
        b++;
    }
    return a;
}

START_TEST(page_is_whole_or_none)
{
    const struct visit *visit = &visits[_i];
    struct visit_scene scene;
    struct buf whole = BUF_EMPTY;
    uint64_t n_calls;
    size_t n_none = 0;

    if (!failing_malloc_is_in_force()) {
        return;
    }
    visit_prepare(visit, &scene);
    scene.context.cache = signature_cache_create();
    ck_assert_ptr_nonnull(scene.context.cache);
    ck_assert(answer(&scene, 0, &whole, &n_calls)); /* fills the cache */
    buf_finish(&whole);
    ck_assert(answer(&scene, 0, &whole, &n_calls));
    (void)buf_string(&whole);
    for (uint64_t n = 1; n <= n_calls; n++) {
        struct buf again = BUF_EMPTY;
        uint64_t ignored;
        bool made = answer(&scene, n, &again, &ignored);
        (void)buf_string(&again);
        ck_assert_msg(!made || slice_equal(buf_slice(&again), buf_slice(&whole)),
                      "%s: nobody misses allocation no. %u of %u: %.100s", visit->label,
                      (unsigned)n, (unsigned)n_calls, find_difference(&again, &whole));
        n_none += !made;
        buf_finish(&again);
    }
    ck_assert_uint_gt(n_none, 0);
    buf_finish(&whole);
    visit_clear(&scene);
    signature_cache_destroy(scene.context.cache);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("no_memory_pages");
    TCase *tc = tcase_create("no_memory_pages");

    tcase_add_unchecked_fixture(tc, forge_the_world, NULL);
    tcase_set_timeout(tc, 110);
    tcase_add_loop_test(tc, page_is_whole_or_none, 0, (int)ARRAY_LEN(visits));
    suite_add_tcase(s, tc);
    return s;
}
