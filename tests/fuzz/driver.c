/*
 * Drives a fuzzer where there is no libFuzzer: under any compiler, with whatever sanitizers the
 * program was built with. It tries each file of the corpus, then changes them by chance: so many
 * times (INPUTS), or until the time is over (SECONDSs). Nothing guides it but the corpus;
 * `make fuzz` is guided by what is reached.
 *
 *     FUZZER CORPUS-FOLDER DICTIONARY INPUTS|SECONDSs SEED CURRENT
 *
 * CURRENT always holds the input that is being tried, also after a crash. The n-th input of a seed
 * is always the same. Prints how many were tried.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "sim/engine/rng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

enum { SEEDS_MAX = 1000, WORDS_MAX = 256, INPUT_MAX = 1 << 14, INPUT_S_MAX = 10, CHANGES_MAX = 8 };

struct bytes {
    uint8_t *at;
    size_t length;
};

/* CURRENT. */
struct shown {
    uint64_t length;
    uint8_t bytes[INPUT_MAX];
};

static struct bytes seed_of[SEEDS_MAX + 1]; /* and the empty one */
static struct bytes word[WORDS_MAX];
static size_t seeds, words;
static struct rng rng;
static struct shown *shown;

static size_t below(size_t n)
{
    return (size_t)rng_below(&rng, n);
}

_Noreturn static void give_up(const char *what)
{
    (void)fprintf(stderr, "fuzz: %s\n", what);
    exit(70);
}

/* ---- what is begun with ---- */

static void read_seed(const char *folder, const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *from = fopen(path, "rb");
    uint8_t *bytes = malloc(INPUT_MAX);
    if (from == NULL || bytes == NULL) {
        give_up(path);
    }
    const size_t length = fread(bytes, 1, INPUT_MAX, from);
    (void)fclose(from);
    seed_of[seeds++] = (struct bytes){bytes, length};
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name); /* whatever the locale */
}

static void read_seeds(const char *folder)
{
    struct dirent **entry = NULL;
    const int count = scandir(folder, &entry, NULL, by_name);
    for (int i = 0; i < count; i++) {
        if (entry[i]->d_name[0] != '.' && seeds < SEEDS_MAX) {
            read_seed(folder, entry[i]->d_name);
        }
        free(entry[i]);
    }
    free(entry);
}

/* The text between the quotes, with \xHH, \\ and \". */
static struct bytes read_word(const char *at)
{
    uint8_t *bytes = malloc(strlen(at) + 1);
    size_t length = 0;
    if (bytes == NULL) {
        give_up("no memory");
    }
    for (; *at != '\0' && *at != '"'; at++) {
        if (at[0] == '\\' && at[1] == 'x' && at[2] != '\0' && at[3] != '\0') {
            const char digits[3] = {at[2], at[3], '\0'};
            bytes[length++] = (uint8_t)strtoul(digits, NULL, 16);
            at += 3;
        } else {
            at += at[0] == '\\' && at[1] != '\0';
            bytes[length++] = (uint8_t)*at;
        }
    }
    return (struct bytes){bytes, length};
}

static void read_words(const char *path)
{
    char line[512];
    FILE *from = fopen(path, "r");
    while (from != NULL && words < WORDS_MAX && fgets(line, sizeof line, from) != NULL) {
        const char *quote = line[0] != '#' ? strchr(line, '"') : NULL;
        if (quote != NULL) {
            word[words++] = read_word(quote + 1);
        }
    }
    if (from != NULL) {
        (void)fclose(from);
    }
}

/* ---- what becomes of it ---- */

/* Makes room for bytes at a place, or closes it. */
static void exchange(struct shown *s, size_t at, size_t out, const uint8_t *bytes, size_t in)
{
    out = out < s->length - at ? out : s->length - at;
    in = in < INPUT_MAX - (s->length - out) ? in : INPUT_MAX - (s->length - out);
    memmove(&s->bytes[at + in], &s->bytes[at + out], s->length - at - out);
    memmove(&s->bytes[at], bytes, in);
    s->length = s->length - out + in;
}

static void change_byte(struct shown *s, size_t at)
{
    static const uint8_t edges[] = {0, 1, 0x7f, 0x80, 0xff, '0', '9', '-', '\n', '"'};
    if (at == s->length) {
        return;
    }
    switch (below(4)) {
    case 0:
        s->bytes[at] ^= (uint8_t)(1u << below(8));
        break;
    case 1:
        s->bytes[at] = (uint8_t)below(256);
        break;
    case 2:
        s->bytes[at] = edges[below(sizeof edges)];
        break;
    default:
        s->bytes[at] = (uint8_t)(s->bytes[at] + below(3) - 1);
        break;
    }
}

/* A run of bytes of this input or of another seed, into this place. */
static void copy_run(struct shown *s, size_t at)
{
    uint8_t run[64];
    const struct bytes *other = &seed_of[below(seeds)];
    const struct bytes here = {s->bytes, s->length};
    const struct bytes *from = below(2) == 0 ? other : &here;
    if (from->length > 0) {
        const size_t begin = below(from->length);
        const size_t most = from->length - begin < sizeof run ? from->length - begin : sizeof run;
        const size_t length = 1 + below(most);
        memcpy(run, &from->at[begin], length);
        exchange(s, at, below(2) == 0 ? length : 0, run, length);
    }
}

static void change(struct shown *s)
{
    const size_t at = below(s->length + 1);
    const size_t how = below(8);
    if (how < 4) {
        change_byte(s, at);
    } else if (how == 4) {
        exchange(s, at, 1 + below(16), s->bytes, 0);
    } else if (how == 5 && words > 0) {
        const struct bytes *w = &word[below(words)];
        exchange(s, at, below(2) == 0 ? w->length : 0, w->at, w->length);
    } else {
        copy_run(s, at);
    }
}

static void try_seed(const struct bytes *seed, size_t changes)
{
    shown->length = seed->length;
    memcpy(shown->bytes, seed->at, seed->length);
    for (size_t i = 0; i < changes; i++) {
        change(shown);
    }
    uint8_t *exact = malloc(shown->length + (shown->length == 0)); /* its end is watched */
    if (exact == NULL) {
        give_up("no memory");
    }
    memcpy(exact, shown->bytes, shown->length);
    (void)alarm(INPUT_S_MAX);
    (void)LLVMFuzzerTestOneInput(exact, shown->length);
    free(exact);
}

/* ---- the whole ---- */

static double now_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* How long to go on: so many inputs, or so much time. */
struct limit {
    uint64_t inputs;
    double end_s;
};

static struct limit limit_of(const char *text)
{
    char *end;
    const double number = strtod(text, &end);
    if (end == text || !(number >= 0) || (strcmp(end, "") != 0 && strcmp(end, "s") != 0)) {
        give_up("how many inputs, or how many seconds: 1000 or 10s");
    }
    return *end == 's' ? (struct limit){UINT64_MAX, now_s() + number}
                       : (struct limit){(uint64_t)number, INFINITY};
}

static void show_in(const char *path)
{
    const int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0 || ftruncate(file, sizeof *shown) != 0) {
        give_up(path);
    }
    shown = mmap(NULL, sizeof *shown, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shown == MAP_FAILED) {
        give_up(path);
    }
    (void)close(file);
}

int main(int argc, char **argv)
{
    static uint8_t nothing;
    if (argc != 6) {
        give_up("FUZZER CORPUS-FOLDER DICTIONARY INPUTS|SECONDSs SEED CURRENT");
    }
    FILE *out = fdopen(dup(STDOUT_FILENO), "w"); /* a fuzzer may silence its own */
    const struct limit limit = limit_of(argv[3]);
    uint64_t tried = 0;
    read_seeds(argv[1]);
    read_words(argv[2]);
    show_in(argv[5]);
    rng_init(&rng, strtoull(argv[4], NULL, 10), 0, 0, RNG_TEST);
    if (LLVMFuzzerInitialize != NULL) {
        (void)LLVMFuzzerInitialize(&argc, &argv);
    }
    seed_of[seeds++] = (struct bytes){&nothing, 0};
    for (size_t i = 0; i < seeds; i++, tried++) {
        try_seed(&seed_of[i], 0);
    }
    for (; tried < limit.inputs && now_s() < limit.end_s; tried++) {
        try_seed(&seed_of[below(seeds)], 1 + below(CHANGES_MAX));
    }
    (void)alarm(0);
    if (out != NULL) {
        (void)fprintf(out, "%" PRIu64 "\n", tried);
        (void)fclose(out);
    }
    for (size_t i = 0; i + 1 < seeds; i++) {
        free(seed_of[i].at);
    }
    for (size_t i = 0; i < words; i++) {
        free(word[i].at);
    }
    return 0;
}
