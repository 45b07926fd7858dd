/* SPDX-License-Identifier: MIT */
#include "common/prompt.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

bool prompt_is_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static void ask(const char *file)
{
    struct buf text = BUF_EMPTY;
    buf_append_string(&text, "Password for ");
    text_escape_terminal(&text, slice_from_string(file));
    fprintf(stderr, "%s: ", buf_string(&text));
    fflush(stderr);
    buf_finish(&text);
}

int prompt_password(const char *file, struct buf *out, struct err *err)
{
    struct termios before;
    char byte;
    bool is_quiet = tcgetattr(STDIN_FILENO, &before) == 0;
    if (!buf_reserve(out, PROMPT_MAX)) {
        return err_memory(err);
    }
    if (is_quiet) {
        struct termios quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        is_quiet = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    ask(file);
    while (read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n') {
        buf_append_byte(out, (uint8_t)byte);
    }
    mem_wipe(&byte, 1);
    if (is_quiet) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    }
    fputc('\n', stderr);
    return buf_ok(out)
               ? 0
               : err_set(err, ERR_LIMIT, 0, "a password of over %zu bytes", PROMPT_MAX);
}
