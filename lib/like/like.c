/* SPDX-License-Identifier: MIT */
#include "like/like_internal.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX ((size_t)200)

static const char *const kinds[] = {
    [LIKE_TAKEN] = "taken",
    [LIKE_LEFT_OUT] = "not reproduced",
    [LIKE_UNREAD] = "not read",
    [LIKE_TRAP] = "trap",
};

const char *like_kind_name(enum like_kind kind)
{
    return kinds[kind];
}

int like_shown(struct slice text)
{
    return (int)(text.len < SHOWN_MAX ? text.len : SHOWN_MAX);
}

/* Room for one more; arrays grow at the powers of two. NULL, and failed: none. */
static void *grow(struct like *like, void *items, size_t n, size_t size)
{
    if (n != 0 && (n & (n - 1)) != 0) {
        return items;
    }
    void *more = mem_resize(items, n == 0 ? 1 : n * 2, size);
    like->failed |= more == NULL;
    return more;
}

static char *escape(struct like *like, struct slice text)
{
    struct buf out = BUF_EMPTY;
    char *copy = NULL;
    if (text_escape_terminal(&out, text)) {
        copy = mem_copy_string(buf_string(&out), out.len);
    }
    like->failed |= copy == NULL;
    buf_finish(&out);
    return copy;
}

static size_t say(struct like *like, enum like_kind kind, const char *file, size_t line,
                  const char *fmt, va_list args) PRINTF_LIKE(5, 0);
static size_t say(struct like *like, enum like_kind kind, const char *file, size_t line,
                  const char *fmt, va_list args)
{
    struct err sentence = ERR_INIT;
    if (like->n_lines == LIKE_LINES_MAX) {
        like->n_left_off++;
        return LIKE_LINES_MAX;
    }
    struct like_line *lines = grow(like, like->lines, like->n_lines, sizeof(*lines));
    if (lines == NULL) {
        return LIKE_LINES_MAX;
    }
    like->lines = lines;
    vsnprintf(sentence.text, sizeof(sentence.text), fmt, args);
    struct like_line said = {
        .kind = kind,
        .file = escape(like, slice_from_string(file)),
        .line = line,
        .text = escape(like, slice_from_string(sentence.text)),
    };
    if (said.file == NULL || said.text == NULL) {
        free(said.file);
        free(said.text);
        return LIKE_LINES_MAX;
    }
    lines[like->n_lines] = said;
    return like->n_lines++;
}

size_t like_say(struct like *like, enum like_kind kind, const char *file, size_t line,
                const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    size_t index = say(like, kind, file, line, fmt, args);
    va_end(args);
    return index;
}

void like_set(struct like *like, struct like_binding *binding, const char *option,
              struct slice value, const char *file, size_t line, const char *fmt, ...)
{
    struct like_settings *settings =
        binding != NULL ? &binding->settings : &like->settings;
    if (settings->n == LIKE_SETTINGS_MAX) {
        like_say(like, LIKE_UNREAD, file, line, "%s: there are too many settings.",
                 option);
        return;
    }
    struct like_setting *all = grow(like, settings->all, settings->n, sizeof(*all));
    if (all == NULL) {
        return;
    }
    settings->all = all;
    va_list args;
    va_start(args, fmt);
    size_t said = say(like, LIKE_TAKEN, file, line, fmt, args);
    va_end(args);
    all[settings->n] = (struct like_setting){
        .option = option,
        .value = mem_copy_string((const char *)value.data, value.len),
        .line = said,
    };
    if (all[settings->n].value == NULL) {
        like->failed = true;
        return;
    }
    settings->n++;
}

/* ---- bindings */

/* Of certgated's desk and control, which are there beside them. */
static const uint16_t taken[] = { 8440, 8441 };

static bool is_taken(const struct like *like, uint16_t port)
{
    for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
        if (taken[i] == port) {
            return true;
        }
    }
    for (size_t i = 0; i < like->n_bindings; i++) {
        if (like->bindings[i].local_port == port) {
            return true;
        }
    }
    return false;
}

/* Behind the last colon. */
static uint16_t read_port(struct slice address)
{
    uint32_t port = 0;
    uint32_t scale = 1;
    for (size_t i = address.len; i > 0 && scale <= 10000; i--, scale *= 10) {
        uint8_t c = address.data[i - 1];
        if (c < '0' || c > '9') {
            break;
        }
        port += (uint32_t)(c - '0') * scale;
    }
    return (uint16_t)(port <= UINT16_MAX ? port : 0);
}

/* Where nobody needs to be root: 443 becomes 8443; one that is taken, the next. */
static uint16_t choose_port(const struct like *like, uint16_t port)
{
    uint32_t local = port == 0 || port > 60000 ? 443 : port;
    local = local < 1024 ? local + 8000 : local;
    while (is_taken(like, (uint16_t)local)) {
        local++;
    }
    return (uint16_t)local;
}

struct like_binding *like_add_binding(struct like *like, struct slice address,
                                      const char *file, size_t line)
{
    if (like->n_bindings == LIKE_BINDINGS_MAX) {
        like_say(like, LIKE_UNREAD, file, line,
                 "The binding %.*s is left out: more than %zu are not played.",
                 like_shown(address), (const char *)address.data, LIKE_BINDINGS_MAX);
        return NULL;
    }
    struct like_binding *bindings =
        grow(like, like->bindings, like->n_bindings, sizeof(*bindings));
    if (bindings == NULL) {
        return NULL;
    }
    like->bindings = bindings;
    struct like_binding *binding = &bindings[like->n_bindings];
    *binding = (struct like_binding){
        .address = escape(like, slice_part(address, 0, SHOWN_MAX)),
        .port = read_port(address),
        .local_port = choose_port(like, read_port(address)),
        .file = escape(like, slice_from_string(file)),
        .line = line,
    };
    if (binding->address == NULL || binding->file == NULL) {
        free(binding->address);
        free(binding->file);
        return NULL;
    }
    like->n_bindings++;
    return binding;
}

/* ---- afterwards */

static const struct like_setting *find(const struct like_settings *settings,
                                       const char *option)
{
    const struct like_setting *found = NULL;
    for (size_t i = 0; i < settings->n; i++) {
        if (strcmp(settings->all[i].option, option) == 0) {
            found = &settings->all[i];
        }
    }
    return found;
}

const struct like_setting *like_find(const struct like *like,
                                     const struct like_binding *binding,
                                     const char *option)
{
    const struct like_setting *found =
        binding != NULL ? find(&binding->settings, option) : NULL;
    return found != NULL ? found : find(&like->settings, option);
}

void like_refuse(struct like *like, const struct like_setting *setting, const char *why)
{
    if (setting->line == LIKE_LINES_MAX) {
        return;
    }
    struct like_line *line = &like->lines[setting->line];
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "%s Not taken: %s.", line->text, why);
    char *more = escape(like, buf_slice(&text));
    buf_finish(&text);
    if (more != NULL && line->kind == LIKE_TAKEN) {
        free(line->text);
        line->text = more;
        more = NULL;
    }
    line->kind = LIKE_LEFT_OUT;
    free(more);
}

void like_append_line(struct buf *out, const struct like_line *line)
{
    if (line->line > 0) {
        buf_printf(out, "%s:%zu: %s", line->file, line->line, line->text);
    } else {
        buf_printf(out, "%s: %s", line->file, line->text);
    }
}

static void finish_settings(struct like_settings *settings)
{
    for (size_t i = 0; i < settings->n; i++) {
        free(settings->all[i].value);
    }
    free(settings->all);
}

void like_drop_bindings(struct like *like)
{
    for (size_t i = 0; i < like->n_bindings; i++) {
        finish_settings(&like->bindings[i].settings);
        free(like->bindings[i].address);
        free(like->bindings[i].file);
    }
    free(like->bindings);
    like->bindings = NULL;
    like->n_bindings = 0;
}

void like_destroy(struct like *like)
{
    if (like == NULL) {
        return;
    }
    finish_settings(&like->settings);
    like_drop_bindings(like);
    for (size_t i = 0; i < like->n_lines; i++) {
        free(like->lines[i].file);
        free(like->lines[i].text);
    }
    free(like->lines);
    free(like->dir);
    free(like);
}
