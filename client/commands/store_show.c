/* SPDX-License-Identifier: MIT */
#include "commands/store_show.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "describe/describe.h"
#include "pki/name.h"
#include "store/store_builder.h"

#include <string.h>

#define INDENT     2
#define NAME_WIDTH 32
#define DATE_LEN   10 /* of RFC 3339 */

static const char local_machine[] = "LocalMachine\\";

static void append_padded(struct buf *out, struct buf *text, size_t width)
{
    struct buf escaped = BUF_EMPTY;
    text_escape_terminal(&escaped, buf_slice(text));
    buf_append_slice(out, buf_slice(&escaped));
    for (size_t n = escaped.len; n < width; n++) {
        buf_append_byte(out, ' ');
    }
    out->failed |= escaped.failed || text->failed;
    buf_finish(&escaped);
    buf_clear(text);
}

static void append_file(struct buf *out, const char *path)
{
    const char *slash = strrchr(path, '/');
    buf_append_string(out, "  ");
    text_escape_terminal(out, slice_from_string(slash == NULL ? path : slash + 1));
}

static void append_date(struct buf *out, const char *word, int64_t time)
{
    char text[TIMESTAMP_TEXT_LEN];
    buf_printf(out, "%s %.*s", word, DATE_LEN, timestamp_format(time, text));
}

static const char *period_word(const struct certificate *cert, int64_t now)
{
    return now < cert->not_before  ? "  not yet, until"
           : now > cert->not_after ? "  expired       "
                                   : "  until         ";
}

static void append_entry(struct buf *out, const struct store_entry *entry,
                         bool shows_key, int64_t now)
{
    const struct certificate *cert = entry->cert;
    struct buf name = BUF_EMPTY;
    buf_printf(out, "%*s", INDENT, "");
    describe_append_issued_to(&name, cert);
    append_padded(out, &name, NAME_WIDTH);
    append_date(out, period_word(cert, now), cert->not_after);
    buf_append_string(out, "  ");
    text_append_hex(out, (struct slice){ cert->sha1, sizeof(cert->sha1) }, 0);
    if (shows_key) {
        buf_append_string(out, entry->key != NULL ? "  with key" : "  no key  ");
    }
    append_file(out, entry->path);
    buf_append_byte(out, '\n');
    buf_finish(&name);
}

static void append_crl(struct buf *out, const struct store_crl *entry, int64_t now)
{
    const struct crl *crl = entry->crl;
    struct buf name = BUF_EMPTY;
    buf_printf(out, "%*s", INDENT, "");
    if (crl->issuer.len == 0 || !name_format_simple(&name, crl->issuer)) {
        buf_clear(&name);
        buf_append_string(&name, "(unreadable)");
    }
    append_padded(out, &name, NAME_WIDTH);
    if (crl->has_next_update) {
        append_date(out,
                    now > crl->next_update ? "  out of date   " : "  next update   ",
                    crl->next_update);
    } else {
        buf_append_string(out, "  no next update           ");
    }
    append_file(out, entry->path);
    buf_append_byte(out, '\n');
    buf_finish(&name);
}

bool store_show_list(struct buf *out, const struct store *store, int64_t now)
{
    const char *gap = "";
    for (int f = 0; f < STORE_FOLDER_COUNT; f++) {
        enum store_folder folder = (enum store_folder)f;
        bool shows_key = folder == STORE_MY || folder == STORE_CURRENT_USER_MY;
        size_t n = store->folders[f].n_entries;
        if (n == 0) {
            continue;
        }
        buf_printf(out, "%s%s\n", gap, store_folder_name(folder));
        gap = "\n";
        for (size_t i = 0; i < n; i++) {
            append_entry(out, &store->folders[f].entries[i], shows_key, now);
        }
    }
    if (store->n_crls > 0) {
        buf_printf(out, "%sRevocation lists\n", gap);
    }
    for (size_t i = 0; i < store->n_crls; i++) {
        append_crl(out, &store->crls[i], now);
    }
    return buf_ok(out);
}

/* ---- check */

static void append_notes(struct buf *out, const struct store *store, bool traps,
                         size_t *count)
{
    for (size_t i = 0; i < store->n_notes; i++) {
        if (store->notes[i].is_trap == traps) {
            buf_printf(out, "%s: %s\n", traps ? "trap" : "note", store->notes[i].text);
            ++*count;
        }
    }
}

/* IIS Manager does not list such a certificate, and netsh fails with 0x80070520. */
static void append_keyless(struct buf *out, const struct store *store, size_t *count)
{
    for (size_t i = 0; i < store->folders[STORE_MY].n_entries; i++) {
        const struct store_entry *entry = &store->folders[STORE_MY].entries[i];
        if (entry->key != NULL || store_builder_is_companion(store, STORE_MY, entry)) {
            continue;
        }
        buf_append_string(out, "trap: ");
        text_escape_terminal(out, slice_from_string(entry->path));
        buf_printf(out,
                   " has no private key in LocalMachine\\My: %s. A binding of it fails "
                   "with 0x80070520. Put its key beside it, under the same name with "
                   ".key at the end.\n",
                   entry->key_problem[0] != 0 ? entry->key_problem
                                              : "no key file was found");
        ++*count;
    }
}

bool store_show_check(struct buf *out, const struct store *store, size_t *ret_traps)
{
    size_t n_traps = 0;
    size_t n_notes = 0;
    append_notes(out, store, true, &n_traps);
    append_keyless(out, store, &n_traps);
    append_notes(out, store, false, &n_notes);
    buf_printf(out, "%zu trap%s, %zu note%s\n", n_traps, n_traps == 1 ? "" : "s",
               n_notes, n_notes == 1 ? "" : "s");
    *ret_traps = n_traps;
    return buf_ok(out);
}

/* ---- names */

static bool names_folder(const char *word, const char *name)
{
    size_t i = 0;
    for (; word[i] != 0 && name[i] != 0; i++) {
        char pair[2][2] = { { word[i] == '/' ? '\\' : word[i], 0 }, { name[i], 0 } };
        if (!text_equal_ignoring_case(pair[0], pair[1])) {
            return false;
        }
    }
    return word[i] == 0 && name[i] == 0;
}

bool store_show_find_folder(const char *word, enum store_folder *ret_folder)
{
    for (int f = 0; f < STORE_FOLDER_COUNT; f++) {
        const char *name = store_folder_name((enum store_folder)f);
        bool is_local = strncmp(name, local_machine, strlen(local_machine)) == 0;
        if (names_folder(word, name) ||
            (is_local && names_folder(word, name + strlen(local_machine)))) {
            *ret_folder = (enum store_folder)f;
            return true;
        }
    }
    return false;
}

bool store_show_append_folders(struct buf *out)
{
    for (int f = 0; f < STORE_FOLDER_COUNT; f++) {
        const char *name = store_folder_name((enum store_folder)f);
        bool is_local = strncmp(name, local_machine, strlen(local_machine)) == 0;
        buf_printf(out, "%s%s", f == 0 ? "" : ", ",
                   is_local ? name + strlen(local_machine) : name);
    }
    return buf_ok(out);
}

bool store_show_append_file_name(struct buf *out, struct slice name,
                                 const uint8_t sha256[32])
{
    size_t start = out->len;
    for (size_t i = 0; i < name.len && out->len - start < STORE_SHOW_NAME_MAX; i++) {
        uint8_t c = name.data[i];
        bool is_upper = c >= 'A' && c <= 'Z';
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        bool at_dash = out->len == start || out->data[out->len - 1] == '-';
        if (is_upper || is_plain) {
            buf_append_byte(out, (uint8_t)(is_upper ? c - 'A' + 'a' : c));
        } else if (!at_dash && buf_ok(out)) {
            buf_append_byte(out, '-');
        }
    }
    if (out->len > start && out->data[out->len - 1] != '-') {
        buf_append_byte(out, '-');
    }
    return text_append_hex(out, (struct slice){ sha256, 4 }, 0);
}
