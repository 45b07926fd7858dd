/* SPDX-License-Identifier: MIT
 *
 * Distinguished names (RFC 5280 4.1.2.4) and general names (4.2.1.6), read from
 * borrowed DER. Every text that comes out of here was written by a stranger: it
 * is valid UTF-8, but the caller escapes it for where it goes.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* True if two whole Name TLVs are the same name by RFC 5280 7.1: compared attribute by
 * attribute, ignoring string types, with case and white space folded for directory
 * strings; multi-valued RDNs are compared as sets. */
bool name_equal(struct slice a, struct slice b);

/* RFC 4514 text in the order of the certificate reversed ("CN=alice,O=Acme");
 * attribute types by their short names, unknown ones dotted with #hex values. */
bool name_format(struct buf *out, struct slice name);
/* The one attribute that people read as the name, which Windows shows as "Issued to":
 * the last common name, else the organizational unit, the organization, the e-mail
 * address; else the RFC 4514 text. Empty for an empty name. */
bool name_format_simple(struct buf *out, struct slice name);
bool name_is_empty(struct slice name);

/* Calls `on_attribute` for each attribute in encoding order with its type's OID
 * content, string tag and raw value. False when the Name is malformed. */
typedef void (*name_on_attribute_fn)(void *user, size_t rdn, struct slice type,
                                     uint8_t tag, struct slice value);
bool name_walk(struct slice name, name_on_attribute_fn on_attribute, void *user);

/* A directory string's value as UTF-8: UTF8, Printable, IA5, Numeric, Visible,
 * Teletex (read as ISO 8859-1, as Windows does), BMP (UTF-16BE), Universal
 * (UTF-32BE). Malformed parts become U+FFFD. */
bool name_decode_string(struct buf *out, uint8_t tag, struct slice value);

/* One GeneralName TLV as "DNS:x", "email:x", "IP:x", "URI:x", "UPN:x", "GUID:{...}",
 * "FASC-N:...", "KRB5:name@REALM", "SmtpUTF8Mailbox:x", "SRV:x", "XMPP:x",
 * "DirName:...", "RID:...", "other:OID". */
bool name_format_general(struct buf *out, struct slice general_name);

/* Some string in the name does not decode: invalid UTF-8, half a character, a lone
 * surrogate. */
bool name_has_malformed_text(struct slice name);

/* The lower-case form of a code point by the simple pairs that name_equal uses; other
 * code points unchanged. */
uint32_t name_lower(uint32_t code_point);
