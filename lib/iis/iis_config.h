/* SPDX-License-Identifier: MIT
 *
 * IIS's configuration: an applicationHost.config and web.config files come in as bytes,
 * what holds for a URL of a site comes out, with the file and line that decided, or the
 * fault that IIS would answer with 500.19. Pure. The files are hostile: nothing is
 * expanded or fetched, and all is bounded.
 *
 * Documented by Microsoft (docs/config.md names the pages): the sections with their
 * attributes, their values and defaults, <location>, overrideModeDefault, overrideMode,
 * lockItem and its like, the HRESULTs of locked, unknown and duplicate things. Not
 * documented, so assumed: how a <location> of a parent's file stands to a web.config
 * between them (here by path first, then by file), and that lockAttributes binds the
 * files below its own.
 *
 * Use: create, add each file, settle, then ask. Passwords are never kept.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IIS_CONFIG_FILE_MAX  ((size_t)2 * 1024 * 1024)
#define IIS_CONFIG_FILES_MAX ((size_t)256)
#define IIS_CONFIG_DEPTH_MAX ((size_t)64)
#define IIS_CONFIG_SITES_MAX ((size_t)200)
/* Sections with something in them; applications, virtual directories and bindings of
 * all sites; entries of httpErrors; notes. */
#define IIS_CONFIG_USES_MAX   ((size_t)2000)
#define IIS_CONFIG_PLACES_MAX ((size_t)1000)
#define IIS_CONFIG_ERRORS_MAX ((size_t)2000)
#define IIS_CONFIG_NOTES_MAX  ((size_t)100)
/* Of a name or a path in a file. */
#define IIS_CONFIG_PATH_MAX ((size_t)512)

#define IIS_HRESULT_LOCKED    0x80070021u /* ERROR_LOCK_VIOLATION */
#define IIS_HRESULT_INVALID   0x8007000Du /* ERROR_INVALID_DATA */
#define IIS_HRESULT_DUPLICATE 0x800700B7u /* ERROR_ALREADY_EXISTS */

/* <access sslFlags>, with the bits of the metabase. */
#define IIS_SSL                0x008u
#define IIS_SSL_NEGOTIATE_CERT 0x020u
#define IIS_SSL_REQUIRE_CERT   0x040u
#define IIS_SSL_MAP_CERT       0x080u
#define IIS_SSL_128            0x100u

/* <httpErrors errorMode>: Microsoft's numbers. */
#define IIS_ERRORS_DETAILED_LOCAL_ONLY 0u
#define IIS_ERRORS_CUSTOM              1u
#define IIS_ERRORS_DETAILED            2u

/* name, section, attribute, IIS's default */
/* clang-format off */
#define IIS_SETTING_LIST(X)                                                            \
    X(SSL_FLAGS,   ACCESS,         "sslFlags",                            0u)          \
    X(READ_AHEAD,  SERVER_RUNTIME, "uploadReadAheadSize",                 49152u)      \
    X(ERROR_MODE,  HTTP_ERRORS,    "errorMode",                           IIS_ERRORS_DETAILED_LOCAL_ONLY) \
    X(ANONYMOUS,   ANONYMOUS,      "enabled",                             1u)          \
    X(CERT_MAPPING, CERT_MAPPING,  "enabled",                             0u)          \
    X(ONE_TO_ONE,  CERT_MAPPING,   "oneToOneCertificateMappingsEnabled",  1u)          \
    X(MANY_TO_ONE, CERT_MAPPING,   "manyToOneCertificateMappingsEnabled", 1u)          \
    X(AD_MAPPING,  AD_MAPPING,     "enabled",                             0u)          \
    X(BASIC,       BASIC,          "enabled",                             0u)          \
    X(DIGEST,      DIGEST,         "enabled",                             0u)          \
    X(WINDOWS,     WINDOWS,        "enabled",                             0u)
/* clang-format on */

enum iis_setting {
#define X(name, section, attribute, initial) IIS_SETTING_##name,
    IIS_SETTING_LIST(X)
#undef X
        IIS_SETTING_COUNT
};

/* Where something stands; file NULL = nowhere, it is IIS's default. Borrowed from the
 * configuration. */
struct iis_origin {
    const char *file;
    unsigned long line;
};

/* What IIS answers with 500.19; `text` NULL = nothing. Borrowed. */
struct iis_fault {
    uint32_t hresult; /* IIS_HRESULT_... */
    const char *text; /* one sentence; texts of the files in it are hostile */
    struct iis_origin at;
};

struct iis_settings {
    uint32_t values[IIS_SETTING_COUNT];
    struct iis_origin origins[IIS_SETTING_COUNT];
    struct iis_fault fault; /* else the values hold */
};

/* One sentence about what is read and not reproduced, or (`is_trap`) does not do what
 * it seems to. */
struct iis_note {
    bool is_trap;
    struct iis_origin at; /* line 0 = the whole file */
    char *text;           /* owned */
};

/* <application> and its <virtualDirectory>. */
struct iis_folder {
    char *url;                     /* owned: "" for the site's root, else "/app/dir" */
    char *physical;                /* owned; as written */
    bool is_application;           /* the root folder of one */
    bool has_allow_sub_dir_config; /* else as virtualDirectoryDefaults say */
    bool allow_sub_dir_config;
    struct iis_origin at;
};

struct iis_binding {
    char *protocol;      /* owned: "https" */
    char *information;   /* owned: "*:443:www.example.com" */
    uint16_t port;       /* 0 = there is none in it */
    const char *address; /* into `parts`; "" or "*" = any */
    const char *host;    /* into `parts`; "" = any */
    char *parts;         /* owned */
    uint32_t ssl_flags;  /* 1 = SNI, 2 = central store, ... */
    struct iis_origin at;
};

struct iis_site {
    char *name; /* owned; in any case */
    uint32_t id;
    struct iis_origin at;
    struct iis_folder *folders; /* owned */
    size_t n_folders;
    struct iis_binding *bindings; /* owned */
    size_t n_bindings;
};

struct iis_config;

struct iis_config *iis_config_create(void); /* NULL: out of memory */
void iis_config_destroy(struct iis_config *config);

/* A file named web.config, or with `url`, is a site's; any other is the server's, of
 * which there can be one. `url`: what a web.config stands for, "/app" of the first
 * site or "Site/app"; NULL = by its folder, which is compared with the sites' physical
 * paths. `name` stands in messages, and is copied. -1: the limits, a document type, out
 * of memory, or an applicationHost.config that is no XML. A web.config that is no XML
 * is a fault of what lies below it. */
int iis_config_add(struct iis_config *config, const char *name, const char *url,
                   struct slice xml, struct err *err) MUST_CHECK;
/* Once all are added: works out what holds where. */
int iis_config_settle(struct iis_config *config, struct err *err) MUST_CHECK;

/* Of a settled one. Without <sites> there is one, as if it stood in the file. */
size_t iis_config_n_sites(const struct iis_config *config);
const struct iis_site *iis_config_site(const struct iis_config *config, size_t i);
/* By its name in any case; NULL = none. */
const struct iis_site *iis_config_find_site(const struct iis_config *config,
                                            struct slice name);
/* The site with a binding of that protocol ("https", "http") at the port, else the one
 * with the lowest id; cannot fail. */
const struct iis_site *iis_config_choose_site(const struct iis_config *config,
                                              const char *protocol, uint16_t port);
size_t iis_config_n_notes(const struct iis_config *config);
const struct iis_note *iis_config_note(const struct iis_config *config, size_t i);

/* What holds for a path of a site's URLs. `path` is decoded, hostile, and begins with
 * '/'; compared without case (ASCII), '\' counts as '/'. `ret_base_len` (may be NULL):
 * how much of it an application, a virtual directory or another place is that the
 * files speak of. Cannot fail. */
const struct iis_settings *iis_config_lookup(const struct iis_config *config,
                                             const struct iis_site *site,
                                             const char *path, size_t *ret_base_len);
/* Somewhere on the site a certificate is asked for. */
bool iis_config_asks(const struct iis_config *config, const struct iis_site *site);

/* "system.webServer/security/access", "sslFlags" */
const char *iis_setting_section(enum iis_setting setting);
const char *iis_setting_attribute(enum iis_setting setting);
/* The value as IIS writes it: "Ssl, SslRequireCert", "true", "49152". */
bool iis_setting_format(struct buf *out, enum iis_setting setting, uint32_t value);
