/* SPDX-License-Identifier: MIT
 *
 * <access sslFlags> by IIS's own words, which add up ("Ssl, SslNegotiateCert,
 * SslRequireCert"), or by one word that says it all (Require; nginx's on, ...).
 */
#include "base/text.h"
#include "config/config_internal.h"

#include <stddef.h>
#include <string.h>

#define WORD_MAX   ((size_t)32)
#define SEPARATORS ",+| "

/* What each of IIS's words switches on. */
static const struct {
    const char *word;
    size_t offset; /* of a bool of struct config_listen */
    bool is_about_certificates;
} words[] = {
    { "Ssl", offsetof(struct config_listen, ssl), false },
    { "Ssl128", offsetof(struct config_listen, ssl128), false },
    { "SslMapCert", offsetof(struct config_listen, map_cert), false },
    { "SslNegotiateCert", offsetof(struct config_listen, says_negotiate), true },
    { "SslRequireCert", offsetof(struct config_listen, says_require), true },
};

bool config_flags_word(struct config_listen *listen, const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_equal_ignoring_case(word, words[i].word)) {
            const bool on = true;
            memcpy((char *)listen + words[i].offset, &on, sizeof on);
            listen->has_flags |= words[i].is_about_certificates;
            return true;
        }
    }
    if (!ssl_flags_parse(word, &listen->flags)) {
        return false;
    }
    listen->has_flags = true;
    return true;
}

int config_flags_set(struct config_listen *listen, const char *value, struct err *err)
{
    const char *rest = value + strspn(value, SEPARATORS);
    if (*rest == 0) {
        return err_set(err, ERR_CONFIG, 0, "sslflags has no value");
    }
    while (*rest != 0) {
        char word[WORD_MAX] = { 0 };
        size_t len = strcspn(rest, SEPARATORS);
        memcpy(word, rest, len < sizeof word ? len : sizeof word - 1);
        if (!config_flags_word(listen, word)) {
            return err_set(err, ERR_CONFIG, 0,
                           "sslflags is Require, Accept or Ignore, or some of Ssl, "
                           "SslNegotiateCert, SslRequireCert, SslMapCert and Ssl128, "
                           "not '%s'",
                           word);
        }
        rest += len;
        rest += strspn(rest, SEPARATORS);
    }
    /* "Ssl" alone, too, says that no certificate is wanted. */
    listen->has_flags = true;
    return 0;
}

void config_flags_settle(struct config_listen *listen)
{
    if (listen->says_require) {
        listen->flags = SSL_FLAGS_REQUIRE;
    } else if (listen->says_negotiate) {
        listen->flags = SSL_FLAGS_ACCEPT;
    }
    listen->never_asks = listen->says_require && !listen->says_negotiate;
}
