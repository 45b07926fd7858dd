/* SPDX-License-Identifier: MIT */
#include "describe/dialog.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "describe/describe.h"
#include "pki/der.h"
#include "pki/name.h"

#include <assert.h>

/* ---- the fields of version 1 */

static bool append_version(struct buf *out, const struct certificate *cert)
{
    return cert->version == 0 || buf_printf(out, "V%d", cert->version);
}

static bool append_serial(struct buf *out, const struct certificate *cert)
{
    return text_append_hex(out, cert->serial, 0);
}

/* Which hash a signature is over, by what pki/oid calls the algorithm. */
static bool append_signature_hash(struct buf *out, const struct certificate *cert)
{
    static const struct {
        const char *prefix;
        const char *hash;
    } hashes[] = { { "sha1", "sha1" },     { "sha224", "sha224" },
                   { "sha256", "sha256" }, { "sha384", "sha384" },
                   { "sha512", "sha512" }, { "md5", "md5" },
                   { "md2", "md2" } };
    struct slice name = slice_from_string(oid_get(cert->signature_alg)->display);
    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        struct slice prefix = slice_from_string(hashes[i].prefix);
        if (cert->signature_alg != OID_UNKNOWN &&
            slice_equal(slice_part(name, 0, prefix.len), prefix)) {
            return buf_append_string(out, hashes[i].hash);
        }
    }
    return buf_ok(out);
}

struct name_walk {
    struct buf lines; /* those so far */
    size_t n;
};

/* "CN = alice", one attribute a line and the last one first, as the dialog's lower box
 * has it. */
static void on_attribute(void *user, size_t rdn, struct slice type, uint8_t tag,
                         struct slice value)
{
    struct name_walk *walk = user;
    struct buf line = BUF_EMPTY;
    enum oid oid = oid_find(type);
    (void)rdn;
    if (walk->n++ >= DIALOG_LIST_MAX) {
        return;
    }
    if (oid == OID_UNKNOWN) {
        oid_format(&line, type);
    } else {
        buf_append_string(&line, oid_get(oid)->short_name);
    }
    buf_append_string(&line, " = ");
    if (!name_decode_string(&line, tag, value)) {
        buf_append_byte(&line, '#');
        text_append_hex(&line, value, 0);
    }
    buf_append_string(&line, walk->lines.len > 0 ? "\n" : "");
    buf_append_slice(&line, buf_slice(&walk->lines));
    line.failed |= !buf_ok(&walk->lines);
    buf_finish(&walk->lines);
    walk->lines = line;
}

static bool append_name(struct buf *out, struct slice name)
{
    struct name_walk walk = { BUF_EMPTY, 0 };
    bool good = name.len > 0 && name_walk(name, on_attribute, &walk);
    out->failed |= !buf_ok(&walk.lines);
    buf_append_slice(out, buf_slice(&walk.lines));
    buf_finish(&walk.lines);
    if (!good) {
        return buf_append_string(out, walk.n == 0 ? "(malformed name)"
                                                  : "\n(malformed otherwise)");
    }
    if (walk.n > DIALOG_LIST_MAX) {
        buf_printf(out, "\nand %zu more", walk.n - DIALOG_LIST_MAX);
    }
    return walk.n == 0 ? buf_append_string(out, "(no name)") : buf_ok(out);
}

static bool append_issuer(struct buf *out, const struct certificate *cert)
{
    return append_name(out, cert->issuer);
}

static bool append_subject(struct buf *out, const struct certificate *cert)
{
    return append_name(out, cert->subject);
}

static bool append_time(struct buf *out, const struct certificate *cert, int64_t time)
{
    char text[TIMESTAMP_TEXT_LEN];
    return !cert->has_validity ? buf_append_string(out, "not to be read")
                               : buf_append_string(out, timestamp_format(time, text));
}

static bool append_valid_from(struct buf *out, const struct certificate *cert)
{
    return append_time(out, cert, cert->not_before);
}

static bool append_valid_to(struct buf *out, const struct certificate *cert)
{
    return append_time(out, cert, cert->not_after);
}

/* The key's kind and, below, its bits. */
static bool append_public_key(struct buf *out, const struct certificate *cert)
{
    struct slice cursor = cert->spki;
    struct slice spki;
    struct slice skipped;
    struct slice bits;
    describe_append_key(out, cert);
    if (der_read(&cursor, DER_SEQUENCE, &spki) &&
        der_read(&spki, DER_SEQUENCE, &skipped) &&
        der_read(&spki, DER_BIT_STRING, &bits) && bits.len > 1) {
        buf_append_byte(out, '\n');
        text_append_hex(out, slice_part(bits, 1, bits.len), ' ');
    }
    return buf_ok(out);
}

static bool append_key_parameters(struct buf *out, const struct certificate *cert)
{
    return cert->curve == OID_UNKNOWN ||
           buf_append_string(out, oid_get(cert->curve)->display);
}

/* ---- the properties */

static bool append_sha1(struct buf *out, const struct certificate *cert)
{
    return text_append_hex(out, (struct slice){ cert->sha1, sizeof(cert->sha1) }, 0);
}

static bool append_sha256(struct buf *out, const struct certificate *cert)
{
    return text_append_hex(out, (struct slice){ cert->sha256, sizeof(cert->sha256) },
                           0);
}

/* ---- the rows */

struct field {
    const char *label;
    bool (*append)(struct buf *out, const struct certificate *cert);
};

/* A field that appends nothing is not there. */
static const struct field version_1_fields[] = {
    { "Version", append_version },
    { "Serial number", append_serial },
    { "Signature algorithm", describe_append_signature },
    { "Signature hash algorithm", append_signature_hash },
    { "Issuer", append_issuer },
    { "Valid from", append_valid_from },
    { "Valid to", append_valid_to },
    { "Subject", append_subject },
    { "Public key", append_public_key },
    { "Public key parameters", append_key_parameters },
};
static const struct field properties[] = {
    { "Thumbprint", append_sha1 },
    { "Thumbprint (SHA-256)", append_sha256 },
};

struct walk {
    dialog_on_row_fn on_row;
    void *user;
    struct buf label;
    struct buf value; /* not cut yet */
    bool failed;
};

/* The row under construction is complete. */
static void emit(struct walk *walk, enum dialog_part part, bool is_critical)
{
    struct buf cut = BUF_EMPTY;
    struct dialog_row row = { .part = part, .is_critical = is_critical, .n_lines = 1 };
    bool good = buf_ok(&walk->label) && buf_ok(&walk->value) &&
                describe_append_utf8(&cut, buf_slice(&walk->value), DIALOG_VALUE_MAX);
    if (good && cut.len > 0) {
        row.label = buf_slice(&walk->label);
        row.value = buf_slice(&cut);
        for (size_t i = 0; i < cut.len; i++) {
            row.n_lines += cut.data[i] == '\n';
        }
        walk->on_row(walk->user, &row);
    }
    walk->failed |= !good;
    buf_finish(&cut);
    buf_clear(&walk->label);
    buf_clear(&walk->value);
}

static void walk_fields(struct walk *walk, const struct certificate *cert,
                        enum dialog_part part, const struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_append_string(&walk->label, fields[i].label);
        fields[i].append(&walk->value, cert);
        emit(walk, part, false);
    }
}

static void walk_extensions(struct walk *walk, const struct certificate *cert)
{
    for (size_t i = 0; i < cert->n_extensions; i++) {
        const struct extension *extension = &cert->extensions[i];
        if (extension->oid == OID_UNKNOWN) {
            oid_format(&walk->label, extension->oid_der);
        } else {
            buf_append_string(&walk->label, oid_get(extension->oid)->display);
        }
        dialog_append_extension(&walk->value, extension);
        emit(walk, DIALOG_EXTENSION, extension->critical);
    }
}

bool dialog_walk(const struct certificate *cert, const char *friendly_name,
                 dialog_on_row_fn on_row, void *user)
{
    struct walk walk = { .on_row = on_row, .user = user };
    walk_fields(&walk, cert, DIALOG_VERSION_1, version_1_fields,
                ARRAY_LEN(version_1_fields));
    walk_extensions(&walk, cert);
    walk_fields(&walk, cert, DIALOG_PROPERTY, properties, ARRAY_LEN(properties));
    if (friendly_name != NULL) {
        buf_append_string(&walk.label, "Friendly name");
        buf_append_string(&walk.value, friendly_name);
        emit(&walk, DIALOG_PROPERTY, false);
    }
    buf_finish(&walk.label);
    buf_finish(&walk.value);
    return !walk.failed;
}

/* ---- the Show box */

static const struct {
    const char *name;
    const char *word;
} shows[DIALOG_SHOW_COUNT] = {
    [DIALOG_SHOW_ALL] = { "All", "all" },
    [DIALOG_SHOW_VERSION_1] = { "Version 1 Fields Only", "version-1" },
    [DIALOG_SHOW_EXTENSIONS] = { "Extensions Only", "extensions" },
    [DIALOG_SHOW_CRITICAL] = { "Critical Extensions Only", "critical" },
    [DIALOG_SHOW_PROPERTIES] = { "Properties Only", "properties" },
};

const char *dialog_show_name(enum dialog_show show)
{
    assert((unsigned)show < DIALOG_SHOW_COUNT);
    return shows[show].name;
}

const char *dialog_show_word(enum dialog_show show)
{
    assert((unsigned)show < DIALOG_SHOW_COUNT);
    return shows[show].word;
}

bool dialog_shows(enum dialog_show show, const struct dialog_row *row)
{
    switch (show) {
    case DIALOG_SHOW_VERSION_1:
        return row->part == DIALOG_VERSION_1;
    case DIALOG_SHOW_EXTENSIONS:
        return row->part == DIALOG_EXTENSION;
    case DIALOG_SHOW_CRITICAL:
        return row->part == DIALOG_EXTENSION && row->is_critical;
    case DIALOG_SHOW_PROPERTIES:
        return row->part == DIALOG_PROPERTY;
    case DIALOG_SHOW_ALL:
    case DIALOG_SHOW_COUNT:
    default:
        return true;
    }
}

/* ---- General */

struct purpose_walk {
    dialog_on_purpose_fn on_purpose;
    void *user;
    size_t n;
    bool failed;
};

static void on_purpose(void *user, struct slice oid_der, enum oid oid)
{
    struct purpose_walk *walk = user;
    const struct oid_info *info = oid_get(oid);
    struct buf text = BUF_EMPTY;
    if (walk->n++ >= DIALOG_LIST_MAX) {
        return;
    }
    if (oid == OID_UNKNOWN) {
        oid_format(&text, oid_der);
    } else {
        buf_append_string(&text, info->purpose != NULL ? info->purpose : info->display);
    }
    if (buf_ok(&text)) {
        walk->on_purpose(walk->user, buf_slice(&text));
    }
    walk->failed |= !buf_ok(&text);
    buf_finish(&text);
}

static void say_purpose(struct purpose_walk *walk, const char *sentence)
{
    walk->on_purpose(walk->user, slice_from_string(sentence));
}

bool dialog_walk_purposes(const struct certificate *cert, dialog_on_purpose_fn on_one,
                          void *user)
{
    struct purpose_walk walk = { on_one, user, 0, false };
    if (!cert->has_eku) {
        say_purpose(&walk, cert->malformed == NULL ? "All purposes"
                                                   : "Its purposes are not to be read");
    } else if (!certificate_walk_purposes(cert, on_purpose, &walk)) {
        say_purpose(&walk, "A malformed Enhanced Key Usage");
    } else if (walk.n == 0) {
        say_purpose(&walk, "None: its Enhanced Key Usage is empty");
    } else if (walk.n > DIALOG_LIST_MAX) {
        say_purpose(&walk, "And more");
    }
    return !walk.failed;
}
