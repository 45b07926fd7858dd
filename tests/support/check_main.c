/* SPDX-License-Identifier: MIT
 *
 * The one main() of all Check suites: each test file exports `suite`. Output is
 * TAP, which Meson reads; CK_FORK=no (set by the set-ups for valgrind and the
 * sanitizers) runs everything in one process.
 */
#include "support/check_main.h"

#include <stdlib.h>

int main(void)
{
    SRunner *runner = srunner_create(suite());
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
