/* SPDX-License-Identifier: MIT
 *
 * The reasons of http.sys' error log (HTTPERR, field s-reason), by Microsoft's "Types
 * of Errors Logged by the HTTP Server API", and the id of the topic that explains each
 * (why_find). Case counts.
 */
#pragma once

/* clang-format off */
#define REASON_LIST(X) \
    X("AppOffline",                      "httperr-unavailable") \
    X("AppPoolTimer",                    "httperr-unavailable") \
    X("AppShutdown",                     "httperr-unavailable") \
    X("BadRequest",                      "httperr-request") \
    X("Connection_Abandoned_By_AppPool", "httperr-abandoned") \
    X("Connection_Dropped",              "httperr-dropped") \
    X("ConnLimit",                       "httperr-unavailable") \
    X("Disabled",                        "httperr-unavailable") \
    X("EntityTooLarge",                  "413.0") \
    X("FieldLength",                     "httperr-request") \
    X("Forbidden",                       "httperr-request") \
    X("Header",                          "httperr-request") \
    X("Hostname",                        "httperr-request") \
    X("Internal",                        "httperr-unavailable") \
    X("Invalid_CR/LF",                   "httperr-request") \
    X("LengthRequired",                  "httperr-request") \
    X("N/A",                             "httperr-unavailable") \
    X("N/I",                             "httperr-request") \
    X("Number",                          "httperr-request") \
    X("Precondition",                    "httperr-request") \
    X("QueueFull",                       "httperr-unavailable") \
    X("RequestLength",                   "httperr-request") \
    X("Timer_AppPool",                   "httperr-unavailable") \
    X("Timer_ConnectionIdle",            "httperr-idle") \
    X("Timer_EntityBody",                "httperr-wait") \
    X("Timer_HeaderWait",                "httperr-wait") \
    X("Timer_MinBytesPerSecond",         "httperr-slow") \
    X("URL",                             "httperr-request") \
    X("URL_Length",                      "httperr-request") \
    X("Verb",                            "httperr-request") \
    X("Version_N/S",                     "httperr-request")
/* clang-format on */
