/* SPDX-License-Identifier: MIT */
#include "daemon/notify.h"

#include "base/text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define US_PER_MS 1000

/* "@name" is in the abstract namespace: its first byte is a NUL. */
static bool make_address(const char *socket, struct sockaddr_un *address,
                         socklen_t *ret_len)
{
    size_t len = strlen(socket);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if ((socket[0] != '/' && socket[0] != '@') || len < 2 ||
        len >= sizeof address->sun_path) {
        return false;
    }
    memcpy(address->sun_path, socket, len);
    if (socket[0] == '@') {
        address->sun_path[0] = 0;
    }
    *ret_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len +
                           (socket[0] == '/' ? 1 : 0));
    return true;
}

static void send_state(const struct notify *notify, const char *state)
{
    struct sockaddr_un address;
    socklen_t len;
    if (notify->socket == NULL || !make_address(notify->socket, &address, &len)) {
        return;
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL,
                     (const struct sockaddr *)&address, len);
        (void)close(fd);
    }
}

/* A status is one line. */
static void send_with_status(const struct notify *notify, const char *state,
                             const char *status)
{
    char text[NOTIFY_TEXT_MAX];
    snprintf(text, sizeof text, "%sSTATUS=%s", state, status);
    size_t from = strlen(state);
    for (size_t i = from; text[i] != 0; i++) {
        text[i] = text[i] == '\n' ? ' ' : text[i];
    }
    send_state(notify, text);
}

void notify_ready(const struct notify *notify, const char *status)
{
    send_with_status(notify, "READY=1\n", status);
}

void notify_reloading(const struct notify *notify, int64_t monotonic_us)
{
    char text[NOTIFY_TEXT_MAX];
    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)monotonic_us);
    send_state(notify, text);
}

void notify_stopping(const struct notify *notify)
{
    send_state(notify, "STOPPING=1");
}

/* ---- the watchdog */

uint64_t notify_watchdog_ms(const char *usec, const char *wanted_pid, int64_t pid)
{
    uint64_t number;
    if (usec == NULL || !text_read_number(usec, INT64_MAX, &number)) {
        return 0;
    }
    uint64_t wanted;
    if (wanted_pid != NULL &&
        (!text_read_number(wanted_pid, INT32_MAX, &wanted) || (int64_t)wanted != pid)) {
        return 0;
    }
    uint64_t half_ms = number / 2 / US_PER_MS;
    return number > 0 && half_ms == 0 ? 1 : half_ms;
}

static void on_uv_watchdog(uv_timer_t *timer)
{
    send_state(timer->data, "WATCHDOG=1");
}

void notify_open(struct notify *notify, uv_loop_t *loop, notify_getenv_fn getenv_fn,
                 int64_t pid)
{
    const char *socket = getenv_fn("NOTIFY_SOCKET");
    uint64_t ms =
        notify_watchdog_ms(getenv_fn("WATCHDOG_USEC"), getenv_fn("WATCHDOG_PID"), pid);
    *notify =
        (struct notify){ .socket = socket != NULL && socket[0] != 0 ? socket : NULL };
    if (notify->socket == NULL || ms == 0) {
        return;
    }
    notify->has_watchdog = true;
    (void)uv_timer_init(loop, &notify->watchdog);
    notify->watchdog.data = notify;
    uv_unref((uv_handle_t *)&notify->watchdog);
    (void)uv_timer_start(&notify->watchdog, on_uv_watchdog, 0, ms);
}

void notify_close(struct notify *notify)
{
    if (notify->has_watchdog) {
        notify->has_watchdog = false;
        uv_close((uv_handle_t *)&notify->watchdog, NULL);
    }
}
