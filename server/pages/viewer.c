/* SPDX-License-Identifier: MIT */
#include "pages/viewer.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "describe/describe.h"
#include "describe/describe_memo.h"
#include "describe/dialog.h"

#include <stdio.h>
#include <string.h>

/* Length of a value in a closed row of Details. */
#define SHORT_MAX ((size_t)64)

void viewer_put(struct values *v, const char *key,
                bool (*append)(struct buf *out, const struct certificate *cert),
                const struct certificate *cert)
{
    struct buf text = BUF_EMPTY;
    v->failed |= !append(&text, cert);
    values_put(v, key, values_buf(&text));
}

static void put_thumbprint(struct values *v, const char *key, struct slice hash)
{
    struct buf text = BUF_EMPTY;
    text_append_hex(&text, hash, 0);
    values_put(v, key, values_buf(&text));
}

/* ---- General */

static void on_purpose(void *user, struct slice sentence)
{
    values_add(user, values_string(sentence));
}

static void put_general(struct values *v, const struct certificate *cert)
{
    struct values purposes = values_list();
    char from[TIMESTAMP_TEXT_LEN];
    char to[TIMESTAMP_TEXT_LEN];

    viewer_put(v, "issued_to", describe_append_issued_to, cert);
    viewer_put(v, "issued_by", describe_append_issued_by, cert);
    viewer_put(v, "key", describe_append_key, cert);
    put_thumbprint(v, "sha1", (struct slice){ cert->sha1, sizeof cert->sha1 });
    put_thumbprint(v, "sha256", (struct slice){ cert->sha256, sizeof cert->sha256 });
    values_flag(v, "is_self_issued", cert->self_issued);
    v->failed |= !dialog_walk_purposes(cert, on_purpose, &purposes);
    values_put(v, "purposes", values_take(&purposes));
    values_text(v, "malformed", cert->malformed);
    if (cert->malformed == NULL) {
        values_text(v, "valid_from", timestamp_format(cert->not_before, from));
        values_text(v, "valid_to", timestamp_format(cert->not_after, to));
    }
}

static void put_saying(struct values *v, struct viewer_saying saying)
{
    values_text(v, "instead", saying.text);
    values_flag(v, "is_unsure", saying.is_unsure);
}

/* ---- Details */

static const char *row_class(const struct dialog_row *row)
{
    switch (row->part) {
    case DIALOG_VERSION_1:
        return "v1";
    case DIALOG_EXTENSION:
        return row->is_critical ? "ext critical" : "ext";
    case DIALOG_PROPERTY:
    default:
        return "prop";
    }
}

/* Dates are shown to people in their own way. */
static bool is_time(const struct dialog_row *row)
{
    char text[TIMESTAMP_TEXT_LEN];
    int64_t time;
    if (row->part != DIALOG_VERSION_1 || row->value.len == 0 ||
        row->value.len >= sizeof text) {
        return false;
    }
    memcpy(text, row->value.data, row->value.len);
    text[row->value.len] = 0;
    return timestamp_parse(text, &time);
}

static void on_row(void *user, const struct dialog_row *row)
{
    struct slice first =
        slice_part(row->value, 0, slice_find(row->value, (uint8_t)'\n'));
    bool is_long = row->n_lines > 1 || row->value.len > SHORT_MAX;
    struct buf start = BUF_EMPTY;
    struct values v;

    describe_append_utf8(&start, first, SHORT_MAX);
    values_init(&v);
    values_text(&v, "class", row_class(row));
    values_slice(&v, "label", row->label);
    values_flag(&v, "is_critical", row->is_critical);
    values_flag(&v, "is_long", is_long);
    values_flag(&v, "is_time", is_time(row));
    values_put(&v, "start", values_buf(&start));
    /* The whole value; describe/dialog makes it valid UTF-8. */
    values_put(&v, "value",
               json_stringn((const char *)row->value.data, row->value.len));
    values_add(user, values_take(&v));
}

static json_t *plain_rows(const struct certificate *cert)
{
    struct values rows = values_list();
    rows.failed |= !dialog_walk(cert, NULL, on_row, &rows);
    return values_take(&rows);
}

static json_t *all_rows(const struct viewer_subject *subject)
{
    if (subject->friendly_name == NULL) {
        return describe_memo_get(subject->memo, DESCRIBE_MEMO_ROWS, subject->cert,
                                 plain_rows);
    }
    struct values rows = values_list();
    rows.failed |= !dialog_walk(subject->cert, subject->friendly_name, on_row, &rows);
    return values_take(&rows);
}

static json_t *show_box(void)
{
    struct values list = values_list();
    for (int i = 0; i < DIALOG_SHOW_COUNT; i++) {
        struct values v;
        values_init(&v);
        values_text(&v, "word", dialog_show_word((enum dialog_show)i));
        values_text(&v, "name", dialog_show_name((enum dialog_show)i));
        values_flag(&v, "is_first", i == 0);
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

json_t *viewer_create(const struct viewer_subject *subject)
{
    struct values v;

    values_init(&v);
    values_text(&v, "id", subject->id);
    put_general(&v, subject->cert);
    values_put(&v, "rows", all_rows(subject));
    values_put(&v, "shows", show_box());
    values_flag(&v, "has_path", viewer_chain(subject) != NULL);
    if (viewer_chain(subject) != NULL) {
        values_put(&v, "path", viewer_path(subject));
        values_put(&v, "path_faults", viewer_path_faults(subject));
        if (viewer_is_partial(subject)) {
            values_put(&v, "missing", viewer_missing(subject));
        }
        put_saying(&v, viewer_saying(subject));
    }
    return values_take(&v);
}
