/* SPDX-License-Identifier: MIT
 *
 * What mapping_read.c (the document), mapping_elements.c (what each element means) and
 * mapping_attributes.c (their values) share; for nobody else.
 */
#pragma once

#include "base/compiler.h"
#include "iis/iis_xml.h"
#include "mapping/mapping_read.h"

#define MAPPING_SECTION "iisClientCertificateMappingAuthentication"
/* Of an operator's text in a message. */
#define MAPPING_SHOWN_MAX 100

/* Where in the document the reader is. */
enum mapping_place {
    MAPPING_PLACE_OUTSIDE, /* all that is not ours */
    MAPPING_PLACE_SECTION,
    MAPPING_PLACE_ONE,  /* <oneToOneMappings> */
    MAPPING_PLACE_MANY, /* <manyToOneMappings> */
    MAPPING_PLACE_ENTRY_ONE,
    MAPPING_PLACE_ENTRY_MANY,
    MAPPING_PLACE_RULES,
    MAPPING_PLACE_LEAF, /* holds nothing further */
};

struct mapping_reader {
    struct iis_xml xml;
    bool is_web_config;
    const char *only_site; /* NULL = any, but one */
    mapping_on_note_fn on_note;
    void *user;
    struct mapping *mapping;
    enum mapping_place places[MAPPING_DEPTH_MAX];
    size_t depth;
    size_t location_depth; /* of the <location> that is open; 0 = none */
    char location[MAPPING_SHOWN_MAX + 1];
    bool is_below_site; /* what that location holds is not read */
    char
        site[MAPPING_SHOWN_MAX + 1]; /* whose section it was; "" = the server's, none */
    bool has_section;                /* one was read or passed over */
    char anonymous_site[MAPPING_SHOWN_MAX + 1]; /* who said it */
    struct mapping_entry *last;                 /* the <add> that is open */
};

/* An element begins within `within`; attributes are expat's: name, value, ..., NULL. */
enum mapping_place mapping_element_begin(struct mapping_reader *reader,
                                         enum mapping_place within, const char *name,
                                         const char *const *attributes);

#define MAPPING_FAIL(reader, ...) IIS_XML_FAIL(&(reader)->xml, ERR_CONFIG, __VA_ARGS__)
void mapping_reader_note(const struct mapping_reader *reader, bool is_trap,
                         const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Fails for a name that is not in the NULL-terminated list. */
void mapping_attribute_check(struct mapping_reader *reader, const char *element,
                             const char *const *attributes, const char *const *known);
/* What is not there leaves the target as it is. */
void mapping_attribute_flag(struct mapping_reader *reader,
                            const char *const *attributes, const char *name,
                            bool *target);
/* One of two words; the first, which is the default, is false. */
void mapping_attribute_choice(struct mapping_reader *reader,
                              const char *const *attributes, const char *name,
                              const char *const words[2], bool *target);
/* An owned copy; an error if it is required and not there. */
void mapping_attribute_text(struct mapping_reader *reader,
                            const char *const *attributes, const char *name,
                            bool is_required, char **target);
