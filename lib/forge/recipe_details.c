/* SPDX-License-Identifier: MIT */
#include "forge/recipe_internal.h"

#include <string.h>

const char recipe_too_many[] = "that is more than RECIPE_LIST_MAX values";

static const char *add(const char **list, size_t *n, const char *value)
{
    if (*n == RECIPE_LIST_MAX) {
        return recipe_too_many;
    }
    list[(*n)++] = value;
    return NULL;
}

static bool has_kind(const char *name, const char *const *kinds)
{
    for (; *kinds != NULL; kinds++) {
        if (strncmp(name, *kinds, strlen(*kinds)) == 0) {
            return true;
        }
    }
    return false;
}

static const char *read_san(struct recipe *recipe, const char *value)
{
    static const char *const kinds[] = {
        "DNS:", "email:", "UPN:", "URI:", "IP:", NULL
    };
    return has_kind(value, kinds) ? add(recipe->alt_names, &recipe->n_alt_names, value)
                                  : "write san=DNS:x, email:x, UPN:x, URI:x or IP:x";
}

static const char *const constraint_kinds[] = { "DNS:", "email:", NULL };
static const char constraint_remedy[] = "name constraints are DNS:x or email:x";

static const char *read_permit(struct recipe *recipe, const char *value)
{
    return has_kind(value, constraint_kinds)
               ? add(recipe->permitted, &recipe->n_permitted, value)
               : constraint_remedy;
}

static const char *read_exclude(struct recipe *recipe, const char *value)
{
    return has_kind(value, constraint_kinds)
               ? add(recipe->excluded, &recipe->n_excluded, value)
               : constraint_remedy;
}

static const char *read_policy(struct recipe *recipe, const char *value)
{
    struct buf oid = BUF_EMPTY;
    bool good = oid_parse(value, &oid);
    buf_finish(&oid);
    recipe->policy = value;
    return good ? NULL : "write policy=OID, dotted";
}

static const char *read_application_policy(struct recipe *recipe, const char *value)
{
    struct buf oid = BUF_EMPTY;
    bool good = oid_parse(value, &oid);
    buf_finish(&oid);
    return good ? add(recipe->application_policies, &recipe->n_application_policies,
                      value)
                : "write app-policy=clientAuth, another purpose's short name or an OID";
}

static const char *read_cdp(struct recipe *recipe, const char *value)
{
    recipe->crl_url = value;
    return NULL;
}

static const char *read_key_of(struct recipe *recipe, const char *value)
{
    recipe->key_of = value;
    return recipe->is_authority ? NULL : "key-of is for authorities.tsv";
}

static const char *read_hash(struct recipe *recipe, const char *value)
{
    static const struct {
        const char *word;
        enum key_hash hash;
    } hashes[] = {
        { "md5", KEY_HASH_MD5 },       { "sha1", KEY_HASH_SHA1 },
        { "sha256", KEY_HASH_SHA256 }, { "sha384", KEY_HASH_SHA384 },
        { "sha512", KEY_HASH_SHA512 },
    };
    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        if (strcmp(value, hashes[i].word) == 0) {
            recipe->hash = hashes[i].hash;
            return NULL;
        }
    }
    return "write hash=md5, sha1, sha256, sha384 or sha512";
}

static const struct {
    const char *word;
    enum recipe_detail bit;
} detail_words[] = {
    { "bad-signature", RECIPE_BAD_SIGNATURE },
    { "wrong-key", RECIPE_WRONG_KEY },
    { "version-1", RECIPE_VERSION_1 },
    { "critical-unknown", RECIPE_CRITICAL_UNKNOWN },
    { "unknown", RECIPE_UNKNOWN },
    { "duplicate-extension", RECIPE_DUPLICATE_EXTENSION },
    { "malformed-extension", RECIPE_MALFORMED_EXTENSION },
    { "ca", RECIPE_CA },
    { "not-ca", RECIPE_NOT_CA },
    { "serial-negative", RECIPE_SERIAL_NEGATIVE },
    { "serial-long", RECIPE_SERIAL_LONG },
    { "require-policy", RECIPE_REQUIRE_POLICY },
};

static const struct {
    const char *word; /* with its "=" */
    const char *(*read)(struct recipe *recipe, const char *value);
} detail_values[] = {
    { "san=", read_san },       { "hash=", read_hash },
    { "policy=", read_policy }, { "app-policy=", read_application_policy },
    { "cdp=", read_cdp },       { "key-of=", read_key_of },
    { "permit=", read_permit }, { "exclude=", read_exclude },
};

static const char *read_detail(struct recipe *recipe, const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(detail_words); i++) {
        if (strcmp(word, detail_words[i].word) == 0) {
            recipe->details |= (unsigned)detail_words[i].bit;
            return NULL;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(detail_values); i++) {
        size_t len = strlen(detail_values[i].word);
        if (strncmp(word, detail_values[i].word, len) == 0) {
            return detail_values[i].read(recipe, word + len);
        }
    }
    return "the words that it takes are in the legend at the table's top";
}

const char *recipe_read_details(struct recipe_reader *reader)
{
    char *field = reader->field;
    char *rest = strcmp(field, "-") == 0 ? NULL : field;
    const char *remedy = NULL;
    for (char *word; remedy == NULL && (word = recipe_next_part(&rest, ' ')) != NULL;) {
        remedy = read_detail(reader->recipe, word);
    }
    const char *key_of = reader->recipe->key_of;
    if (remedy == NULL && key_of != NULL &&
        recipe_find(reader->authorities, key_of) == NULL) {
        return "key-of names an authority that stands above";
    }
    return remedy;
}
