/* SPDX-License-Identifier: MIT
 *
 * What the fuzz targets share. A target is one function over any bytes; it promises
 * to end soon and to give back all memory, and asserts what must hold of the answer.
 * libFuzzer calls it (scripts/fuzz), and so does replay_main.c (Meson's tests).
 */
#pragma once

#include "base/buf.h"
#include "base/text.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Takes one byte off the input; 0 when there is none. */
static inline uint8_t fuzz_take_byte(struct slice *input)
{
    uint8_t byte = input->len > 0 ? input->data[0] : 0;
    *input = slice_part(*input, 1, input->len);
    return byte;
}

/* Takes a part with its length before it in two bytes; cut to what is there. */
static inline struct slice fuzz_take_part(struct slice *input)
{
    size_t high = fuzz_take_byte(input);
    size_t len = high << 8 | fuzz_take_byte(input);
    struct slice part = slice_part(*input, 0, len);
    *input = slice_part(*input, len, input->len);
    return part;
}

/* Takes what stands before the next `separator` byte, which goes, too. */
static inline struct slice fuzz_take_until(struct slice *input, uint8_t separator)
{
    size_t len = slice_find(*input, separator);
    struct slice part = slice_part(*input, 0, len);
    *input = slice_part(*input, len + 1, input->len);
    return part;
}

/* UTF-8 that neither hides nor reorders anything: safe on a terminal. */
static inline void fuzz_check_visible(struct slice text, bool lines)
{
    while (text.len > 0) {
        uint32_t c = 0;
        size_t len = text_decode_utf8(text, &c);
        assert(len > 0);
        assert(!text_is_hidden(c) || (lines && c == '\n'));
        text = slice_part(text, len, text.len);
    }
}
