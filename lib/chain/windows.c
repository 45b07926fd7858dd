/* SPDX-License-Identifier: MIT */
#include "chain/windows.h"

#include "base/compiler.h"
#include "base/text.h"

/* Builds are those of the released versions. TLS 1.3 came to Schannel with Server
 * 2022. The limit of the root store that breaks client certificates was 2012's only
 * (Microsoft KB 2880390). */
/* clang-format off */
static const struct windows versions[] = {
    /* version      name    title                     iis     build  tls1.3 large-root late certificate request */
    { WINDOWS_2012,   "2012",   "Windows Server 2012",    "8.0",   9200, false, true,  WINDOWS_LATE_RESET     },
    { WINDOWS_2012R2, "2012R2", "Windows Server 2012 R2", "8.5",   9600, false, false, WINDOWS_LATE_RESET     },
    { WINDOWS_2016,   "2016",   "Windows Server 2016",    "10.0", 14393, false, false, WINDOWS_LATE_RESET     },
    { WINDOWS_2019,   "2019",   "Windows Server 2019",    "10.0", 17763, false, false, WINDOWS_LATE_RESET     },
    { WINDOWS_2022,   "2022",   "Windows Server 2022",    "10.0", 20348, true,  false, WINDOWS_LATE_RESET     },
    { WINDOWS_2025,   "2025",   "Windows Server 2025",    "10.0", 26100, true,  false, WINDOWS_LATE_ERROR_500 },
};
/* clang-format on */

const struct windows *windows_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
        if (text_equal_ignoring_case(versions[i].name, name)) {
            return &versions[i];
        }
    }
    return NULL;
}

const struct windows *windows_find_build(unsigned build)
{
    const struct windows *found = NULL;
    for (size_t i = 0; i < ARRAY_LEN(versions) && versions[i].build <= build; i++) {
        found = &versions[i];
    }
    return found;
}

const struct windows *windows_default(void)
{
    return &versions[ARRAY_LEN(versions) - 1];
}

const char *windows_names(void)
{
    return "2012, 2012R2, 2016, 2019, 2022 or 2025";
}
