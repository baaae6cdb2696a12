/*
 * Five hundred modules that nobody would write: good and hostile ones whose parts are exchanged,
 * repeated, left out or numbered otherwise, and bombs, which are small and ask for much. Each ends
 * in time, within its budget and its memory, with a word why, and leaves the host right.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "runtime-replay/wasm/wasm_host.h"
#include "sim/engine/rng.h"
#include "tests/support/runtime.h"
#include "tests/support/tasklets.h"

enum {
    MUTANTS = 450,
    BUDGET = 200000,
    MEMORY = 1 << 20,
    BYTES_MAX = 1 << 18,
    LATE_S = 10,
};

/* Of the whole process. A sanitizer keeps what was freed, and reserves as it likes. */
#ifdef __SANITIZE_ADDRESS__
#define GROWTH_MAX_KIB INT64_MAX
#else
#define GROWTH_MAX_KIB (16 << 10)
#endif

/* ---- the host ---- */

static struct execute_binary mutant;
static struct execute_source files;

static bool find(void *context, const char *name, struct execute_binary *out)
{
    if (strcmp(name, "mutant") == 0) {
        *out = mutant;
        return true;
    }
    return files.find(context, name, out);
}

static struct execute_runner *make(void)
{
    need_runtime();
    struct execute_limits limits = execute_limits_default();
    struct execute_runner *e = NULL;
    limits.instructions = BUDGET;
    limits.memory_bytes = MEMORY;
    limits.toll = 20000000;
    limits.sub_calls = 2000;
    limits.host_ns = LATE_S * SIM_S;
    files = tasklets_source();
    const struct execute_source source = {.find = find, .context = files.context};
    cr_assert_eq(execute_create(&e, &limits, &source), SIM_OK);
    return e;
}

static long resident_kib(void)
{
    struct rusage usage;
    cr_assert_eq(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool ends_well(const struct execution *out, bool ok, double took_s)
{
    return ok == (out->end == EXECUTE_RETURNED) && ok == (out->error[0] == '\0') &&
           out->end != EXECUTE_TOO_LATE && took_s < LATE_S && out->instructions <= BUDGET &&
           out->peak_bytes <= MEMORY;
}

/* Runs the mutant with so many cells of arguments. */
static struct execution run(struct execute_runner *e, const char *name, uint32_t cells,
                            enum execute_mode mode)
{
    static const uint32_t argument[EXECUTE_CELLS_MAX] = {7, 0x40080000, 3};
    struct execution out;
    const double begun = seconds();
    const bool ok = execute_run(e, "mutant", argument, cells, mode, &out);
    const double took_s = seconds() - begun;
    cr_assert(ends_well(&out, ok, took_s), "%s: %s, after %g s", name, out.error, took_s);
    return out;
}

/* What became of all. */
struct tally {
    unsigned returned, loaded;
};

/* Runs what was made in each way, whatever its entry takes. */
static void survive(struct execute_runner *e, const char *name, const uint8_t *bytes, size_t length,
                    struct tally *tally)
{
    uint8_t *exact = malloc(length + (length == 0)); /* a byte too far is seen */
    memcpy(exact, bytes, length);
    mutant = (struct execute_binary){exact, length};
    bool has_returned = false;
    bool has_loaded = false;
    /* No other argument will make it a module. */
    for (uint32_t cells = 1; cells <= 3 && (cells == 1 || has_loaded) && !has_returned; cells++) {
        for (int m = 0; m < EXECUTE_MODES; m++) {
            const struct execution out = run(e, name, cells, (enum execute_mode)m);
            has_returned = has_returned || out.end == EXECUTE_RETURNED;
            has_loaded = has_loaded || out.loads > 0;
        }
    }
    tally->returned += has_returned;
    tally->loaded += has_loaded;
    free(exact);
}

static void check_host(struct execute_runner *e)
{
    struct execution out;
    const uint32_t x = 7;
    cr_assert(execute_run(e, "chain", &x, 1, EXECUTE_SUSPENDED, &out), "%s", out.error);
    cr_assert_eq(out.result[0], 963945);
}

/* ---- modules in parts ---- */

struct text {
    uint8_t bytes[BYTES_MAX];
    size_t length;
};

static void put(struct text *t, const void *bytes, size_t length)
{
    cr_assert_leq(length, BYTES_MAX - t->length);
    memcpy(&t->bytes[t->length], bytes, length);
    t->length += length;
}

static void put_byte(struct text *t, unsigned byte)
{
    const uint8_t b = (uint8_t)byte;
    put(t, &b, 1);
}

static void put_number(struct text *t, uint64_t n)
{
    for (; n >= 0x80; n >>= 7) {
        put_byte(t, 0x80 | (unsigned)(n & 0x7f));
    }
    put_byte(t, (unsigned)n);
}

static uint64_t read_number(const uint8_t *bytes, size_t length, size_t *at)
{
    uint64_t n = 0;
    unsigned shift = 0;
    while (*at < length && shift < 63) {
        const uint8_t byte = bytes[(*at)++];
        n |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
        if ((byte & 0x80) == 0) {
            break;
        }
    }
    return n;
}

enum { PARTS_MAX = 32, HEAD = 8 };

struct part {
    uint8_t id;
    const uint8_t *bytes;
    size_t length;
};

static size_t split(const struct execute_binary *whole, struct part part[PARTS_MAX])
{
    size_t count = 0;
    for (size_t at = HEAD; at < whole->length && count < PARTS_MAX;) {
        const uint8_t id = whole->bytes[at++];
        size_t length = (size_t)read_number(whole->bytes, whole->length, &at);
        length = length < whole->length - at ? length : whole->length - at;
        part[count++] = (struct part){id, &whole->bytes[at], length};
        at += length;
    }
    return count;
}

static void begin(struct text *t)
{
    static const uint8_t head[HEAD] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    t->length = 0;
    put(t, head, sizeof head);
}

static void put_part(struct text *t, unsigned id, const void *bytes, size_t length)
{
    put_byte(t, id);
    put_number(t, length);
    put(t, bytes, length);
}

/* ---- what is done to them ---- */

static struct rng rng;

static size_t below(size_t n)
{
    return (size_t)rng_below(&rng, n);
}

/* A number that stands somewhere becomes one that asks for much, or for nothing. */
static void renumber(struct text *t, const struct part *p)
{
    static const uint64_t edge[] = {0,      1,       2,          127,        128,
                                    0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff};
    struct text *made = calloc(1, sizeof *made);
    const size_t at = below(p->length + 1);
    put(made, p->bytes, at);
    put_number(made, edge[below(sizeof edge / sizeof edge[0])]);
    size_t behind = at;
    (void)read_number(p->bytes, p->length, &behind);
    put(made, &p->bytes[behind], p->length - behind);
    put_part(t, p->id, made->bytes, made->length);
    free(made);
}

static void scramble(struct text *t, const struct part *p)
{
    uint8_t *bytes = malloc(p->length + 1);
    memcpy(bytes, p->bytes, p->length);
    for (size_t i = 1 + below(4); i > 0 && p->length > 0; i--) {
        bytes[below(p->length)] = (uint8_t)below(256);
    }
    put_part(t, p->id, bytes, p->length);
    free(bytes);
}

/* What comes in a wrong order is refused at once: most changes keep it. */
static void put_mutated(struct text *t, const struct part *p, const struct part *foreign)
{
    switch (below(14)) {
    case 0: /* twice */
        put_part(t, p->id, p->bytes, p->length);
        put_part(t, p->id, p->bytes, p->length);
        break;
    case 1: /* not at all */
        break;
    case 2: /* as something else */
        put_part(t, (unsigned)below(14), p->bytes, p->length);
        break;
    case 3: /* with a wrong length */
        put_byte(t, p->id);
        put_number(t, below(4) == 0 ? UINT32_MAX : p->length + below(3));
        put(t, p->bytes, p->length);
        break;
    case 4:
    case 5:
    case 6: /* another module's */
        put_part(t, foreign->id, foreign->bytes, foreign->length);
        break;
    case 7:
    case 8:
    case 9:
        scramble(t, p);
        break;
    default:
        renumber(t, p);
        break;
    }
}

/* One of the same kind, if there is one. */
static const struct part *counterpart(const struct part *part, size_t count, uint8_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (part[i].id == id) {
            return &part[i];
        }
    }
    return &part[below(count)];
}

static void mutate(struct text *t, const struct execute_binary *whole,
                   const struct execute_binary *other)
{
    struct part part[PARTS_MAX];
    struct part foreign[PARTS_MAX];
    const size_t count = split(whole, part);
    const size_t others = split(other, foreign);
    const size_t chosen = below(count);
    const size_t swapped = below(10) == 0 ? below(count) : chosen;
    begin(t);
    for (size_t i = 0; i < count; i++) {
        const struct part *p = &part[i == chosen ? swapped : i == swapped ? chosen : i];
        if (i == chosen && swapped == chosen) {
            put_mutated(t, p, counterpart(foreign, others, p->id));
        } else {
            put_part(t, p->id, p->bytes, p->length);
        }
    }
}

static const char *const victims[] = {
    "chain",  "memory",   "recursion",  "globals",       "wide",           "nests",
    "floats", "several",  "mix",        "deeper",        "loop",           "grows",
    "busy",   "indirect", "leaps",      "calls-endless", "calls-for-ever", "vast",
    "deep",   "store",    "wide-table", "pageless",      "grows-for-ever"};
enum { VICTIMS = sizeof victims / sizeof victims[0] };

Test(wasm_mutants, mutants_end_well)
{
    struct execute_runner *e = make();
    struct text *t = calloc(1, sizeof *t);
    const long before = resident_kib();
    struct tally tally = {0, 0};
    for (uint64_t i = 0; i < MUTANTS; i++) {
        char name[64];
        rng_init(&rng, 1 + i, 0, 0, RNG_TEST);
        const struct execute_binary whole = tasklets_binary(victims[i % VICTIMS]);
        const struct execute_binary other = tasklets_binary(victims[below(VICTIMS)]);
        mutate(t, &whole, &other);
        (void)snprintf(name, sizeof name, "mutant %u of %s", (unsigned)i, victims[i % VICTIMS]);
        survive(e, name, t->bytes, t->length, &tally);
        if (i % 16 == 0) {
            check_host(e);
        }
    }
    check_host(e);
    cr_assert_gt(tally.loaded, MUTANTS / 10); /* some are modules still */
    cr_assert_gt(tally.returned, 10);
    cr_assert_lt(resident_kib() - before, GROWTH_MAX_KIB);
    free(t);
    execute_destroy(e);
}

/* ---- bombs ---- */

/* (i32) -> (i32), one function, exported as "run". */
static void begin_run(struct text *t)
{
    static const uint8_t type[] = {1, 0x60, 1, 0x7f, 1, 0x7f};
    static const uint8_t function[] = {1, 0};
    begin(t);
    put_part(t, 1, type, sizeof type);
    put_part(t, 3, function, sizeof function);
}

static void put_export(struct text *t)
{
    static const uint8_t exports[] = {1, 3, 'r', 'u', 'n', 0, 0};
    put_part(t, 7, exports, sizeof exports);
}

/* The code of the one function, without locals; its end is put behind. */
static void put_code(struct text *t, const struct text *code)
{
    struct text *body = calloc(1, sizeof *body);
    put_number(body, 1);
    put_number(body, code->length + 2);
    put_byte(body, 0);
    put(body, code->bytes, code->length);
    put_byte(body, 0x0b);
    put_part(t, 10, body->bytes, body->length);
    free(body);
}

typedef void bomb_fn(struct text *t, struct text *code, uint32_t size);

static void end_run(struct text *t, struct text *code)
{
    put_export(t);
    put_code(t, code);
}

/* loop ... loop: one within the other. */
static void nested_loops(struct text *t, struct text *code, uint32_t size)
{
    begin_run(t);
    for (uint32_t i = 0; i < size; i++) {
        put(code, (const uint8_t[]){0x03, 0x40}, 2);
    }
    put(code, (const uint8_t[]){0x0c, 0}, 2); /* br 0 */
    for (uint32_t i = 0; i < size; i++) {
        put_byte(code, 0x0b);
    }
    put(code, (const uint8_t[]){0x20, 0}, 2);
    end_run(t, code);
}

/* br_table with as many ways as that, all the same. */
static void many_ways(struct text *t, struct text *code, uint32_t size)
{
    begin_run(t);
    put(code, (const uint8_t[]){0x20, 0, 0x20, 0, 0x0e}, 5);
    put_number(code, size);
    for (uint32_t i = 0; i <= size; i++) {
        put_byte(code, 0);
    }
    end_run(t, code);
}

/* The operands of as many additions, all on the stack. */
static void high_stack(struct text *t, struct text *code, uint32_t size)
{
    begin_run(t);
    put(code, (const uint8_t[]){0x20, 0}, 2);
    for (uint32_t i = 0; i < size; i++) {
        put(code, (const uint8_t[]){0x20, 0}, 2);
    }
    for (uint32_t i = 0; i < size; i++) {
        put_byte(code, 0x6a);
    }
    end_run(t, code);
}

/* memory.grow by so many pages, until it is stopped. */
static void greedy_memory(struct text *t, struct text *code, uint32_t size)
{
    static const uint8_t memory[] = {1, 0, 1};
    begin_run(t);
    put_part(t, 5, memory, sizeof memory);
    put(code, (const uint8_t[]){0x03, 0x40, 0x41}, 3);
    put_number(code, size & 0x3f);
    put(code, (const uint8_t[]){0x40, 0, 0x1a, 0x0c, 0, 0x0b, 0x20, 0}, 8);
    end_run(t, code);
}

/* memory.fill or memory.copy of a page, over and over: one instruction, much work. */
static void wide_fill(struct text *t, struct text *code, uint32_t size)
{
    static const uint8_t memory[] = {1, 0, 8};
    begin_run(t);
    put_part(t, 5, memory, sizeof memory);
    put(code, (const uint8_t[]){0x03, 0x40, 0x41, 0, 0x41, 0, 0x41}, 7);
    put_number(code, size); /* never negative: below 2^20 with a leading zero bit */
    if (size % 2 == 0) {
        put(code, (const uint8_t[]){0xfc, 0x0b, 0}, 3);
    } else {
        put(code, (const uint8_t[]){0xfc, 0x0a, 0, 0}, 4);
    }
    put(code, (const uint8_t[]){0x0c, 0, 0x0b, 0x20, 0}, 5);
    end_run(t, code);
}

/* As many functions, types, globals, exports or a name as long. */
static void many_things(struct text *t, struct text *code, uint32_t size, unsigned id,
                        const uint8_t *one, size_t length)
{
    struct text *part = calloc(1, sizeof *part);
    put_number(part, size);
    for (uint32_t i = 0; i < size; i++) {
        put(part, one, length);
    }
    begin_run(t);
    put_part(t, id, part->bytes, part->length);
    put(code, (const uint8_t[]){0x20, 0}, 2);
    end_run(t, code);
    free(part);
}

static void many_globals(struct text *t, struct text *code, uint32_t size)
{
    many_things(t, code, size, 6, (const uint8_t[]){0x7e, 1, 0x42, 0, 0x0b}, 5);
}

static void many_memories(struct text *t, struct text *code, uint32_t size)
{
    many_things(t, code, size, 5, (const uint8_t[]){0, 1}, 2);
}

static void many_tables(struct text *t, struct text *code, uint32_t size)
{
    many_things(t, code, size, 4, (const uint8_t[]){0x70, 0, 1}, 3);
}

/* A part that says more than it has. */
static void empty_promise(struct text *t, struct text *code, uint32_t size)
{
    struct text *part = calloc(1, sizeof *part);
    begin(t);
    put_number(part, UINT32_MAX - size);
    put_part(t, 1 + size % 12, part->bytes, part->length);
    put(code, (const uint8_t[]){0x20, 0}, 2);
    end_run(t, code);
    free(part);
}

/* A memory whose only segment lies at its end, or beyond it. */
static void far_data(struct text *t, struct text *code, uint32_t size)
{
    static const uint8_t memory[] = {1, 1, 1, 1};
    struct text *data = calloc(1, sizeof *data);
    put(data, (const uint8_t[]){1, 0, 0x41}, 3);
    put_number(data, size);
    put(data, (const uint8_t[]){0x0b, 4, 1, 2, 3, 4}, 6);
    begin_run(t);
    put_part(t, 5, memory, sizeof memory);
    put_export(t);
    put(code, (const uint8_t[]){0x20, 0}, 2);
    put_code(t, code);
    put_part(t, 11, data->bytes, data->length);
    free(data);
}

/* It calls itself. */
static void endless_descent(struct text *t, struct text *code, uint32_t size)
{
    begin_run(t);
    for (uint32_t i = 0; i < size; i++) {
        put(code, (const uint8_t[]){0x20, 0, 0x10, 0, 0x1a}, 5);
    }
    put(code, (const uint8_t[]){0x20, 0}, 2);
    end_run(t, code);
}

/* A part that nobody reads. */
static void large_custom(struct text *t, struct text *code, uint32_t size)
{
    uint8_t *bytes = malloc(size);
    memset(bytes, 0xff, size);
    memcpy(bytes, "\1x", size < 2 ? size : 2);
    begin_run(t);
    put_export(t);
    put_part(t, 0, bytes, size);
    put(code, (const uint8_t[]){0x20, 0}, 2);
    put_code(t, code);
    free(bytes);
}

static const struct {
    const char *name;
    bomb_fn *make;
    uint32_t size[5];
} bombs[] = {
    {"nested loops", nested_loops, {1, 100, 1000, 10000, 40000}},
    {"many ways", many_ways, {1, 1000, 30000, 100000, 200000}},
    {"high stack", high_stack, {1, 1000, 4000, 20000, 60000}},
    {"greedy memory", greedy_memory, {0, 1, 2, 16, 63}},
    {"wide fill", wide_fill, {8, 8191, 500000, 500001, 524288}},
    {"many globals", many_globals, {1, 1000, 10000, 30000, 50000}},
    {"many memories", many_memories, {2, 3, 100, 10000, 100000}},
    {"many tables", many_tables, {2, 3, 100, 10000, 80000}},
    {"empty promise", empty_promise, {0, 1, 2, 3, 4}},
    {"empty promise of", empty_promise, {5, 6, 8, 9, 10}},
    {"far data", far_data, {0, 60, 0xffff, 0x10000, 0x7fffffff}},
    {"endless descent", endless_descent, {1, 2, 100, 1000, 30000}},
    {"large custom", large_custom, {1, 100, 10000, 100000, 200000}},
};

Test(wasm_mutants, bombs_go_off_within_their_limits)
{
    struct execute_runner *e = make();
    struct text *t = calloc(1, sizeof *t);
    struct text *code = calloc(1, sizeof *code);
    const long before = resident_kib();
    struct tally tally = {0, 0};
    for (size_t b = 0; b < sizeof bombs / sizeof bombs[0]; b++) {
        for (size_t i = 0; i < 5; i++) {
            char name[64];
            t->length = 0;
            code->length = 0;
            bombs[b].make(t, code, bombs[b].size[i]);
            (void)snprintf(name, sizeof name, "%s %u", bombs[b].name, bombs[b].size[i]);
            survive(e, name, t->bytes, t->length, &tally);
            check_host(e);
        }
    }
    cr_assert_lt(resident_kib() - before, GROWTH_MAX_KIB);
    free(code);
    free(t);
    execute_destroy(e);
}
