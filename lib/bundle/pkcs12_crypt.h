/* SPDX-License-Identifier: MIT
 *
 * The password-based algorithms of PKCS#12. Part of bundle/pkcs12.
 */
#pragma once

#include "base/err.h"
#include "bundle/pkcs12_types.h"

#define PKCS12_CRYPT_NAME_MAX 80

/* A password and how much it may still be hashed. */
struct pkcs12_crypt {
    struct slice utf8;  /* borrowed: for PBES2 and PBMAC1 */
    struct slice utf16; /* borrowed: for PKCS#12's own derivation */
    uint64_t work_left;
    unsigned uses; /* PKCS12_USES_... of what was decrypted and compared so far */
    /* After PKCS12_UNSUPPORTED: what it was, "AES-256-GCM". */
    char unsupported[PKCS12_CRYPT_NAME_MAX];
};

/* Appends the plaintext. `algorithm` is the content of an AlgorithmIdentifier.
 * PKCS12_WRONG_PASSWORD: the padding is not right. */
enum pkcs12_result pkcs12_crypt_decrypt(struct pkcs12_crypt *crypt,
                                        struct slice algorithm, struct slice ciphertext,
                                        struct buf *out);
/* Compares the content of MacData with the bytes that it is to protect. */
enum pkcs12_result pkcs12_crypt_check_mac(struct pkcs12_crypt *crypt,
                                          struct slice mac_data, struct slice bytes);

/* For the writer: appends the AlgorithmIdentifier (whole) and the ciphertext. */
int pkcs12_crypt_encrypt(const struct pkcs12_crypt *crypt, enum pkcs12_flavour flavour,
                         struct slice plaintext, struct buf *ret_algorithm,
                         struct buf *ret_ciphertext, struct err *err) MUST_CHECK;
/* Appends a whole MacData for `bytes`. */
int pkcs12_crypt_append_mac(const struct pkcs12_crypt *crypt,
                            enum pkcs12_flavour flavour, struct slice bytes,
                            struct buf *out, struct err *err) MUST_CHECK;
