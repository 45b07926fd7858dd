/* SPDX-License-Identifier: MIT */
#include "forge/recipe_internal.h"

#include "base/text.h"
#include "base/timestamp.h"

#include <string.h>

#define NAME_MAX_LEN    ((size_t)40)
#define CHAIN_TIMES_MAX 100
#define AUTHORITY_FROM  (-TIMESTAMP_DAY)
#define AUTHORITY_UNTIL (3650 * TIMESTAMP_DAY)
#define CASE_FROM       (-TIMESTAMP_HOUR)
#define CASE_UNTIL      (30 * TIMESTAMP_DAY)

static bool is_default(const char *field)
{
    return strcmp(field, "-") == 0;
}

char *recipe_next_part(char **rest, char separator)
{
    char *part = *rest;
    if (part == NULL) {
        return NULL;
    }
    char *end = strchr(part, separator);
    *rest = end == NULL ? NULL : end + 1;
    if (end != NULL) {
        *end = 0;
    }
    return part;
}

static const char *read_name(struct recipe_reader *reader)
{
    char *field = reader->field;
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    size_t len = strlen(field);
    if (len > NAME_MAX_LEN || strspn(field, allowed) != len || field[0] == '-') {
        return "it becomes a file's name: at most 40 of a-z, 0-9 and \"-\"";
    }
    if (recipe_find(reader->table, field) != NULL) {
        return "this name stands above already; choose another";
    }
    reader->recipe->name = field;
    return NULL;
}

static const char *read_title(struct recipe_reader *reader)
{
    reader->recipe->title = reader->field;
    return NULL;
}

static const char *read_issuer(struct recipe_reader *reader)
{
    char *field = reader->field;
    struct recipe *recipe = reader->recipe;
    if (strcmp(field, "self") == 0) {
        return NULL;
    }
    if (strcmp(field, "none") == 0 && !recipe->is_authority) {
        recipe->is_none = true;
        return NULL;
    }
    if (recipe_find(reader->authorities, field) == NULL) {
        return "name an authority of authorities.tsv that stands above, or \"self\"";
    }
    recipe->issuer = field;
    return NULL;
}

static const char *read_subject(struct recipe_reader *reader)
{
    reader->recipe->subject = reader->field; /* the forge understands "-" */
    return NULL;
}

static const char *read_eku(struct recipe_reader *reader)
{
    char *field = reader->field;
    struct recipe *recipe = reader->recipe;
    if (is_default(field)) {
        return NULL;
    }
    recipe->has_eku = true;
    recipe->eku_critical = field[0] == '!';
    char *rest = field + (recipe->eku_critical ? 1 : 0);
    if (strcmp(rest, "empty") == 0) {
        return NULL;
    }
    struct buf oid = BUF_EMPTY;
    const char *remedy = NULL;
    for (char *part; remedy == NULL && (part = recipe_next_part(&rest, ',')) != NULL;) {
        buf_clear(&oid);
        if (!oid_parse(part, &oid)) {
            remedy =
                "write purposes as short names (clientAuth) or dotted OIDs, joined "
                "by commas";
        } else if (recipe->n_purposes == RECIPE_LIST_MAX) {
            remedy = recipe_too_many;
        } else {
            recipe->purposes[recipe->n_purposes++] = part;
        }
    }
    buf_finish(&oid);
    return remedy;
}

static const char *read_key_usage(struct recipe_reader *reader)
{
    char *field = reader->field;
    static const struct {
        const char *word;
        unsigned bit;
    } usages[] = {
        { "digitalSignature", KEY_USAGE_DIGITAL_SIGNATURE },
        { "nonRepudiation", KEY_USAGE_NON_REPUDIATION },
        { "keyEncipherment", KEY_USAGE_KEY_ENCIPHERMENT },
        { "dataEncipherment", KEY_USAGE_DATA_ENCIPHERMENT },
        { "keyAgreement", KEY_USAGE_KEY_AGREEMENT },
        { "keyCertSign", KEY_USAGE_KEY_CERT_SIGN },
        { "cRLSign", KEY_USAGE_CRL_SIGN },
        { "encipherOnly", KEY_USAGE_ENCIPHER_ONLY },
        { "decipherOnly", KEY_USAGE_DECIPHER_ONLY },
    };
    if (is_default(field)) {
        return NULL;
    }
    reader->recipe->has_key_usage = true;
    char *rest = field;
    for (char *part; (part = recipe_next_part(&rest, ',')) != NULL;) {
        size_t i = 0;
        while (i < ARRAY_LEN(usages) && strcmp(part, usages[i].word) != 0) {
            i++;
        }
        if (i == ARRAY_LEN(usages)) {
            return "write key usages as RFC 5280 4.2.1.3 names them, joined by commas";
        }
        reader->recipe->key_usage |= usages[i].bit;
    }
    return NULL;
}

static const char *read_path_len(struct recipe_reader *reader)
{
    char *field = reader->field;
    uint64_t value;
    if (is_default(field)) {
        return NULL;
    }
    if (!text_read_number(field, 100, &value)) {
        return "write a number up to 100, or \"-\" for no limit";
    }
    reader->recipe->path_len = (int)value;
    return NULL;
}

static const char *read_time(const char *field, struct recipe_time *ret_time)
{
    struct recipe_time time = { .is_relative = true, .seconds = 0 };
    if (is_default(field)) {
        return NULL;
    }
    if (!timestamp_parse_duration(field, &time.seconds)) {
        time.is_relative = false;
        if (!timestamp_parse(field, &time.seconds)) {
            return "write a duration from now (-60d, 12h) or a date (2999-12-31)";
        }
    }
    *ret_time = time;
    return NULL;
}

static const char *read_from(struct recipe_reader *reader)
{
    return read_time(reader->field, &reader->recipe->not_before);
}

static const char *read_until(struct recipe_reader *reader)
{
    return read_time(reader->field, &reader->recipe->not_after);
}

static const char *read_key(struct recipe_reader *reader)
{
    char *field = reader->field;
    if (is_default(field)) {
        return NULL;
    }
    if (strcmp(field, "weak") == 0) {
        reader->recipe->key_is_weak = true;
        return NULL;
    }
    return key_type_parse(field, &reader->recipe->key_type)
               ? NULL
               : "write p256, p384, p521, rsa1024, rsa2048, rsa3072, rsa4096 or weak";
}

static const char *read_chain(struct recipe_reader *reader)
{
    char *field = reader->field;
    struct recipe *recipe = reader->recipe;
    char *rest = is_default(field) ? NULL : field;
    for (char *part; (part = recipe_next_part(&rest, ',')) != NULL;) {
        char *times_text = part;
        uint64_t times = 1;
        const char *authority = recipe_next_part(&times_text, '*');
        if (recipe_find(reader->authorities, authority) == NULL ||
            (times_text != NULL &&
             !text_read_number(times_text, CHAIN_TIMES_MAX, &times))) {
            return "write names of authorities.tsv, joined by commas; NAME*3 for three "
                   "times";
        }
        if (recipe->n_chain == RECIPE_LIST_MAX) {
            return recipe_too_many;
        }
        recipe->chain[recipe->n_chain++] =
            (struct recipe_link){ authority, (size_t)times };
    }
    return NULL;
}

static const char *read_folder(struct recipe_reader *reader)
{
    char *field = reader->field;
    static const struct {
        const char *word;
        enum store_folder folder;
    } folders[] = {
        { "Root", STORE_ROOT },
        { "CA", STORE_CA },
        { "Disallowed", STORE_DISALLOWED },
        { "TrustedPeople", STORE_TRUSTED_PEOPLE },
    };
    if (is_default(field)) {
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        if (strcmp(field, folders[i].word) == 0) {
            reader->recipe->folders[folders[i].folder] = true;
            return NULL;
        }
    }
    return "write Root, CA, Disallowed, TrustedPeople or \"-\"";
}

static const char *read_crl(struct recipe_reader *reader)
{
    char *field = reader->field;
    if (strcmp(field, "fresh") == 0) {
        reader->recipe->crl = RECIPE_CRL_FRESH;
    } else if (strcmp(field, "expired") == 0) {
        reader->recipe->crl = RECIPE_CRL_EXPIRED;
    } else if (!is_default(field)) {
        return "write fresh, expired or \"-\"";
    }
    return NULL;
}

static const char *read_revoked(struct recipe_reader *reader)
{
    char *field = reader->field;
    if (is_default(field)) {
        return NULL;
    }
    const struct recipe *recipe = reader->recipe;
    const struct recipe *issuer =
        recipe->issuer == NULL ? NULL
                               : recipe_find(reader->authorities, recipe->issuer);
    if (issuer == NULL || issuer->crl == RECIPE_CRL_NONE) {
        return "its issuer publishes no CRL; choose another issuer";
    }
    for (unsigned reason = 0; reason <= CRL_REASON_AA_COMPROMISE; reason++) {
        if (strcmp(field, crl_reason_name(reason)) == 0) {
            reader->recipe->is_revoked = true;
            reader->recipe->revocation_reason = reason;
            return NULL;
        }
    }
    return "write a reason as RFC 5280 5.3.1 names it: keyCompromise, certificateHold, "
           "...";
}

/* ---- expectations */

static const char *read_row_of_reference(struct recipe_reader *reader)
{
    reader->recipe->row = reader->field;
    return NULL;
}

static const char *read_outcome(const char *field, struct recipe_outcome *ret_outcome)
{
    ret_outcome->is_alert = strcmp(field, "alert") == 0;
    return ret_outcome->is_alert || verdict_find(field, &ret_outcome->verdict)
               ? NULL
               : "write a name of lib/chain/verdict_list.h, or \"alert\"";
}

static const char *read_accept(struct recipe_reader *reader)
{
    return read_outcome(reader->field, &reader->recipe->accept);
}

static const char *read_require(struct recipe_reader *reader)
{
    return read_outcome(reader->field, &reader->recipe->require);
}

static const char *read_code(struct recipe_reader *reader)
{
    reader->recipe->code = reader->field;
    return NULL;
}

static const char *read_hresult(struct recipe_reader *reader)
{
    reader->recipe->hresult = reader->field;
    return NULL;
}

/* ---- the tables' columns */

static void set_defaults(struct recipe *recipe, bool is_authority)
{
    recipe->is_authority = is_authority;
    recipe->path_len = CERTIFICATE_PATH_LEN_NONE;
    recipe->key_type = KEY_TYPE_EC_P256;
    recipe->hash = KEY_HASH_SHA256;
    recipe->not_before =
        (struct recipe_time){ true, is_authority ? AUTHORITY_FROM : CASE_FROM };
    recipe->not_after =
        (struct recipe_time){ true, is_authority ? AUTHORITY_UNTIL : CASE_UNTIL };
}

static const char *read_authority_name(struct recipe_reader *reader)
{
    set_defaults(reader->recipe, true);
    return read_name(reader);
}

static const char *read_case_name(struct recipe_reader *reader)
{
    set_defaults(reader->recipe, false);
    return read_name(reader);
}

const struct recipe_column *recipe_authority_columns(size_t *ret_n)
{
    static const struct recipe_column columns[] = {
        { "name", read_authority_name },
        { "title", read_title },
        { "issuer", read_issuer },
        { "subject", read_subject },
        { "eku", read_eku },
        { "ku", read_key_usage },
        { "pathlen", read_path_len },
        { "from", read_from },
        { "until", read_until },
        { "key", read_key },
        { "folder", read_folder },
        { "crl", read_crl },
        { "revoked", read_revoked },
        { "details", recipe_read_details },
    };
    *ret_n = ARRAY_LEN(columns);
    return columns;
}

const struct recipe_column *recipe_case_columns(size_t *ret_n)
{
    static const struct recipe_column columns[] = {
        { "name", read_case_name },
        { "title", read_title },
        { "issuer", read_issuer },
        { "subject", read_subject },
        { "eku", read_eku },
        { "ku", read_key_usage },
        { "from", read_from },
        { "until", read_until },
        { "key", read_key },
        { "chain", read_chain },
        { "folder", read_folder },
        { "revoked", read_revoked },
        { "details", recipe_read_details },
        { "row", read_row_of_reference },
        { "accept", read_accept },
        { "require", read_require },
        { "code", read_code },
        { "hresult", read_hresult },
    };
    *ret_n = ARRAY_LEN(columns);
    return columns;
}
