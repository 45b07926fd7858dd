/* SPDX-License-Identifier: MIT
 *
 * What the parts of iis_config share: iis_config_schema.c (the sections that are read),
 * iis_config_xml.c (the document), iis_config_section.c (a section's element),
 * iis_config_sites.c (<sites>, and which URL a web.config stands for),
 * iis_config_settle.c and iis_config_inherit.c (what holds where). For nobody else.
 */
#pragma once

#include "base/compiler.h"
#include "iis/iis_config.h"
#include "iis/iis_xml.h"

#define IIS_ATTRIBUTES_MAX ((size_t)9)
#define IIS_CHILDREN_MAX   ((size_t)3)
/* Of an operator's text in a message. */
#define IIS_SHOWN_MAX 100

enum iis_section {
    IIS_SECTION_ACCESS,
    IIS_SECTION_SERVER_RUNTIME,
    IIS_SECTION_HTTP_ERRORS,
    IIS_SECTION_ANONYMOUS,
    IIS_SECTION_BASIC,
    IIS_SECTION_DIGEST,
    IIS_SECTION_WINDOWS,
    IIS_SECTION_AD_MAPPING,
    IIS_SECTION_CERT_MAPPING,
    IIS_SECTION_COUNT /* of a use: it only carries a fault */
};

/* ---- the schema */

enum iis_type {
    IIS_TYPE_BOOL,
    IIS_TYPE_NUMBER,
    IIS_TYPE_ENUM,
    IIS_TYPE_FLAGS,
    IIS_TYPE_TEXT
};

struct iis_word {
    const char *word; /* NULL ends the list */
    uint32_t value;
};

struct iis_attribute {
    const char *name; /* NULL ends the list */
    enum iis_type type;
    const struct iis_word *words; /* of an enum or flags */
    bool is_noted;                /* read and not reproduced: say so */
};

struct iis_schema {
    const char *group; /* "system.webServer/security" */
    const char *name;
    const char *path; /* both */
    bool is_locked;   /* overrideModeDefault in IIS's own file */
    struct iis_attribute attributes[IIS_ATTRIBUTES_MAX + 1];
    const char *children[IIS_CHILDREN_MAX + 1]; /* NULL ends the list */
};

const struct iis_schema *iis_schema_get(enum iis_section section);
/* IIS_SECTION_COUNT = none of that name in the group. */
enum iis_section iis_schema_find(const char *group, const char *name);
/* IIS_ATTRIBUTES_MAX, IIS_CHILDREN_MAX = none. */
size_t iis_schema_attribute(const struct iis_schema *schema, const char *name);
size_t iis_schema_child(const struct iis_schema *schema, const char *name);
enum iis_section iis_schema_section_of(enum iis_setting setting);
/* False = it is none. Appends what it can be to `choices`. */
bool iis_schema_read(const struct iis_attribute *attribute, const char *text,
                     uint32_t *ret_value, struct buf *choices);

/* ---- what the files say */

enum iis_mode { IIS_MODE_INHERIT, IIS_MODE_ALLOW, IIS_MODE_DENY };

/* allowDefinition */
enum iis_definition {
    IIS_DEFINITION_EVERYWHERE,
    IIS_DEFINITION_APPLICATION, /* MachineToApplication */
    IIS_DEFINITION_SERVER,      /* MachineOnly, AppHostOnly, MachineToRootWeb */
};

struct iis_file {
    char *name; /* owned */
    char *url;  /* owned; NULL = by its folder */
    bool is_server;
    char *key;           /* owned, once settled: what it stands for, as a use's */
    size_t level;        /* 0 = the server's, 1 = a site's root, ... */
    bool is_application; /* stands for the root of one */
    bool is_ignored;     /* by allowSubDirConfig */
};

enum iis_error_element { IIS_ERROR_ADD, IIS_ERROR_REMOVE, IIS_ERROR_CLEAR };

struct iis_error_entry {
    enum iis_error_element what;
    int64_t status;
    int64_t sub_status;
    bool lock_item;
    unsigned long line;
};

/* A section where it stands. */
struct iis_use {
    enum iis_section section;
    size_t file;
    unsigned long line;
    char *location; /* owned; "" = the file's own level */
    char *key;    /* owned, once settled: "site/app", in lower case; "" = the server */
    size_t depth; /* its parts */
    enum iis_mode mode;
    unsigned set; /* bits of attributes; those of `values` that hold */
    uint32_t values[IIS_ATTRIBUTES_MAX];
    unsigned children; /* bits of elements that stand in it */
    unsigned lock_attributes;
    unsigned lock_children;
    bool lock_item;
    size_t first_error; /* in the list of httpErrors' entries */
    size_t n_errors;
    uint32_t hresult; /* its own fault; 0 = none */
    const char *fault;
    unsigned long fault_line;
};

struct iis_registration {
    enum iis_mode mode; /* INHERIT: not in <configSections> */
    enum iis_definition definition;
    struct iis_origin at;
};

#define IIS_UNLOCKED UINT16_MAX

struct iis_lock {
    uint16_t level; /* of the file that locks; IIS_UNLOCKED */
    struct iis_origin at;
};

/* A place that some file speaks of. */
struct iis_node {
    const char *key;  /* of a use */
    size_t parent;    /* index; its own: the server */
    size_t first_use; /* in the sorted list */
    size_t n_uses;
    struct iis_settings settings;
    struct iis_lock sections[IIS_SECTION_COUNT];
    struct iis_lock attributes[IIS_SECTION_COUNT][IIS_ATTRIBUTES_MAX];
    struct iis_lock children[IIS_SECTION_COUNT][IIS_CHILDREN_MAX];
};

struct iis_config {
    struct iis_file *files; /* IIS_CONFIG_FILES_MAX; all lists are owned */
    size_t n_files;
    bool has_server_file;
    struct iis_use *uses; /* IIS_CONFIG_USES_MAX */
    size_t n_uses;
    struct iis_error_entry *errors; /* IIS_CONFIG_ERRORS_MAX */
    size_t n_errors;
    struct iis_registration sections[IIS_SECTION_COUNT];
    bool has_sections;        /* <configSections> stands in the server's file */
    bool deny_sub_dir_config; /* virtualDirectoryDefaults */
    struct iis_site *sites;   /* IIS_CONFIG_SITES_MAX */
    size_t n_sites;
    size_t n_places; /* folders and bindings of all sites */
    struct iis_note notes[IIS_CONFIG_NOTES_MAX];
    size_t n_notes;
    char **texts; /* of faults; owned */
    size_t n_texts;
    struct iis_node *nodes; /* once settled: parents before children */
    size_t n_nodes;
    bool no_memory; /* somewhere in the middle; the next function fails */
};

/* ---- iis_config.c */
void iis_config_tell(struct iis_config *config, bool is_trap, const char *file,
                     unsigned long line, const char *fmt, ...) PRINTF_LIKE(5, 6);
/* A text that lives as long as the configuration; "" and no_memory. */
const char *iis_config_keep(struct iis_config *config, const char *fmt, ...)
    PRINTF_LIKE(2, 3);
/* One more element of an owned list; NULL: out of memory. */
void *iis_config_grow(void *list, size_t n, size_t size);

/* ---- the reader of one file */

/* Where in the document it is. */
enum iis_place {
    IIS_PLACE_SKIPPED, /* and all that stands in it */
    IIS_PLACE_DOCUMENT,
    IIS_PLACE_CONFIGURATION, /* or <location> */
    IIS_PLACE_SECTIONS,      /* <configSections>, <sectionGroup> */
    IIS_PLACE_APPLICATION_HOST,
    IIS_PLACE_SITES,
    IIS_PLACE_SITE,
    IIS_PLACE_BINDINGS,
    IIS_PLACE_APPLICATION,
    IIS_PLACE_GROUP,   /* system.webServer and what groups sections in it */
    IIS_PLACE_SECTION, /* one that is read */
};

struct iis_reader {
    struct iis_xml xml;
    struct iis_config *config;
    size_t file;
    enum iis_place places[IIS_CONFIG_DEPTH_MAX];
    size_t depth;
    size_t location_depth; /* of the <location> that is open; 0 = none */
    char location[IIS_CONFIG_PATH_MAX];
    enum iis_mode mode;
    char group[IIS_CONFIG_PATH_MAX];       /* "system.webServer/security" */
    size_t use;                            /* the section that is open */
    char application[IIS_CONFIG_PATH_MAX]; /* its path, "" = the root */
};

#define IIS_FAIL(reader, domain, ...) IIS_XML_FAIL(&(reader)->xml, domain, __VA_ARGS__)

/* iis_config_section.c */
/* A use at the reader's place; NULL: it failed. */
struct iis_use *iis_section_use(struct iis_reader *reader, enum iis_section section);
/* The first fault of a use counts. */
void iis_section_fault(struct iis_reader *reader, struct iis_use *use, uint32_t hresult,
                       const char *text);
void iis_section_begin(struct iis_reader *reader, enum iis_section section,
                       const char *const *attributes);
void iis_section_child(struct iis_reader *reader, const char *name,
                       const char *const *attributes);

/* iis_config_sites.c */
enum iis_place iis_sites_begin(struct iis_reader *reader, enum iis_place within,
                               const char *name, const char *const *attributes);
/* Those that are spoken of, where no <sites> is. */
int iis_sites_invent(struct iis_config *config, struct err *err) MUST_CHECK;
/* "/", "/CRM/" -> "", "/CRM" behind what `url` holds; false = too long. */
bool iis_sites_append_url(char *url, size_t size, const char *path);
/* "Site" "/App" "x" -> "site/app/x"; NULL: out of memory. */
char *iis_sites_key(const char *site, const char *url, const char *location);

/* iis_config_place.c */
int iis_place_files(struct iis_config *config, struct err *err) MUST_CHECK;

/* iis_config_inherit.c */
/* The uses of a node, in order, on top of its parent's. -1: out of memory. */
int iis_inherit(struct iis_config *config, struct iis_node *node, struct err *err)
    MUST_CHECK;
