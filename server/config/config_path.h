/* SPDX-License-Identifier: MIT
 *
 * --path: sslFlags for what lies below a path, as <location path="..."> has them.
 */
#pragma once

#include "config/config.h"

#include <stddef.h>
#include <stdint.h>

/* The path of the longest prefix that `path` is, or lies below, on this port: compared
 * without case (ASCII), whole segments, '\' counts as '/'. NULL = none. `path` is
 * decoded, and hostile. */
const struct config_path *config_path_find(const struct config *config, uint16_t port,
                                           const char *path);
/* The settings of the path, which replace the site's. */
void config_path_apply(const struct config_path *path, struct config_listen *site);
/* Some path on this port wants a certificate. */
bool config_path_asks(const struct config *config, uint16_t port);
