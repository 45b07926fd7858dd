/* SPDX-License-Identifier: MIT */
#include "chain/sending.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "chain/offer.h"

#include <assert.h>
#include <stdlib.h>

/* ---- keys */

/* Kinds of keys as the signature algorithms of TLS divide them. */
enum key_kind {
    KEY_RSA = 1 << 0,
    KEY_NIST = 1 << 1,        /* P-256, P-384, P-521 */
    KEY_OTHER_CURVE = 1 << 2, /* brainpool, secp256k1 */
    KEY_PSS = 1 << 3,         /* id-RSASSA-PSS */
    KEY_EDWARDS = 1 << 4,
    KEY_DSA = 1 << 5,
    KEY_UNKNOWN = 1 << 6,
};

/* PSS with SHA-256 and a salt as long (RFC 8446 4.2.3) wants 2 * 32 + 2 bytes and a bit
 * (RFC 8017 9.1.1). */
#define PSS_BITS_MIN ((size_t)522)

static const struct {
    enum oid oid;
    enum key_kind kind;
} key_kinds[] = {
    { OID_RSA_ENCRYPTION, KEY_RSA },
    { OID_RSASSA_PSS, KEY_PSS },
    { OID_ED25519, KEY_EDWARDS },
    { OID_ED448, KEY_EDWARDS },
    { OID_DSA, KEY_DSA },
};

static enum key_kind find_key_kind(const struct certificate *cert)
{
    bool nist = cert->curve == OID_CURVE_P256 || cert->curve == OID_CURVE_P384 ||
                cert->curve == OID_CURVE_P521;
    if (cert->key_oid == OID_EC_PUBLIC_KEY) {
        return nist ? KEY_NIST : KEY_OTHER_CURVE;
    }
    for (size_t i = 0; i < ARRAY_LEN(key_kinds); i++) {
        if (key_kinds[i].oid == cert->key_oid) {
            return key_kinds[i].kind;
        }
    }
    return KEY_UNKNOWN;
}

/* What the server's signature_algorithms have a place for: Schannel's rsa_pkcs1,
 * rsa_pss_rsae and ecdsa of the NIST curves. On TLS 1.2 an ecdsa scheme names no curve
 * (RFC 8422 5.3), on TLS 1.3 it does (RFC 8446 4.2.3). */
static const unsigned listed[SENDING_VERSION_COUNT] = {
    [SENDING_TLS_1_2] = KEY_RSA | KEY_NIST | KEY_OTHER_CURVE,
    [SENDING_TLS_1_3] = KEY_RSA | KEY_NIST,
};

static const char *find_key_problem(const struct certificate *cert,
                                    enum sending_version version)
{
    enum key_kind kind = find_key_kind(cert);
    if (version == SENDING_TLS_1_3 && kind == KEY_RSA && cert->key_bits > 0 &&
        cert->key_bits < PSS_BITS_MIN) {
        return "its RSA key is too short for RSA-PSS, which TLS 1.3 wants";
    }
    if ((listed[version] & (unsigned)kind) != 0) {
        return NULL;
    }
    switch (kind) {
    case KEY_OTHER_CURVE:
        return "its key's curve is in none of the server's signature algorithms";
    case KEY_PSS:
        return "its key is for RSASSA-PSS only (id-RSASSA-PSS): the server does not "
               "list rsa_pss_pss";
    case KEY_EDWARDS:
        return "the server does not list ed25519 or ed448 among its signature "
               "algorithms";
    case KEY_DSA:
        return "the server does not list DSA among its signature algorithms";
    case KEY_RSA:
    case KEY_NIST:
    case KEY_UNKNOWN:
    default:
        return "its key is of a kind that the server's signature algorithms do not "
               "have";
    }
}

/* ---- clients */

#define ORDINARY    (KEY_RSA | KEY_NIST)
#define HIDES(kind) (UINT64_C(1) << FINDING_##kind)
static_assert(FINDING_COUNT <= 64, "a set of findings is one number");

/* name     as shown
 * offers   whose rules of hiding it has (chain/offer), or none and `hides` instead
 * hides    findings of the client's certificate for which it is not shown or sent
 * keys     that it signs with, if the server lists them
 * part     of what is in the file that it sends
 *
 * Sources: Chromium's client_cert_store_win.cc, _nss.cc (expired ones are left out,
 * NSS looks for certUsageSSLClient) and _mac.cc (expired ones and such as
 * SupportsSSLClientAuth denies); Firefox as observed; .NET's CertificateHelper, and
 * dotnet/runtime 47680, 55368, 30417 on what Schannel sends; Java's SunX509 key
 * manager, OpenSSL and Go (crypto/tls, SupportsCertificate) send what they are given.
 * Safari: not documented, taken to send what its keychain holds. Keys: the libraries'
 * own lists; of these only OpenSSL signs with curves beyond NIST's on TLS 1.2. */
static const struct client {
    const char *name;
    int offers;
    uint64_t hides;
    unsigned keys;
    enum sending_part part;
} clients[SENDING_CLIENT_COUNT] = {
    [SENDING_CHROME_WINDOWS] = { "Chrome, Edge (Windows)", OFFER_CHROME, 0, ORDINARY,
                                 SENDING_ALL },
    [SENDING_CHROME_LINUX] = { "Chrome (Linux)", -1,
                               HIDES(MALFORMED) | HIDES(EXPIRED) |
                                   HIDES(EKU_NOT_CLIENT_AUTH) |
                                   HIDES(APP_POLICY_COUNTS),
                               ORDINARY, SENDING_ALL },
    [SENDING_CHROME_MACOS] = { "Chrome (macOS)", -1,
                               HIDES(MALFORMED) | HIDES(EXPIRED) |
                                   HIDES(EKU_NOT_CLIENT_AUTH) |
                                   HIDES(APP_POLICY_COUNTS) |
                                   HIDES(KU_NO_DIGITAL_SIGNATURE) |
                                   HIDES(KU_EKU_INCONSISTENT),
                               ORDINARY, SENDING_ALL },
    [SENDING_FIREFOX] = { "Firefox", OFFER_FIREFOX, 0, ORDINARY, SENDING_ALL },
    [SENDING_SAFARI] = { "Safari", -1, HIDES(MALFORMED), ORDINARY, SENDING_ALL },
    [SENDING_SCHANNEL] = { ".NET, WinHTTP (Schannel)", OFFER_DOTNET, 0, ORDINARY,
                           SENDING_LEAF },
    [SENDING_JAVA] = { "Java", -1, 0, ORDINARY, SENDING_ALL },
    [SENDING_OPENSSL] = { "curl, OpenSSL", -1, 0, ORDINARY | KEY_OTHER_CURVE,
                          SENDING_ALL },
    [SENDING_GO] = { "Go", -1, 0, ORDINARY, SENDING_ALL },
};

const char *sending_client_name(enum sending_client client)
{
    return clients[client].name;
}

const char *sending_version_name(enum sending_version version)
{
    static const char *const names[] = { "TLS 1.2", "TLS 1.3" };
    return names[version];
}

const char *sending_part_name(enum sending_part part)
{
    static const char *const names[] = { "nothing", "leaf", "all" };
    return names[part];
}

/* Why the program keeps it from its user; NULL = it does not. */
static const char *find_hiding(const struct client *client, const struct chain *chain)
{
    struct offer offer;
    if (client->offers >= 0) {
        offer_judge(chain, (enum offer_program)client->offers, &offer);
        return offer.is_offered ? NULL : finding_get(offer.reasons[0]->kind)->fault;
    }
    for (size_t i = 0; i < chain->n_findings; i++) {
        const struct finding *finding = &chain->findings[i];
        if (finding->element == 0 && (client->hides >> finding->kind & 1) != 0) {
            return finding_get(finding->kind)->fault;
        }
    }
    return NULL;
}

static struct sending send_from(const struct client *client, enum key_kind kind,
                                const char *key_problem, const char *hiding,
                                bool has_more)
{
    if (key_problem != NULL) {
        return (struct sending){ SENDING_NOTHING, key_problem, VERDICT_OK };
    }
    if ((client->keys & (unsigned)kind) == 0) {
        return (struct sending){ SENDING_NOTHING,
                                 "it signs with no key on such a curve", VERDICT_OK };
    }
    if (hiding != NULL) {
        return (struct sending){ SENDING_NOTHING, hiding, VERDICT_OK };
    }
    if (client->part == SENDING_LEAF && has_more) {
        return (struct sending){ SENDING_LEAF,
                                 "of issuers it sends only those that lie in the "
                                 "stores of its own machine or user",
                                 VERDICT_OK };
    }
    return (struct sending){ SENDING_ALL, NULL, VERDICT_OK };
}

int sending_judge(struct certificate *const *presented, size_t n_presented,
                  enum ssl_flags flags, const struct chain_context *context,
                  const struct judgement *judgement, struct sendings *ret_sendings,
                  struct err *err)
{
    struct judgement *alone = mem_alloc(1, sizeof(*alone));
    if (alone == NULL) {
        return err_memory(err);
    }
    if (judge_client(presented, n_presented > 0 ? 1 : 0, flags, context, alone, err) !=
        0) {
        free(alone);
        return -1;
    }
    const enum verdict verdicts[] = {
        [SENDING_NOTHING] =
            flags == SSL_FLAGS_REQUIRE ? VERDICT_CERT_REQUIRED : VERDICT_OK,
        [SENDING_LEAF] = alone->verdict,
        [SENDING_ALL] = judgement->verdict,
    };
    free(alone);
    *ret_sendings = (struct sendings){ .key_problem = { NULL } };
    for (size_t v = 0; v < SENDING_VERSION_COUNT && n_presented > 0; v++) {
        const struct certificate *leaf = presented[0];
        const char *problem = leaf->spki.len == 0
                                  ? NULL
                                  : find_key_problem(leaf, (enum sending_version)v);
        ret_sendings->key_problem[v] = problem;
        for (size_t c = 0; c < SENDING_CLIENT_COUNT; c++) {
            struct sending sending = send_from(
                &clients[c], leaf->spki.len == 0 ? KEY_RSA : find_key_kind(leaf),
                problem, find_hiding(&clients[c], &judgement->chain), n_presented > 1);
            sending.verdict = verdicts[sending.part];
            ret_sendings->by[c][v] = sending;
        }
    }
    return 0;
}
