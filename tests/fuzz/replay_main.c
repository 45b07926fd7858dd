/* SPDX-License-Identifier: MIT
 *
 * Runs a fuzz target without libFuzzer, so that every build of any compiler keeps
 * its corpus: once on each file, and on random mutations of them from a fixed seed.
 *
 *   fuzz_NAME [--mutate N SEED] FILE-OR-FOLDER...
 *
 * Says TAP. An input that takes more than REPLAY_RUN_MAX_MS of CPU time each time is a
 * failure; one that crashes is named and written to ./fuzz_NAME.crash.
 */
#include "fuzz.h"

#include "base/compiler.h"
#include "base/file.h"
#include "base/mem.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define REPLAY_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define REPLAY_SANITIZED 1
#endif

/* What one input may cost at most. Sanitizers, and a compiler that was told not to
 * optimise, make everything up to ten times slower. */
#if defined(REPLAY_SANITIZED) || !defined(__OPTIMIZE__)
#define REPLAY_RUN_MAX_MS 1000.0
#else
#define REPLAY_RUN_MAX_MS 100.0
#endif
/* CPU time, too, has outliers on a machine that others use: the best of some runs
 * is what an input costs. */
#define REPLAY_TRIES       3
#define REPLAY_INPUT_MAX   ((size_t)192 * 1024)
#define REPLAY_FILES_MAX   ((size_t)1000)
#define REPLAY_CHANGES_MAX 8

struct input {
    char *name;      /* owned */
    struct buf data; /* owned */
};

struct replay {
    struct input inputs[REPLAY_FILES_MAX];
    size_t n_inputs;
    const char *folder; /* while one is read */
    uint64_t random;
};

/* What runs now, for the report of a crash. */
static struct {
    char name[FILE_PATH_MAX];
    char crash_file[FILE_PATH_MAX];
    const uint8_t *data;
    size_t len;
} current;

static void report_crash(void)
{
    static const char intro[] = "\n# died on ";
    static const char saved[] = ", kept in ";
    (void)!write(STDERR_FILENO, intro, sizeof(intro) - 1);
    (void)!write(STDERR_FILENO, current.name, strlen(current.name));
    int file = open(current.crash_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file >= 0 && write(file, current.data, current.len) == (ssize_t)current.len) {
        (void)!write(STDERR_FILENO, saved, sizeof(saved) - 1);
        (void)!write(STDERR_FILENO, current.crash_file, strlen(current.crash_file));
    }
    (void)!write(STDERR_FILENO, "\n", 1);
}

static void on_signal(int number)
{
    (void)signal(number, SIG_DFL);
    report_crash();
    (void)raise(number);
}

/* Sanitizers end the process without a signal. */
#ifdef REPLAY_SANITIZED
extern void __sanitizer_set_death_callback(void (*callback)(void));
#endif

static void watch_crashes(const char *program)
{
    static const int signals[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL };
    const char *slash = strrchr(program, '/');
    (void)snprintf(current.crash_file, sizeof(current.crash_file), "%s.crash",
                   slash == NULL ? program : slash + 1);
#ifdef REPLAY_SANITIZED
    __sanitizer_set_death_callback(report_crash);
    (void)signals;
    (void)signal(SIGABRT, on_signal);
#else
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        (void)signal(signals[i], on_signal);
    }
#endif
}

/* ---- inputs */

static int add_file(struct replay *replay, const char *path)
{
    struct err err = ERR_INIT;
    struct input *input = &replay->inputs[replay->n_inputs];
    if (replay->n_inputs == REPLAY_FILES_MAX) {
        (void)fprintf(stderr, "# over %zu files\n", REPLAY_FILES_MAX);
        return -1;
    }
    if (file_read_all(path, REPLAY_INPUT_MAX, &input->data, &err) != 0) {
        (void)fprintf(stderr, "# %s\n", err.text);
        return -1;
    }
    input->name = mem_copy_string(path, strlen(path));
    replay->n_inputs++;
    return input->name == NULL ? -1 : 0;
}

static int on_name(void *user, const char *name)
{
    struct replay *replay = user;
    char path[FILE_PATH_MAX];
    return file_join(path, replay->folder, name) ? add_file(replay, path) : -1;
}

static int add_inputs(struct replay *replay, const char *path)
{
    struct err err = ERR_INIT;
    if (file_kind(path) != FILE_FOLDER) {
        return add_file(replay, path);
    }
    replay->folder = path;
    if (file_list(path, on_name, replay, &err) != 0) {
        (void)fprintf(stderr, "# %s %s\n", path, err.text);
        return -1;
    }
    return 0;
}

/* ---- mutations */

/* splitmix64: the same numbers everywhere from the same seed. */
static size_t draw(struct replay *replay, size_t below)
{
    uint64_t z = replay->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return below == 0 ? 0 : (size_t)((z ^ z >> 31) % below);
}

static void remove_range(struct buf *data, size_t at, size_t len)
{
    memmove(data->data + at, data->data + at + len, data->len - at - len);
    data->len -= len;
}

static void insert(struct buf *data, size_t at, struct slice bytes)
{
    size_t moving = data->len - at;
    if (data->len + bytes.len > REPLAY_INPUT_MAX || !buf_reserve(data, bytes.len)) {
        return;
    }
    memmove(data->data + at + bytes.len, data->data + at, moving);
    memcpy(data->data + at, bytes.data, bytes.len);
    data->len += bytes.len;
}

static void insert_from(struct replay *replay, struct buf *data, size_t at,
                        const struct buf *source)
{
    size_t start = draw(replay, source->len);
    struct buf copy = BUF_EMPTY;
    buf_append_slice(&copy, slice_part(buf_slice(source), start,
                                       1 + draw(replay, source->len - start)));
    if (buf_ok(&copy) && copy.len > 0) {
        insert(data, at, buf_slice(&copy));
    }
    buf_finish(&copy);
}

static void change(struct replay *replay, struct buf *data)
{
    static const uint8_t telling[] = { 0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84,
                                       0xff, '\r', '\n', ' ',  ',',  '"',  '%' };
    size_t at = draw(replay, data->len);
    if (data->len == 0) {
        buf_append_byte(data, (uint8_t)draw(replay, 256));
        return;
    }
    switch (draw(replay, 8)) {
    case 0:
    case 1:
        data->data[at] ^= (uint8_t)(1u << draw(replay, 8));
        break;
    case 2:
        data->data[at] = telling[draw(replay, ARRAY_LEN(telling))];
        break;
    case 3:
        data->data[at] = (uint8_t)draw(replay, 256);
        break;
    case 4:
        remove_range(data, at, 1 + draw(replay, data->len - at));
        break;
    case 5:
        remove_range(data, at, 1);
        break;
    case 6:
        insert_from(replay, data, at, data);
        break;
    default:
        insert_from(replay, data, at,
                    &replay->inputs[draw(replay, replay->n_inputs)].data);
        break;
    }
}

/* ---- runs */

static double run(const char *name, struct slice data)
{
    struct timespec start;
    struct timespec end;
    /* A block of its own, so that reading past its end is seen. */
    uint8_t *copy = mem_alloc(data.len, 1);
    assert(copy != NULL);
    if (data.len > 0) {
        memcpy(copy, data.data, data.len);
    }
    (void)snprintf(current.name, sizeof(current.name), "%s", name);
    current.data = copy;
    current.len = data.len;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    (void)LLVMFuzzerTestOneInput(copy, data.len);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    current.len = 0;
    free(copy);
    return (double)(end.tv_sec - start.tv_sec) * 1e3 +
           (double)(end.tv_nsec - start.tv_nsec) / 1e6;
}

/* The slowest run of a series. */
struct slowest {
    double ms;
    char name[FILE_PATH_MAX];
};

static void measure(struct slowest *slowest, const char *name, struct slice data)
{
    double ms = run(name, data);
    for (int i = 1; i < REPLAY_TRIES && ms > REPLAY_RUN_MAX_MS; i++) {
        double again = run(name, data);
        ms = again < ms ? again : ms;
    }
    if (ms >= slowest->ms) {
        slowest->ms = ms;
        (void)snprintf(slowest->name, sizeof(slowest->name), "%s", name);
    }
}

static bool report(unsigned number, const char *what, size_t n,
                   const struct slowest *slowest)
{
    bool good = slowest->ms <= REPLAY_RUN_MAX_MS;
    printf("%s %u - %zu %s, each within %.0f ms of CPU time\n# slowest: %.1f ms, %s\n",
           good ? "ok" : "not ok", number, n, what, REPLAY_RUN_MAX_MS, slowest->ms,
           slowest->name);
    (void)fflush(stdout);
    return good;
}

static bool replay_corpus(struct replay *replay)
{
    struct slowest slowest = { 0 };
    measure(&slowest, "the empty input", SLICE_EMPTY);
    for (size_t i = 0; i < replay->n_inputs; i++) {
        measure(&slowest, replay->inputs[i].name, buf_slice(&replay->inputs[i].data));
    }
    return report(1, "files of the corpus", replay->n_inputs, &slowest);
}

static bool replay_mutations(struct replay *replay, size_t n, uint64_t seed)
{
    struct slowest slowest = { 0 };
    struct buf data = BUF_EMPTY;
    for (size_t i = 0; i < n; i++) {
        char name[FILE_PATH_MAX + 64];
        /* Each mutation starts from its own number, to be made again alone. */
        replay->random = seed + i;
        const struct input *base = &replay->inputs[draw(replay, replay->n_inputs)];
        buf_clear(&data);
        buf_append_slice(&data, buf_slice(&base->data));
        for (size_t j = draw(replay, REPLAY_CHANGES_MAX) + 1; j > 0; j--) {
            change(replay, &data);
        }
        (void)snprintf(name, sizeof(name), "mutation %zu of seed %llu, from %s", i,
                       (unsigned long long)seed, base->name);
        measure(&slowest, name, buf_slice(&data));
    }
    buf_finish(&data);
    return report(2, "random mutations", n, &slowest);
}

int main(int argc, char **argv)
{
    static struct replay replay;
    uint64_t n_mutations = 0;
    uint64_t seed = 0;
    bool good = true;

    for (int i = 1; i < argc && good; i++) {
        if (strcmp(argv[i], "--mutate") == 0) {
            good = i + 2 < argc &&
                   text_read_number(argv[i + 1], 1000000, &n_mutations) &&
                   text_read_number(argv[i + 2], UINT32_MAX, &seed);
            i += 2;
        } else {
            good = add_inputs(&replay, argv[i]) == 0;
        }
    }
    if (!good || replay.n_inputs == 0) {
        (void)fprintf(stderr, "usage: %s [--mutate N SEED] FILE-OR-FOLDER...\n",
                      argv[0]);
        return 2;
    }
    printf("1..%d\n", n_mutations > 0 ? 2 : 1);
    watch_crashes(argv[0]);
    good = replay_corpus(&replay);
    good = (n_mutations == 0 || replay_mutations(&replay, (size_t)n_mutations, seed)) &&
           good;
    for (size_t i = 0; i < replay.n_inputs; i++) {
        free(replay.inputs[i].name);
        buf_finish(&replay.inputs[i].data);
    }
    return good ? 0 : 1;
}
