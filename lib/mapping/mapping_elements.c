/* SPDX-License-Identifier: MIT */
#include "mapping/mapping_read_internal.h"

#include "base/text.h"
#include "mapping/mapping_match.h"
#include "pki/der.h"
#include "pki/pem.h"

#include <stdio.h>
#include <string.h>

/* <location path="Default Web Site/app">: whose configuration is it? */
static enum mapping_place begin_location(struct mapping_reader *reader,
                                         const char *const *attributes)
{
    const char *path = iis_xml_attribute(attributes, "path");
    if (path == NULL || strcmp(path, ".") == 0) {
        path = "";
    }
    size_t len = strlen(path);
    while (len > 0 && path[len - 1] == '/') {
        len--;
    }
    if (reader->location_depth == 0) {
        reader->location_depth = reader->depth;
        snprintf(reader->location, sizeof reader->location, "%.*s",
                 (int)(len < MAPPING_SHOWN_MAX ? len : MAPPING_SHOWN_MAX), path);
        reader->is_below_site =
            len > 0 && (reader->is_web_config || memchr(path, '/', len) != NULL);
    }
    return MAPPING_PLACE_OUTSIDE;
}

/* Two sites' mappings cannot both be the one site's that certgated plays. */
static bool is_of_this_site(struct mapping_reader *reader)
{
    if (reader->location[0] == 0) {
        return true;
    }
    if (reader->only_site != NULL &&
        !text_equal_ignoring_case(reader->only_site, reader->location)) {
        return false;
    }
    if (reader->site[0] != 0 && strcmp(reader->site, reader->location) != 0) {
        MAPPING_FAIL(
            reader,
            "mappings of two sites, '%s' and '%s'; keep the <location> of one only",
            reader->site, reader->location);
        return false;
    }
    memcpy(reader->site, reader->location, sizeof reader->site);
    return true;
}

static enum mapping_place begin_section(struct mapping_reader *reader,
                                        const char *const *attributes)
{
    static const char *const known[] = { "enabled",
                                         "oneToOneCertificateMappingsEnabled",
                                         "manyToOneCertificateMappingsEnabled",
                                         "logonMethod",
                                         "defaultLogonDomain",
                                         NULL };
    static const char *const methods[] = { "Interactive", "Batch", "Network",
                                           "ClearText" };
    struct mapping *mapping = reader->mapping;
    const char *method = iis_xml_attribute(attributes, "logonMethod");
    size_t i = 0;

    reader->has_section = true;
    if (reader->is_below_site) {
        mapping_reader_note(
            reader, true,
            "IIS reads certificate mappings at the level of the site or the server "
            "only; those for '%s' are below it and do nothing",
            reader->location);
        return MAPPING_PLACE_OUTSIDE;
    }
    if (!is_of_this_site(reader)) {
        return MAPPING_PLACE_OUTSIDE;
    }
    mapping_attribute_check(reader, MAPPING_SECTION, attributes, known);
    mapping_attribute_flag(reader, attributes, "enabled", &mapping->enabled);
    mapping_attribute_flag(reader, attributes, "oneToOneCertificateMappingsEnabled",
                           &mapping->kind_enabled[MAPPING_ONE_TO_ONE]);
    mapping_attribute_flag(reader, attributes, "manyToOneCertificateMappingsEnabled",
                           &mapping->kind_enabled[MAPPING_MANY_TO_ONE]);
    while (method != NULL && i < ARRAY_LEN(methods) &&
           strcmp(method, methods[i]) != 0) {
        i++;
    }
    if (i == ARRAY_LEN(methods)) {
        MAPPING_FAIL(
            reader,
            "logonMethod is ClearText, Network, Interactive or Batch, not '%.*s'",
            MAPPING_SHOWN_MAX, method);
    }
    return MAPPING_PLACE_SECTION;
}

/* Which site it is for may only be known later; see mapping_read.c. */
static enum mapping_place begin_anonymous(struct mapping_reader *reader,
                                          const char *const *attributes)
{
    bool is_foreign = reader->location[0] != 0 && reader->site[0] != 0 &&
                      strcmp(reader->location, reader->site) != 0;
    is_foreign |= reader->only_site != NULL; /* the reader of all settings says it */
    if (!reader->is_below_site && !is_foreign) {
        reader->mapping->has_anonymous = true;
        reader->mapping->anonymous = true; /* the attribute's own default */
        memcpy(reader->anonymous_site, reader->location, sizeof reader->anonymous_site);
        mapping_attribute_flag(reader, attributes, "enabled",
                               &reader->mapping->anonymous);
    }
    return MAPPING_PLACE_OUTSIDE;
}

static enum mapping_place begin_one(struct mapping_reader *reader,
                                    const char *const *attributes)
{
    (void)reader;
    (void)attributes;
    return MAPPING_PLACE_ONE;
}

static enum mapping_place begin_many(struct mapping_reader *reader,
                                     const char *const *attributes)
{
    (void)reader;
    (void)attributes;
    return MAPPING_PLACE_MANY;
}

static enum mapping_place begin_rules(struct mapping_reader *reader,
                                      const char *const *attributes)
{
    (void)reader;
    (void)attributes;
    return MAPPING_PLACE_RULES;
}

static enum mapping_place clear_one(struct mapping_reader *reader,
                                    const char *const *attributes)
{
    (void)attributes;
    mapping_clear(reader->mapping, MAPPING_ONE_TO_ONE);
    return MAPPING_PLACE_LEAF;
}

static enum mapping_place clear_many(struct mapping_reader *reader,
                                     const char *const *attributes)
{
    (void)attributes;
    mapping_clear(reader->mapping, MAPPING_MANY_TO_ONE);
    return MAPPING_PLACE_LEAF;
}

static enum mapping_place remove_many(struct mapping_reader *reader,
                                      const char *const *attributes)
{
    const char *name = iis_xml_attribute(attributes, "name");
    if (name == NULL) {
        MAPPING_FAIL(reader, "<remove> needs the attribute name");
    } else {
        mapping_remove(reader->mapping, MAPPING_MANY_TO_ONE, name);
    }
    return MAPPING_PLACE_LEAF;
}

static enum mapping_place pass_over(struct mapping_reader *reader,
                                    const char *const *attributes)
{
    (void)reader;
    (void)attributes;
    return MAPPING_PLACE_LEAF;
}

static bool is_whole_certificate(struct slice der)
{
    struct slice content;
    struct certificate *cert = NULL;
    struct slice rest = der;
    if (!der_read(&rest, DER_SEQUENCE, &content) || rest.len > 0) {
        return false;
    }
    cert = certificate_create(der);
    bool good = cert != NULL && cert->malformed == NULL;
    certificate_destroy(cert);
    return good;
}

/* Microsoft: the text must stand on one line, without the PEM markers. */
static void read_blob(struct mapping_reader *reader, const char *const *attributes,
                      struct mapping_entry *entry)
{
    const char *text = iis_xml_attribute(attributes, "certificate");
    if (text == NULL) {
        MAPPING_FAIL(reader, "the attribute certificate is missing");
        return;
    }
    struct pem_block block = { .body = slice_from_string(text) };
    entry->der = (struct buf)BUF_LIMITED(CERTIFICATE_SIZE_MAX);
    bool decoded = pem_decode(&block, &entry->der);
    if (entry->der.failed && strlen(text) < CERTIFICATE_SIZE_MAX) {
        err_memory(reader->xml.err);
        iis_xml_fail(&reader->xml);
    } else if (strpbrk(text, " \t\r\n") != NULL && strchr(text, '-') == NULL) {
        entry->blob = MAPPING_BLOB_LINES;
        mapping_reader_note(
            reader, true,
            "the certificate has blanks or line ends in it; IIS compares it as it "
            "stands, so it fits nobody: put it on one line");
    } else if (!decoded || !is_whole_certificate(buf_slice(&entry->der))) {
        entry->blob = MAPPING_BLOB_BROKEN;
        mapping_reader_note(
            reader, true,
            "the certificate is cut off or damaged; who gets as far as this mapping "
            "is answered 401.1 with 0x80093102%s",
            strchr(text, '-') != NULL ? " (leave out the lines with -----)" : "");
    }
}

static void read_account(struct mapping_reader *reader, const char *const *attributes,
                         struct mapping_entry *entry)
{
    mapping_attribute_flag(reader, attributes, "enabled", &entry->enabled);
    mapping_attribute_text(reader, attributes, "userName", false, &entry->user_name);
    mapping_attribute_text(reader, attributes, "password", false, &entry->password);
}

static enum mapping_place add_one(struct mapping_reader *reader,
                                  const char *const *attributes)
{
    static const char *const known[] = { "enabled", "userName", "password",
                                         "certificate", NULL };
    struct mapping_entry *entry = NULL;
    if (mapping_add_entry(reader->mapping, MAPPING_ONE_TO_ONE, &entry,
                          reader->xml.err) != 0) {
        iis_xml_fail(&reader->xml);
        return MAPPING_PLACE_LEAF;
    }
    mapping_attribute_check(reader, "oneToOneMappings/add", attributes, known);
    read_account(reader, attributes, entry);
    read_blob(reader, attributes, entry);
    return MAPPING_PLACE_ENTRY_ONE;
}

static enum mapping_place add_many(struct mapping_reader *reader,
                                   const char *const *attributes)
{
    static const char *const known[] = { "name",     "description", "enabled",
                                         "userName", "password",    "permissionMode",
                                         NULL };
    static const char *const modes[2] = { "Allow", "Deny" };
    struct mapping_entry *entry = NULL;
    if (mapping_add_entry(reader->mapping, MAPPING_MANY_TO_ONE, &entry,
                          reader->xml.err) != 0) {
        iis_xml_fail(&reader->xml);
        return MAPPING_PLACE_LEAF;
    }
    mapping_attribute_check(reader, "manyToOneMappings/add", attributes, known);
    read_account(reader, attributes, entry);
    mapping_attribute_text(reader, attributes, "name", true, &entry->name);
    mapping_attribute_text(reader, attributes, "description", false,
                           &entry->description);
    mapping_attribute_choice(reader, attributes, "permissionMode", modes, &entry->deny);
    reader->last = entry;
    return MAPPING_PLACE_ENTRY_MANY;
}

/* Microsoft: certificateSubField is case-sensitive. */
static void check_sub_field(const struct mapping_reader *reader, const char *sub_field)
{
    const char *meant = mapping_match_suggest(sub_field);
    if (mapping_match_sub_field(sub_field) != OID_UNKNOWN) {
        return;
    }
    mapping_reader_note(
        reader, true,
        "certificateSubField '%.*s' is no name of a part of a subject, so the rule "
        "fits nobody%s%s",
        MAPPING_SHOWN_MAX, sub_field,
        meant != NULL ? "; case counts, and Windows writes " : "",
        meant != NULL ? meant : "");
}

static enum mapping_place add_rule(struct mapping_reader *reader,
                                   const char *const *attributes)
{
    static const char *const known[] = { "certificateField", "certificateSubField",
                                         "matchCriteria", "compareCaseSensitive",
                                         NULL };
    static const char *const fields[2] = { "Subject", "Issuer" };
    struct mapping_rule *rule = NULL;
    if (mapping_add_rule(reader->last, &rule, reader->xml.err) != 0) {
        iis_xml_fail(&reader->xml);
        return MAPPING_PLACE_LEAF;
    }
    mapping_attribute_check(reader, "rules/add", attributes, known);
    if (iis_xml_attribute(attributes, "certificateField") == NULL) {
        MAPPING_FAIL(reader, "the attribute certificateField is missing");
    }
    mapping_attribute_choice(reader, attributes, "certificateField", fields,
                             &rule->of_issuer);
    mapping_attribute_text(reader, attributes, "certificateSubField", true,
                           &rule->sub_field);
    mapping_attribute_text(reader, attributes, "matchCriteria", true, &rule->criteria);
    mapping_attribute_flag(reader, attributes, "compareCaseSensitive",
                           &rule->case_sensitive);
    if (!reader->xml.failed) {
        check_sub_field(reader, rule->sub_field);
    }
    return MAPPING_PLACE_LEAF;
}

/* ---- which */

typedef enum mapping_place (*begin_fn)(struct mapping_reader *reader,
                                       const char *const *attributes);

static const struct element {
    const char *name;
    enum mapping_place within;
    begin_fn begin;
} elements[] = {
    { "location", MAPPING_PLACE_OUTSIDE, begin_location },
    { MAPPING_SECTION, MAPPING_PLACE_OUTSIDE, begin_section },
    { "anonymousAuthentication", MAPPING_PLACE_OUTSIDE, begin_anonymous },
    { "oneToOneMappings", MAPPING_PLACE_SECTION, begin_one },
    { "manyToOneMappings", MAPPING_PLACE_SECTION, begin_many },
    { "add", MAPPING_PLACE_ONE, add_one },
    { "clear", MAPPING_PLACE_ONE, clear_one },
    { "remove", MAPPING_PLACE_ONE, pass_over },
    { "add", MAPPING_PLACE_MANY, add_many },
    { "clear", MAPPING_PLACE_MANY, clear_many },
    { "remove", MAPPING_PLACE_MANY, remove_many },
    { "rules", MAPPING_PLACE_ENTRY_MANY, begin_rules },
    { "add", MAPPING_PLACE_RULES, add_rule },
    { "clear", MAPPING_PLACE_RULES, pass_over },
    { "remove", MAPPING_PLACE_RULES, pass_over },
};

enum mapping_place mapping_element_begin(struct mapping_reader *reader,
                                         enum mapping_place within, const char *name,
                                         const char *const *attributes)
{
    for (size_t i = 0; i < ARRAY_LEN(elements); i++) {
        if (elements[i].within == within && strcmp(elements[i].name, name) == 0) {
            return elements[i].begin(reader, attributes);
        }
    }
    if (within != MAPPING_PLACE_OUTSIDE) {
        MAPPING_FAIL(reader, "<%.*s> may not stand here (IIS: 500.19)",
                     MAPPING_SHOWN_MAX, name);
    }
    return MAPPING_PLACE_OUTSIDE;
}
