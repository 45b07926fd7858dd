/* SPDX-License-Identifier: MIT
 *
 * Where the sites of the running server are, for links from one to another. Ports as
 * bound; 0 = there is no such site.
 */
#pragma once

#include <stdint.h>

struct places {
    uint16_t
        tls; /* port of the first site that judges; names lead to all modes on it */
    uint16_t require; /* ports of the sites that judge by their own --listen */
    uint16_t accept;
    uint16_t ignore;
    uint16_t desk; /* plain HTTP */
};
