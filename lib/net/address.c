/* SPDX-License-Identifier: MIT */
#include "net/address.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static void format_ipv6(const struct sockaddr_in6 *in6, struct address *address)
{
    if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
        (void)inet_ntop(AF_INET, in6->sin6_addr.s6_addr + 12, address->ip,
                        sizeof(address->ip));
        return;
    }
    (void)inet_ntop(AF_INET6, &in6->sin6_addr, address->ip, sizeof(address->ip));
    char interface[IF_NAMESIZE];
    if (in6->sin6_scope_id != 0 &&
        if_indextoname(in6->sin6_scope_id, interface) != NULL) {
        size_t len = strlen(address->ip);
        (void)snprintf(address->ip + len, sizeof(address->ip) - len, "%%%s", interface);
    }
}

bool address_is_loopback(const struct sockaddr *address)
{
    const void *memory = address;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = memory;
        return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    }
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)memory)->sin6_addr;
    return address->sa_family == AF_INET6 &&
           (IN6_IS_ADDR_LOOPBACK(v6) ||
            (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == IN_LOOPBACKNET));
}

struct address address_from_sockaddr(const struct sockaddr *sockaddr)
{
    struct address address = { "", 0 };

    if (sockaddr->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sockaddr, sizeof(in));
        (void)inet_ntop(AF_INET, &in.sin_addr, address.ip, sizeof(address.ip));
        address.port = ntohs(in.sin_port);
    } else if (sockaddr->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, sockaddr, sizeof(in6));
        format_ipv6(&in6, &address);
        address.port = ntohs(in6.sin6_port);
    }
    return address;
}

const char *address_format(const struct address *address,
                           char text[static ADDRESS_TEXT_LEN])
{
    bool is_ipv6 = strchr(address->ip, ':') != NULL;
    if (*address->ip == 0) {
        (void)snprintf(text, ADDRESS_TEXT_LEN, "-");
    } else {
        (void)snprintf(text, ADDRESS_TEXT_LEN, is_ipv6 ? "[%s]:%u" : "%s:%u",
                       address->ip, (unsigned)address->port);
    }
    return text;
}

/* Splits "[ip]:port", "ip:port", ":port" and "port"; false = no such form. */
static bool split(const char *text, char *ip, size_t ip_size, const char **ret_port)
{
    const char *colon = strrchr(text, ':');
    const char *start = text;
    size_t len = colon == NULL ? 0 : (size_t)(colon - text);

    if (colon == NULL) {
        *ret_port = text;
    } else if (*text == '[') {
        if (len < sizeof("[x]") - 1 || text[len - 1] != ']') {
            return false;
        }
        start++;
        len -= 2;
        *ret_port = colon + 1;
    } else {
        if (memchr(text, ':', len) != NULL) {
            return false; /* IPv6 without brackets: which colon is the port's? */
        }
        *ret_port = colon + 1;
    }
    if (len >= ip_size) {
        return false;
    }
    memcpy(ip, start, len);
    ip[len] = 0;
    return true;
}

static const char *well_known_ip(const char *ip)
{
    if (strcmp(ip, "*") == 0) {
        return "0.0.0.0";
    }
    return strcmp(ip, "localhost") == 0 ? "127.0.0.1" : ip;
}

int address_parse(const char *text, const char *default_ip,
                  struct sockaddr_storage *ret, struct err *err)
{
    struct sockaddr_storage storage = { 0 };
    struct sockaddr_in in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
    char ip[ADDRESS_IP_LEN];
    const char *port_text = NULL;
    uint64_t port = 0;

    if (!split(text, ip, sizeof(ip), &port_text) ||
        !text_read_number(port_text, UINT16_MAX, &port)) {
        return err_set(
            err, ERR_CONFIG, 0,
            "'%s' is no address with a port, such as 127.0.0.1:8443 or [::1]:8443",
            text);
    }
    if (*ip == 0 && default_ip == NULL) {
        return err_set(err, ERR_CONFIG, 0, "'%s' lacks the address before the port",
                       text);
    }
    const char *chosen = well_known_ip(*ip == 0 ? default_ip : ip);
    if (inet_pton(AF_INET, chosen, &in.sin_addr) == 1) {
        in.sin_port = htons((uint16_t)port);
        memcpy(&storage, &in, sizeof(in));
    } else if (inet_pton(AF_INET6, chosen, &in6.sin6_addr) == 1) {
        in6.sin6_port = htons((uint16_t)port);
        memcpy(&storage, &in6, sizeof(in6));
    } else {
        return err_set(err, ERR_CONFIG, 0,
                       "'%s': '%s' is no IP address (names are not looked up here)",
                       text, ip);
    }
    *ret = storage;
    return 0;
}

socklen_t address_sockaddr_len(const struct sockaddr_storage *sockaddr)
{
    return sockaddr->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                           : sizeof(struct sockaddr_in);
}

uint64_t address_owner(const struct address *address)
{
    char ip[ADDRESS_IP_LEN];
    uint8_t bytes[16];
    uint64_t owner = 0;
    (void)snprintf(ip, sizeof ip, "%s", address->ip);
    ip[strcspn(ip, "%")] = 0;
    if (inet_pton(AF_INET, ip, bytes) == 1) {
        /* No IPv6 address begins so: ::/8 is reserved. */
        for (size_t i = 0; i < 4; i++) {
            owner = owner << 8 | bytes[i];
        }
        return owner + 1;
    }
    if (inet_pton(AF_INET6, ip, bytes) != 1) {
        return 0;
    }
    for (size_t i = 0; i < 8; i++) {
        owner = owner << 8 | bytes[i];
    }
    /* ::1 is this machine, as 127.0.0.1 is. */
    return owner == 0 ? 1 : owner;
}
