/* SPDX-License-Identifier: MIT */
#include "commands/mint.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>

void mint_options_finish(struct mint_options *options)
{
    buf_finish(&options->details);
}

bool mint_options_is_wanted(const struct mint_options *options)
{
    const struct forge_mint_order *order = &options->order;
    return order->issuer != NULL || order->subject != NULL || order->eku != NULL ||
           order->ku != NULL || order->not_before != NULL || order->not_after != NULL ||
           order->key != NULL || order->revoked != NULL || options->details.len > 0;
}

int mint_options_add(struct mint_options *options, const char *prefix,
                     const char *value, struct err *err)
{
    if (value[0] == 0 || strchr(value, ' ') != NULL) {
        return err_set(err, ERR_CONFIG, 0,
                       "\"%.60s\" is empty or has a blank; write \\x20 for one", value);
    }
    buf_append_string(&options->details, options->details.len > 0 ? " " : "");
    buf_append_string(&options->details, prefix);
    buf_append_string(&options->details, value);
    return buf_ok(&options->details) ? 0 : err_memory(err);
}

int mint_write(struct forge_world *world, struct mint_options *options,
               enum forge_format format, int64_t now, struct err *err)
{
    const struct recipe *recipe;
    char folder[FILE_PATH_MAX];
    char path[FILE_PATH_MAX];
    struct buf bytes = BUF_EMPTY;
    options->order.details = buf_string(&options->details);
    if (forge_mint(world, &options->order, now, &recipe, err) != 0) {
        return -1;
    }
    int n = snprintf(folder, sizeof folder, "%s/minted", forge_dir(world));
    int m = snprintf(path, sizeof path, "%s/minted/%s%s", forge_dir(world),
                     recipe->name, forge_format_get(format)->suffix);
    if (n < 0 || (size_t)n >= sizeof folder || m < 0 || (size_t)m >= sizeof path) {
        return err_set(err, ERR_LIMIT, 0, "the path of %s is too long", recipe->name);
    }
    int result = file_make_folders(folder, err);
    if (result == 0) {
        result = forge_export(world, recipe, format, now, &bytes, err);
    }
    if (result == 0) {
        result = file_write(path, 0600, buf_slice(&bytes), err);
    }
    if (result == 0) {
        puts(path);
    }
    buf_finish_secret(&bytes);
    return result;
}
