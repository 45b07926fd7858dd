/* SPDX-License-Identifier: MIT
 *
 * Inside pki/crl: where the serial numbers of a long revocation list are, so that
 * looking one up takes no longer than with a short list. A hash table of offsets, keyed
 * by random numbers, since anybody's list is read. Where serials gather all the same,
 * or memory runs out, there is no index, and the list is walked.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Shorter lists are searched linearly. In bytes of revokedCertificates. */
#define CRL_INDEX_MIN ((size_t)4096)
/* How far from its ideal position a serial number may be. The table is at most half
 * full: a million serial numbers need some 70 steps, and more than this is an
 * attack. */
#define CRL_INDEX_STEPS_MAX ((size_t)256)

struct crl_index {
    uint32_t *slots; /* owned: an entry's offset plus 1; 0 = free. NULL: no index */
    size_t n_slots;  /* a power of two */
    uint64_t seed;
};

/* For entries of so many bytes in total. If memory runs out, it stays empty. */
void crl_index_init(struct crl_index *index, size_t entries_len);
void crl_index_finish(struct crl_index *index); /* accepts a zeroed one */
/* Of equal serial numbers, the one that was added first is found first. */
void crl_index_add(struct crl_index *index, struct slice serial, size_t offset);
/* Iterates over the offsets that may hold the serial number: false = no more. Start
 * with *step 0. */
bool crl_index_find(const struct crl_index *index, struct slice serial, size_t *step,
                    size_t *ret_offset);
