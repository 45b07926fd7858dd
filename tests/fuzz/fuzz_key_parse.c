/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a private key. What is read can be copied and written, and read again
 * as the same key. Only the old encryption of RFC 1421 is tried with its password: the
 * count of iterations that newer forms name is what makes a wrong password slow, and
 * the owner of a file may choose it freely. The corpus holds no secrets: its keys are
 * the number 1 and products of Mersenne primes.
 */
#include "fuzz.h"

#include "pki/key.h"

#include <string.h>

static bool has_old_encryption(struct slice bytes)
{
    static const char mark[] = "DEK-Info:";
    for (size_t at = 0; at + sizeof(mark) - 1 <= bytes.len; at++) {
        if (memcmp(bytes.data + at, mark, sizeof(mark) - 1) == 0) {
            return true;
        }
    }
    return false;
}

static void check_same(const struct key *a, const struct key *b)
{
    struct buf first = BUF_EMPTY;
    struct buf second = BUF_EMPTY;
    struct err err = ERR_INIT;
    assert(key_append_spki(a, &first, &err) == 0);
    assert(key_append_spki(b, &second, &err) == 0);
    assert(slice_equal(buf_slice(&first), buf_slice(&second)));
    buf_finish(&first);
    buf_finish(&second);
}

static void rewrite(const struct key *key)
{
    struct buf pem = BUF_EMPTY;
    struct err err = ERR_INIT;
    struct key *again = NULL;
    if (key_append_pem(key, &pem, &err) == 0) {
        assert(key_parse(buf_slice(&pem), NULL, "again", &again, &err) == 0);
        check_same(key, again);
        key_destroy(again);
    }
    again = key_copy(key);
    if (again != NULL) {
        check_same(key, again);
        key_destroy(again);
    }
    buf_finish_secret(&pem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice bytes = { data, len };
    struct key *key = NULL;
    struct err err = ERR_INIT;
    const char *password = has_old_encryption(bytes) ? "fuzz" : NULL;

    (void)key_is_encrypted(bytes);
    if (key_parse(bytes, password, "file", &key, &err) == 0) {
        rewrite(key);
        key_destroy(key);
    } else {
        assert(key == NULL && err.text[0] != 0);
    }
    return 0;
}
