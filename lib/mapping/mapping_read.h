/* SPDX-License-Identifier: MIT
 *
 * Certificate mappings as IIS keeps them: <iisClientCertificateMappingAuthentication>
 * in a web.config, in an applicationHost.config, or alone. Everything else in the file
 * is skipped, except <anonymousAuthentication enabled>. What IIS would refuse with a
 * 500.19 (an unknown attribute, a value that is none) is an error with the line; what
 * it would read and never use is a note.
 *
 * IIS reads mappings at the level of the server and the site only. A <location> whose
 * path leads below a site is passed over, with a note. In a file named web.config every
 * path does, for there it is relative to the site.
 */
#pragma once

#include "base/err.h"
#include "mapping/mapping.h"

#define MAPPING_FILE_MAX  ((size_t)1024 * 1024)
#define MAPPING_DEPTH_MAX ((size_t)32)

/* One sentence for the operator; `is_trap`: what is written does not do what it seems
 * to. */
typedef void (*mapping_on_note_fn)(void *user, bool is_trap, const char *text);

/* Owned by the caller. `on_note` may be NULL. */
int mapping_read(const char *path, mapping_on_note_fn on_note, void *user,
                 struct mapping **ret_mapping, struct err *err) MUST_CHECK;
/* The same, of a file with several sites: only what holds for `site`. */
int mapping_read_site(const char *path, const char *site, mapping_on_note_fn on_note,
                      void *user, struct mapping **ret_mapping, struct err *err)
    MUST_CHECK;
/* The same from memory; `path` is for the messages and tells a web.config. */
int mapping_parse(struct slice xml, const char *path, mapping_on_note_fn on_note,
                  void *user, struct mapping **ret_mapping, struct err *err) MUST_CHECK;
