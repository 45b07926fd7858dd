/* SPDX-License-Identifier: MIT
 *
 * The one main() of all Check suites: each test file exports `suite`. Output is
 * TAP, which Meson reads; CK_FORK=no (set by the set-ups for valgrind and the
 * sanitizers) runs everything in one process.
 */
#include "support/check_main.h"

#include <stdio.h>
#include <stdlib.h>

/* Check's 4 seconds are for hanging tests, but a busy machine needs more for good ones.
 * The variable is read when a case is created. */
#define GUARD_S "60"

void test_place(char path[static TEST_PLACE_MAX], const char *name)
{
    const char *top = getenv("TMPDIR");
    int n = snprintf(path, TEST_PLACE_MAX, "%s/certgate-%s-XXXXXX",
                     top != NULL && *top != 0 ? top : "/tmp", name);
    ck_assert_int_lt(n, (int)TEST_PLACE_MAX);
}

int main(void)
{
    (void)setenv("CK_DEFAULT_TIMEOUT", GUARD_S, 0);
    SRunner *runner = srunner_create(suite());
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
