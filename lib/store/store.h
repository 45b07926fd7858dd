/* SPDX-License-Identifier: MIT
 *
 * The configured certificate stores: a folder laid out as Windows names them,
 * read into memory as a whole. The server's own certificate is chosen here.
 *
 *   DIR/LocalMachine/{My,Root,CA,Disallowed,TrustedPeople,ClientAuthIssuer}
 *   DIR/CurrentUser/{My,Root}
 *
 * Files: .cer .crt .der (DER or PEM), .pem (any mix, with key), .key, .crl, .p7b .p7c
 * .sst, and .pfx .p12 with their password in NAME.pfx.pass or NAME.pass
 * (store_password.h). CRLs may lie in any folder of LocalMachine. One bad file never
 * keeps the rest from being read: it becomes a note. store_damage.h says whether what
 * is left may be used.
 */
#pragma once

#include "base/err.h"
#include "pki/certificate.h"
#include "pki/crl.h"
#include "pki/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Windows shows the roots that came with its updates in Root, too: they count there. */
#define STORE_AUTH_ROOT_PATH   "LocalMachine/AuthRoot"
#define STORE_FILE_MAX         ((size_t)32 * 1024 * 1024)
#define STORE_CERTIFICATES_MAX ((size_t)20000)

enum store_folder {
    STORE_MY,                 /* LocalMachine\My: the server's own certificates */
    STORE_ROOT,               /* LocalMachine\Root: trusted roots */
    STORE_CA,                 /* LocalMachine\CA: intermediates */
    STORE_DISALLOWED,         /* LocalMachine\Disallowed: explicitly distrusted */
    STORE_TRUSTED_PEOPLE,     /* LocalMachine\TrustedPeople: trusted leaves */
    STORE_CLIENT_AUTH_ISSUER, /* LocalMachine\ClientAuthIssuer */
    STORE_CURRENT_USER_MY,    /* CurrentUser\My: never looked at by IIS */
    STORE_CURRENT_USER_ROOT,  /* CurrentUser\Root: not trusted for clients */
    STORE_FOLDER_COUNT
};

/* How the names of the files begin that certgate has made. */
#define STORE_OWN_PREFIX "certgate-"

/* "LocalMachine\My" as Windows writes it, "LocalMachine/My" as the path has it. */
const char *store_folder_name(enum store_folder folder);
const char *store_folder_path(enum store_folder folder);

struct store_entry {
    struct certificate *cert; /* owned */
    struct key *key;          /* owned; NULL = none is available. Only in the two My */
    char *path;               /* owned: the file it came from */
    /* For an entry of My with key == NULL: why there is none, or "" if no key
     * file was found at all (a key that is encrypted, unreadable, of another
     * certificate). */
    char key_problem[200];
};

struct store_crl {
    struct crl *crl; /* owned */
    char *path;      /* owned */
};

/* Something that a person should know about a file of the store. */
struct store_note {
    bool is_trap; /* a known IIS trap (not-self-signed certificate in Root, ...) */
    /* What is lost may be what keeps somebody out: a revocation list, a certificate of
     * Disallowed, or a file or folder that cannot be read and may hold such. */
    bool is_damage;
    char text[ERR_TEXT_MAX];
};

struct store {
    char *dir; /* owned */
    struct {
        struct store_entry *entries; /* owned; in the order of file names */
        size_t n_entries;
        bool exists; /* as a folder on the disk */
    } folders[STORE_FOLDER_COUNT];
    struct store_crl *crls; /* owned */
    size_t n_crls;
    struct store_note *notes; /* owned */
    size_t n_notes;
    size_t n_damaged; /* notes that are damage, also those beyond the last one kept */
};

void store_finish(struct store *store); /* accepts a zeroed store */

/* How to choose the server's certificate. */
struct store_server_query {
    const char *certhash; /* SHA-1 or SHA-256 thumbprint as text, or NULL = best fit */
    const char *host;     /* the name that it should be good for, or NULL */
    int64_t now;
};

/* Finds the server's certificate in LocalMachine\My only. On failure the error
 * is the clear sentence that the user needs: HRESULT in err->code (0x800B0110 for
 * a client-only certificate with its name, its purposes and what to do; 0x80070520
 * with IIS's own sentence for a missing private key), the file, the remedy; and if
 * what was asked for lies in CurrentUser\My, that it lies there and is not looked
 * at. Sources: iis.md section 7. The entry is borrowed from the store. */
int store_find_server(const struct store *store, const struct store_server_query *query,
                      const struct store_entry **ret_entry, struct err *err) MUST_CHECK;

/* The certificates to send with it, leaf first, without the root; borrowed.
 * Returns how many were written. */
size_t store_server_chain(const struct store *store, const struct store_entry *leaf,
                          const struct certificate **chain, size_t max);

/* By exact bytes; NULL if there is none. */
const struct store_entry *store_find(const struct store *store,
                                     enum store_folder folder,
                                     const struct certificate *cert);
