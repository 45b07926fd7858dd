/* SPDX-License-Identifier: MIT
 *
 * An IP address and a port, as text for people and logs.
 */
#pragma once

#include "base/compiler.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* "fe80::1%interface" and its NUL. */
#define ADDRESS_IP_LEN 72
/* "[ip]:65535" and its NUL. */
#define ADDRESS_TEXT_LEN (ADDRESS_IP_LEN + 8)

struct address {
    char ip[ADDRESS_IP_LEN]; /* "" = unknown; an IPv4-mapped one is shown as IPv4 */
    uint16_t port;
};

struct address address_from_sockaddr(const struct sockaddr *sockaddr);
/* "127.0.0.1:8443", "[::1]:8443", or "-" for an unknown one. */
const char *address_format(const struct address *address,
                           char text[static ADDRESS_TEXT_LEN]);

/* 127.0.0.0/8, ::1, and the former as an IPv4-mapped one. */
bool address_is_loopback(const struct sockaddr *address);

/* Whom an address belongs to, for limits: the whole IPv4 address, the first 64 bits of
 * an IPv6 one, of which a host has as many as it likes. 0 = unknown. */
uint64_t address_owner(const struct address *address);

/* Reads "ADDR:PORT", "[ADDR]:PORT" or, with `default_ip`, "PORT" and ":PORT"; "[]:PORT"
 * is refused, for brackets announce an address. Names are
 * not looked up; "*" is every IPv4 address, "localhost" is 127.0.0.1. */
int address_parse(const char *text, const char *default_ip,
                  struct sockaddr_storage *ret, struct err *err) MUST_CHECK;
/* The length that bind and connect want. */
socklen_t address_sockaddr_len(const struct sockaddr_storage *sockaddr);
