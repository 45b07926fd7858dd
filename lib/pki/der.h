/* SPDX-License-Identifier: MIT
 *
 * DER (X.690) reading and writing, over bytes in memory.
 *
 * Reading walks a cursor over borrowed bytes; nothing is copied and no length is
 * trusted. Lengths must be definite and minimal, as DER demands. Writing goes
 * forward into a buf: begin a constructed value, write its content, end it.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Identifier octets (universal class unless said otherwise). */
enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_UTF8_STRING = 0x0c,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_NUMERIC_STRING = 0x12,
    DER_PRINTABLE_STRING = 0x13,
    DER_TELETEX_STRING = 0x14, /* T61String */
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_VISIBLE_STRING = 0x1a,
    DER_UNIVERSAL_STRING = 0x1c,
    DER_BMP_STRING = 0x1e,
    DER_CONTEXT = 0x80,     /* or'ed with the number: [0] primitive */
    DER_CONSTRUCTED = 0x20, /* [0] constructed = DER_CONTEXT | DER_CONSTRUCTED | 0 */
};

/* Takes the next value off `cursor`: its tag, its content, and (if wanted, may be
 * NULL) the whole TLV. False, with the cursor unmoved, when there is none. */
bool der_read_any(struct slice *cursor, uint8_t *ret_tag, struct slice *ret_content,
                  struct slice *ret_whole);
/* The same for a value that must have the given tag. */
bool der_read(struct slice *cursor, uint8_t tag, struct slice *ret_content);
/* Like der_read, but returns the whole TLV. */
bool der_read_whole(struct slice *cursor, uint8_t tag, struct slice *ret_whole);
/* True if the next value has this tag. Nothing is taken. */
bool der_next_is(struct slice cursor, uint8_t tag);
/* A non-negative INTEGER or ENUMERATED that fits; false otherwise. */
bool der_read_small(struct slice *cursor, uint8_t tag, uint32_t *ret_value);
/* A BOOLEAN: DER allows only 0x00 and 0xff. */
bool der_read_boolean(struct slice *cursor, bool *ret_value);
/* UTCTime or GeneralizedTime in the one form that RFC 5280 4.1.2.5 allows:
 * YYMMDDHHMMSSZ (1950-2049) or YYYYMMDDHHMMSSZ. */
bool der_read_time(struct slice *cursor, int64_t *ret_time);
/* The same, plus the other forms of X.680 46 and 47, which Windows decodes: UTCTime
 * without seconds, GeneralizedTime without seconds or minutes or with a fraction (which
 * is dropped), an offset from UTC, or neither an offset nor Z (taken as UTC).
 * `ret_is_exact`: it has the form of RFC 5280. */
bool der_read_any_time(struct slice *cursor, int64_t *ret_time, bool *ret_is_exact);

/* The BIT STRING of a signature. One with unused bits is well-formed (X.690 8.6) and
 * fits no signature of ours: `*ret_signature` is empty then. */
bool der_read_signature(struct slice *cursor, struct slice *ret_signature);

/* Writes the tag and reserves room for the length; pass the mark to der_end. Calls nest
 * like brackets. Failure is recorded in the buf. */
size_t der_begin(struct buf *out, uint8_t tag);
void der_end(struct buf *out, size_t mark);
void der_write(struct buf *out, uint8_t tag, struct slice content);
/* A non-negative INTEGER from unsigned big-endian bytes; redundant zero bytes are
 * dropped. */
void der_write_unsigned(struct buf *out, struct slice bytes);
void der_write_small(struct buf *out, uint32_t value);
void der_write_boolean(struct buf *out, bool value);
/* A BIT STRING of whole bytes. */
void der_write_bits(struct buf *out, struct slice bytes);
/* UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 4.1.2.5). */
void der_write_time(struct buf *out, int64_t time);
/* GeneralizedTime always (OCSP, RFC 6960). */
void der_write_generalized_time(struct buf *out, int64_t time);
