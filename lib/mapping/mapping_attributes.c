/* SPDX-License-Identifier: MIT */
#include "mapping/mapping_read_internal.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define NOTE_MAX ((size_t)1024)

/* ---- telling */

void mapping_reader_note(const struct mapping_reader *reader, bool is_trap,
                         const char *fmt, ...)
{
    char text[NOTE_MAX];
    va_list args;
    if (reader->on_note == NULL) {
        return;
    }
    int len = snprintf(text, sizeof text, "%.200s, line %lu: ", reader->xml.name,
                       iis_xml_line(&reader->xml));
    va_start(args, fmt);
    vsnprintf(text + len, sizeof text - (size_t)len, fmt, args);
    va_end(args);
    reader->on_note(reader->user, is_trap, text);
}

/* ---- attributes: expat's list of names and values */

/* IIS's schema is closed: what it does not know is a 500.19. The words that lock parts
 * of the configuration, and those of other namespaces, say nothing of mappings. */
static bool is_allowed(const char *name, const char *const *known)
{
    while (*known != NULL && strcmp(*known, name) != 0) {
        known++;
    }
    return *known != NULL || strncmp(name, "lock", 4) == 0 || strchr(name, ':') != NULL;
}

void mapping_attribute_check(struct mapping_reader *reader, const char *element,
                             const char *const *attributes, const char *const *known)
{
    while (attributes[0] != NULL && is_allowed(attributes[0], known)) {
        attributes += 2;
    }
    if (attributes[0] != NULL) {
        MAPPING_FAIL(reader, "<%s> has no attribute '%.*s' (IIS: 500.19)", element,
                     MAPPING_SHOWN_MAX, attributes[0]);
    }
}

void mapping_attribute_flag(struct mapping_reader *reader,
                            const char *const *attributes, const char *name,
                            bool *target)
{
    const char *value = iis_xml_attribute(attributes, name);
    if (value == NULL) {
        return;
    }
    if (text_equal_ignoring_case(value, "true")) {
        *target = true;
    } else if (text_equal_ignoring_case(value, "false")) {
        *target = false;
    } else {
        MAPPING_FAIL(reader, "%s is true or false, not '%.*s'", name, MAPPING_SHOWN_MAX,
                     value);
    }
}

void mapping_attribute_choice(struct mapping_reader *reader,
                              const char *const *attributes, const char *name,
                              const char *const words[2], bool *target)
{
    const char *value = iis_xml_attribute(attributes, name);
    if (value == NULL || strcmp(value, words[0]) == 0) {
        *target = false;
    } else if (strcmp(value, words[1]) == 0) {
        *target = true;
    } else {
        MAPPING_FAIL(reader, "%s is %s or %s, not '%.*s'", name, words[0], words[1],
                     MAPPING_SHOWN_MAX, value);
    }
}

void mapping_attribute_text(struct mapping_reader *reader,
                            const char *const *attributes, const char *name,
                            bool is_required, char **target)
{
    const char *value = iis_xml_attribute(attributes, name);
    if (value == NULL && !is_required) {
        return;
    }
    if (value == NULL) {
        MAPPING_FAIL(reader, "the attribute %s is missing", name);
        return;
    }
    size_t len = strlen(value);
    if (len > MAPPING_TEXT_MAX) {
        MAPPING_FAIL(reader, "%s is longer than %zu bytes", name, MAPPING_TEXT_MAX);
        return;
    }
    *target = mem_copy_string(value, len);
    if (*target == NULL) {
        err_memory(reader->xml.err);
        iis_xml_fail(&reader->xml);
    }
}
