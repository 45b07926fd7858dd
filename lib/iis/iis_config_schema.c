/* SPDX-License-Identifier: MIT
 *
 * The sections that are read, as the reference of system.webServer has them
 * (learn.microsoft.com/iis/configuration/system.webserver). Which of them IIS's own
 * applicationHost.config locks is in the same reference's introduction.
 */
#include "iis/iis_config_internal.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

#define NUMBER_MAX ((uint64_t)2147483647)

static const struct iis_word ssl_flags[] = {
    { "None", 0 },
    { "Ssl", IIS_SSL },
    { "SslNegotiateCert", IIS_SSL_NEGOTIATE_CERT },
    { "SslRequireCert", IIS_SSL_REQUIRE_CERT },
    { "SslMapCert", IIS_SSL_MAP_CERT },
    { "Ssl128", IIS_SSL_128 },
    { NULL, 0 },
};
static const struct iis_word error_modes[] = {
    { "DetailedLocalOnly", IIS_ERRORS_DETAILED_LOCAL_ONLY },
    { "Custom", IIS_ERRORS_CUSTOM },
    { "Detailed", IIS_ERRORS_DETAILED },
    { NULL, 0 },
};
static const struct iis_word responses[] = {
    { "Auto", 0 }, { "Replace", 1 }, { "PassThrough", 2 }, { NULL, 0 }
};
static const struct iis_word response_modes[] = {
    { "File", 0 }, { "ExecuteURL", 1 }, { "Redirect", 2 }, { NULL, 0 }
};
static const struct iis_word logon_methods[] = {
    { "Interactive", 0 }, { "Batch", 1 }, { "Network", 2 },
    { "ClearText", 3 },   { NULL, 0 },
};
static const struct iis_word overrides[] = { { "UseAuthenticatedUser", 1 },
                                             { "UseWorkerProcessUser", 2 },
                                             { NULL, 0 } };

#define SERVER         "system.webServer"
#define SECURITY       SERVER "/security"
#define AUTHENTICATION SECURITY "/authentication"

#define IN(group, name) group, name, group "/" name

/* clang-format off */
static const struct iis_schema schemas[IIS_SECTION_COUNT] = {
    [IIS_SECTION_ACCESS] = { IN(SECURITY, "access"), true,
        { { "sslFlags", IIS_TYPE_FLAGS, ssl_flags, false } }, { NULL } },
    [IIS_SECTION_SERVER_RUNTIME] = { IN(SERVER, "serverRuntime"), true,
        { { "uploadReadAheadSize", IIS_TYPE_NUMBER, NULL, false },
          { "enabled", IIS_TYPE_BOOL, NULL, true },
          { "alternateHostName", IIS_TYPE_TEXT, NULL, false },
          { "appConcurrentRequestLimit", IIS_TYPE_TEXT, NULL, true },
          { "maxRequestEntityAllowed", IIS_TYPE_TEXT, NULL, true },
          { "enableNagling", IIS_TYPE_BOOL, NULL, false },
          { "frequentHitThreshold", IIS_TYPE_TEXT, NULL, false },
          { "frequentHitTimePeriod", IIS_TYPE_TEXT, NULL, false },
          { "authenticatedUserOverride", IIS_TYPE_ENUM, overrides, false } }, { NULL } },
    [IIS_SECTION_HTTP_ERRORS] = { IN(SERVER, "httpErrors"), false,
        { { "errorMode", IIS_TYPE_ENUM, error_modes, false },
          { "existingResponse", IIS_TYPE_ENUM, responses, false },
          { "defaultResponseMode", IIS_TYPE_ENUM, response_modes, false },
          { "defaultPath", IIS_TYPE_TEXT, NULL, false },
          { "detailedMoreInformationLink", IIS_TYPE_TEXT, NULL, false },
          { "allowAbsolutePathsWhenDelegated", IIS_TYPE_BOOL, NULL, false } },
        { "error", "remove", "clear" } },
    [IIS_SECTION_ANONYMOUS] = { IN(AUTHENTICATION, "anonymousAuthentication"), true,
        { { "enabled", IIS_TYPE_BOOL, NULL, false },
          { "userName", IIS_TYPE_TEXT, NULL, false },
          { "password", IIS_TYPE_TEXT, NULL, false },
          { "logonMethod", IIS_TYPE_ENUM, logon_methods, false } }, { NULL } },
    [IIS_SECTION_BASIC] = { IN(AUTHENTICATION, "basicAuthentication"), true,
        { { "enabled", IIS_TYPE_BOOL, NULL, false },
          { "realm", IIS_TYPE_TEXT, NULL, false },
          { "defaultLogonDomain", IIS_TYPE_TEXT, NULL, false },
          { "logonMethod", IIS_TYPE_ENUM, logon_methods, false } }, { NULL } },
    [IIS_SECTION_DIGEST] = { IN(AUTHENTICATION, "digestAuthentication"), true,
        { { "enabled", IIS_TYPE_BOOL, NULL, false },
          { "realm", IIS_TYPE_TEXT, NULL, false } }, { NULL } },
    [IIS_SECTION_WINDOWS] = { IN(AUTHENTICATION, "windowsAuthentication"), true,
        { { "enabled", IIS_TYPE_BOOL, NULL, false },
          { "authPersistSingleRequest", IIS_TYPE_BOOL, NULL, false },
          { "authPersistNonNTLM", IIS_TYPE_BOOL, NULL, false },
          { "useKernelMode", IIS_TYPE_BOOL, NULL, false },
          { "useAppPoolCredentials", IIS_TYPE_BOOL, NULL, false } },
        { "providers", "extendedProtection" } },
    [IIS_SECTION_AD_MAPPING] = { IN(AUTHENTICATION, "clientCertificateMappingAuthentication"), true,
        { { "enabled", IIS_TYPE_BOOL, NULL, false } }, { NULL } },
    [IIS_SECTION_CERT_MAPPING] = { IN(AUTHENTICATION, "iisClientCertificateMappingAuthentication"), true,
        { { "enabled", IIS_TYPE_BOOL, NULL, false },
          { "oneToOneCertificateMappingsEnabled", IIS_TYPE_BOOL, NULL, false },
          { "manyToOneCertificateMappingsEnabled", IIS_TYPE_BOOL, NULL, false },
          { "logonMethod", IIS_TYPE_ENUM, logon_methods, false },
          { "defaultLogonDomain", IIS_TYPE_TEXT, NULL, false } },
        { "oneToOneMappings", "manyToOneMappings" } },
};
/* clang-format on */

static const struct {
    enum iis_section section;
    const char *attribute;
} settings[IIS_SETTING_COUNT] = {
#define X(name, section, attribute, initial) \
    [IIS_SETTING_##name] = { IIS_SECTION_##section, attribute },
    IIS_SETTING_LIST(X)
#undef X
};

const struct iis_schema *iis_schema_get(enum iis_section section)
{
    assert(section < IIS_SECTION_COUNT);
    return &schemas[section];
}

enum iis_section iis_schema_find(const char *group, const char *name)
{
    size_t i = 0;
    while (i < IIS_SECTION_COUNT && (strcmp(schemas[i].group, group) != 0 ||
                                     strcmp(schemas[i].name, name) != 0)) {
        i++;
    }
    return (enum iis_section)i;
}

size_t iis_schema_attribute(const struct iis_schema *schema, const char *name)
{
    size_t i = 0;
    while (schema->attributes[i].name != NULL &&
           strcmp(schema->attributes[i].name, name) != 0) {
        i++;
    }
    return schema->attributes[i].name != NULL ? i : IIS_ATTRIBUTES_MAX;
}

size_t iis_schema_child(const struct iis_schema *schema, const char *name)
{
    size_t i = 0;
    while (schema->children[i] != NULL && strcmp(schema->children[i], name) != 0) {
        i++;
    }
    return schema->children[i] != NULL ? i : IIS_CHILDREN_MAX;
}

enum iis_section iis_schema_section_of(enum iis_setting setting)
{
    assert(setting < IIS_SETTING_COUNT);
    return settings[setting].section;
}

/* ---- values */

static bool find_word(const struct iis_word *words, struct slice text,
                      uint32_t *ret_value)
{
    char word[64];
    if (text.len >= sizeof word) {
        return false;
    }
    memcpy(word, text.data, text.len);
    word[text.len] = 0;
    for (; words->word != NULL; words++) {
        if (text_equal_ignoring_case(words->word, word)) {
            *ret_value = words->value;
            return true;
        }
    }
    return false;
}

/* Blanks may stand around each; nothing at all is None. */
static bool read_flags(const struct iis_word *words, const char *text,
                       uint32_t *ret_value)
{
    static const char blanks[] = " \t\r\n";
    uint32_t sum = 0;
    text += strspn(text, blanks);
    while (*text != 0) {
        uint32_t value = 0;
        size_t len = strcspn(text, ",");
        size_t used = len;
        while (used > 0 && strchr(blanks, text[used - 1]) != NULL) {
            used--;
        }
        if (!find_word(words, (struct slice){ (const uint8_t *)text, used }, &value)) {
            return false;
        }
        sum |= value;
        text += len;
        text += *text == ',' ? 1 : 0;
        text += strspn(text, blanks);
    }
    *ret_value = sum;
    return true;
}

static void append_words(const struct iis_word *words, struct buf *out)
{
    for (size_t i = 0; words[i].word != NULL; i++) {
        buf_printf(out, "%s%s", i == 0 ? "" : ", ", words[i].word);
    }
}

bool iis_schema_read(const struct iis_attribute *attribute, const char *text,
                     uint32_t *ret_value, struct buf *choices)
{
    static const struct iis_word bools[] = { { "true", 1 },
                                             { "false", 0 },
                                             { NULL, 0 } };
    uint64_t number = 0;
    switch (attribute->type) {
    case IIS_TYPE_BOOL:
        append_words(bools, choices);
        return find_word(bools, slice_from_string(text), ret_value);
    case IIS_TYPE_ENUM:
        append_words(attribute->words, choices);
        return find_word(attribute->words, slice_from_string(text), ret_value);
    case IIS_TYPE_FLAGS:
        append_words(attribute->words, choices);
        return read_flags(attribute->words, text, ret_value);
    case IIS_TYPE_NUMBER:
        buf_append_string(choices, "a number from 0 to 2147483647");
        if (!text_read_number(text, NUMBER_MAX, &number)) {
            return false;
        }
        *ret_value = (uint32_t)number;
        return true;
    case IIS_TYPE_TEXT:
    default:
        return true;
    }
}

/* ---- for others */

const char *iis_setting_section(enum iis_setting setting)
{
    return schemas[iis_schema_section_of(setting)].path;
}

const char *iis_setting_attribute(enum iis_setting setting)
{
    assert(setting < IIS_SETTING_COUNT);
    return settings[setting].attribute;
}

static const struct iis_attribute *attribute_of(enum iis_setting setting)
{
    const struct iis_schema *schema = iis_schema_get(iis_schema_section_of(setting));
    return &schema
                ->attributes[iis_schema_attribute(schema, settings[setting].attribute)];
}

bool iis_setting_format(struct buf *out, enum iis_setting setting, uint32_t value)
{
    const struct iis_attribute *attribute = attribute_of(setting);
    size_t begin = out->len;
    switch (attribute->type) {
    case IIS_TYPE_BOOL:
        return buf_append_string(out, value != 0 ? "true" : "false");
    case IIS_TYPE_ENUM:
    case IIS_TYPE_FLAGS:
        for (const struct iis_word *word = attribute->words; word->word != NULL;
             word++) {
            bool is_part =
                attribute->type == IIS_TYPE_FLAGS && (value & word->value) != 0;
            if (value == word->value || is_part) {
                buf_printf(out, "%s%s", out->len == begin ? "" : ", ", word->word);
            }
        }
        return buf_ok(out);
    case IIS_TYPE_NUMBER:
    case IIS_TYPE_TEXT:
    default:
        return buf_printf(out, "%lu", (unsigned long)value);
    }
}
