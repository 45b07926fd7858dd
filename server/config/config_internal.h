/* SPDX-License-Identifier: MIT
 *
 * The table of certgated's options and how each value gets into struct config.
 * Used by config.c only.
 */
#pragma once

#include "base/args.h"
#include "config/config.h"

#include <stddef.h>

/* Every setter takes a struct config as its target. A flag takes NULL (given on the
 * command line) or a word: yes, no, on, off, true, false, enable, disable, 1, 0. */
extern const struct args_option config_options[];
extern const size_t config_n_options;

/* Every site is on the loopback, or --unsafe-listen was given. */
int config_listen_check(const struct config *config, struct err *err) MUST_CHECK;
/* sslFlags: one word, or a list with , + | or blanks between (config_flags.c). */
bool config_flags_word(struct config_listen *listen, const char *word);
int config_flags_set(struct config_listen *listen, const char *value, struct err *err)
    MUST_CHECK;
/* config_words.c */
/* "desk", "pki", "control"; false for none of them. */
bool config_role_set(struct config_listen *listen, const char *word);
/* dialect= and enforce=. */
int config_dialect_set(struct config_listen *listen, const char *value, struct err *err)
    MUST_CHECK;
int config_enforce_set(struct config_listen *listen, const char *value, struct err *err)
    MUST_CHECK;
/* uploadreadaheadsize= */
int config_read_ahead_set(struct config_listen *listen, const char *value,
                          struct err *err) MUST_CHECK;
/* Once all words are there. */
void config_flags_settle(struct config_listen *listen);

/* Adds a listener for "[ADDR:]PORT[,WORD]...". */
int config_options_listen(struct config *config, const char *value, struct err *err)
    MUST_CHECK;
/* Adds "[PORT]/PATH[,WORD]...". */
int config_options_path(struct config *config, const char *value, struct err *err)
    MUST_CHECK;
int config_options_add_default_sites(struct config *config, struct err *err) MUST_CHECK;
/* By name or alias; NULL if there is none (headings are none). */
const struct args_option *config_options_find(const char *name);

/* ---- --like (config_like.c): a server's own files stand for options. They come before
 * every other source, so that any option of the user's still counts: what would help
 * can be tried. */

/* What sites take from the server, as one binding has it. */
struct config_part {
    struct policy policy;
    struct config_listen site;
    bool clientcertnegotiation;
    enum tls_version tls_min;
    enum tls_version tls_max;
};

struct config_part config_part_of(const struct config *config);
/* Fills in what the site does not say. */
void config_part_complete(struct config_listen *listen, const struct config *config,
                          const struct config_part *part);

/* Puts the folder's settings for a binding (by its index) where defaults are; a value
 * that an option does not take becomes a line of `like`. */
void config_like_apply(struct config *config, struct like *like, size_t binding);
/* Sites for its bindings, the desk and control, if the user named none. */
int config_like_add_sites(struct config *config, struct err *err) MUST_CHECK;
/* Each judged site, in their order, is one binding; the last for all that are left. */
void config_like_settle(struct config *config, const struct config_part *parts,
                        size_t n_parts);
