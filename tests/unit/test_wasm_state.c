/*
 * Saved states that are not what they were: each flipped byte, each missing one, another module's,
 * and such as were forged with the right digest. Refused, with the host and the module unharmed.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/wasm/wasm_host.h"
#include "sim/engine/digest.h"
#include "tests/support/runtime.h"
#include "tests/support/tasklets.h"

static const struct wasm_host_limits limits = {(size_t)1 << 20, 8192};

static struct wasm_host *make_host(void)
{
    need_runtime();
    struct wasm_host *host = NULL;
    cr_assert_eq(wasm_host_create(&host, &limits), SIM_OK);
    return host;
}

static struct wasm_instance *make_instance(struct wasm_host *host, const char *name)
{
    const struct execute_binary m = tasklets_binary(name);
    struct wasm_instance *w = NULL;
    struct wasm_error error;
    cr_assert_eq(wasm_instance_create(&w, host, m.bytes, m.length, &error), SIM_OK, "%s",
                 error.text);
    return w;
}

static enum wasm_answer suspend(void *context, struct wasm_instance *w, struct wasm_call *call)
{
    (void)context;
    (void)w;
    (void)call;
    return WASM_SUSPENDED;
}

struct state {
    uint8_t *bytes; /* of malloc's */
    size_t length;
};

/* At the first sub-call. */
static struct state save(struct wasm_host *host, const char *name)
{
    struct wasm_instance *w = make_instance(host, name);
    struct wasm_run run = {.left = 1000000, .call = suspend};
    const uint32_t argument[WASM_CELLS_MAX] = {7};
    cr_assert_eq(wasm_instance_run(w, argument, &run), WASM_LEFT, "%s", run.error.text);
    struct state s;
    uint8_t *taken = wasm_instance_take_state(w, &s.length);
    s.bytes = malloc(s.length);
    memcpy(s.bytes, taken, s.length);
    wasm_host_free(taken);
    wasm_instance_destroy(w);
    return s;
}

/* Goes on from a state to the next sub-call, with so many instructions at most. */
static enum sim_status resume(struct wasm_host *host, const char *name, const uint8_t *bytes,
                              size_t length, uint64_t left, struct wasm_run *run,
                              enum wasm_end *end)
{
    uint8_t *copy = malloc(length > 0 ? length : 1); /* a byte too far is seen */
    memcpy(copy, bytes, length);
    struct wasm_instance *w = make_instance(host, name);
    *run = (struct wasm_run){.left = left, .call = suspend};
    const uint32_t result[2] = {15, 0};
    const enum sim_status status = wasm_instance_resume(w, copy, length, result, run, end);
    wasm_instance_destroy(w);
    cr_assert_eq(wasm_host_held_bytes(host), 0);
    free(copy);
    return status;
}

static void check_refused(struct wasm_host *host, const char *name, const uint8_t *bytes,
                          size_t length)
{
    struct wasm_run run;
    enum wasm_end end;
    cr_assert_eq(resume(host, name, bytes, length, 1000, &run, &end), SIM_ERR_INVALID);
    cr_assert_str_eq(run.error.text, "these bytes are no saved state of this module");
}

static enum sim_status check(struct wasm_host *host, const char *name, const struct state *s)
{
    struct wasm_instance *w = make_instance(host, name);
    struct wasm_error error;
    const enum sim_status status = wasm_instance_check_state(w, s->bytes, s->length, &error);
    wasm_instance_destroy(w);
    return status;
}

static void check_good(struct wasm_host *host, const char *name, const struct state *s)
{
    struct wasm_run run;
    enum wasm_end end;
    cr_assert_eq(resume(host, name, s->bytes, s->length, 1000000, &run, &end), SIM_OK);
    cr_assert_eq(end, WASM_LEFT, "%s", run.error.text);
}

Test(wasm_state, a_host_is_there_where_the_runtime_is)
{
    struct wasm_host *host = NULL;
    cr_assert_eq(wasm_host_create(&host, &limits),
                 wasm_host_is_available() ? SIM_OK : SIM_ERR_NOTFOUND);
    wasm_host_destroy(host);
}

static const char *const names[] = {"chain", "globals", "recursion", "memory"};
enum { NAMES = sizeof names / sizeof names[0] };

Test(wasm_state, no_byte_may_be_another)
{
    struct wasm_host *host = make_host();
    for (size_t n = 0; n < NAMES; n++) {
        struct state s = save(host, names[n]);
        check_good(host, names[n], &s);
        for (size_t i = 0; i < s.length; i++) {
            for (unsigned bit = 0; bit < 8; bit += 3) {
                s.bytes[i] ^= (uint8_t)(1U << bit);
                check_refused(host, names[n], s.bytes, s.length);
                s.bytes[i] ^= (uint8_t)(1U << bit);
            }
        }
        check_good(host, names[n], &s);
        free(s.bytes);
    }
    wasm_host_destroy(host);
}

Test(wasm_state, no_byte_may_be_missing_or_added)
{
    struct wasm_host *host = make_host();
    for (size_t n = 0; n < NAMES; n++) {
        struct state s = save(host, names[n]);
        for (size_t length = 0; length < s.length; length++) {
            check_refused(host, names[n], s.bytes, length);
        }
        s.bytes = realloc(s.bytes, s.length + 1);
        s.bytes[s.length] = 0;
        check_refused(host, names[n], s.bytes, s.length + 1);
        free(s.bytes);
    }
    wasm_host_destroy(host);
}

Test(wasm_state, another_modules_state_is_refused)
{
    struct wasm_host *host = make_host();
    struct state s = save(host, "chain");
    check_refused(host, "globals", s.bytes, s.length);
    check_refused(host, "deeper", s.bytes, s.length);
    free(s.bytes);
    wasm_host_destroy(host);
}

static void seal(struct state *s)
{
    const uint64_t digest = digest_finish(digest_bytes(DIGEST_START, s->bytes, s->length - 8));
    for (size_t i = 0; i < 8; i++) {
        s->bytes[s->length - 8 + i] = (uint8_t)(digest >> (8 * i));
    }
}

/*
 * Each word of its head and frames set to what lies outside, and the digest set right. A value of
 * an operand may be any; all else is refused, or does no harm before the next instruction.
 */
Test(wasm_state, no_forged_word_leads_outside)
{
    static const uint32_t forged[] = {0,          1,          0x7fff,         0xffff,    0x10000,
                                      0x7fffffff, 0x80000000, UINT32_MAX - 1, UINT32_MAX};
    struct wasm_host *host = make_host();
    for (size_t n = 0; n < NAMES; n++) {
        struct state s = save(host, names[n]);
        size_t refused = 0;
        for (size_t at = 16; at + 12 <= s.length; at += 4) {
            uint8_t kept[4];
            memcpy(kept, s.bytes + at, 4);
            for (size_t f = 0; f < sizeof forged / sizeof forged[0]; f++) {
                struct wasm_run run;
                enum wasm_end end;
                memcpy(s.bytes + at, &forged[f], 4);
                seal(&s);
                const enum sim_status status =
                    resume(host, names[n], s.bytes, s.length, 0, &run, &end);
                refused += status != SIM_OK;
                cr_assert(status == SIM_ERR_INVALID || status == SIM_ERR_FULL ||
                          end == WASM_OUT_OF_BUDGET || end == WASM_TRAPPED);
            }
            memcpy(s.bytes + at, kept, 4);
        }
        seal(&s);
        cr_assert_gt(refused, 50);
        check_good(host, names[n], &s);
        free(s.bytes);
    }
    wasm_host_destroy(host);
}

/* Every state that a tasklet leaves, from its first sub-call to its last, is one. */
Test(wasm_state, what_a_tasklet_leaves_is_sound)
{
    static const struct {
        const char *name;
        size_t states;
    } tasklet[] = {{"chain", 18}, {"globals", 2}, {"recursion", 10}, {"memory", 4}, {"floats", 2},
                   {"wide", 4},   {"several", 2}, {"nests", 12},     {"many", 2}};
    struct wasm_host *host = make_host();
    for (size_t t = 0; t < sizeof tasklet / sizeof tasklet[0]; t++) {
        struct state s = save(host, tasklet[t].name);
        size_t states = 0;
        for (enum wasm_end end = WASM_LEFT; end == WASM_LEFT; states++) {
            cr_assert_eq(check(host, tasklet[t].name, &s), SIM_OK, "%s, %zu", tasklet[t].name,
                         states);
            struct wasm_instance *w = make_instance(host, tasklet[t].name);
            struct wasm_run run = {.left = 1000000, .call = suspend};
            const uint32_t result[2] = {(uint32_t)states, 0};
            cr_assert_eq(wasm_instance_resume(w, s.bytes, s.length, result, &run, &end), SIM_OK);
            if (end == WASM_LEFT) {
                uint8_t *taken = wasm_instance_take_state(w, &s.length);
                s.bytes = realloc(s.bytes, s.length);
                memcpy(s.bytes, taken, s.length);
                wasm_host_free(taken);
            }
            wasm_instance_destroy(w);
        }
        cr_assert_geq(states, tasklet[t].states, "%s: %zu", tasklet[t].name, states);
        free(s.bytes);
    }
    wasm_host_destroy(host);
}

/* The words of the frames, but for the cells, admit no other value at all. */
Test(wasm_state, a_frame_stands_where_its_code_says_or_nowhere)
{
    struct wasm_host *host = make_host();
    struct state s = save(host, "recursion");
    /* The head has 36 bytes; a frame: function, instruction, cells, blocks. */
    const size_t frame = 36;
    for (size_t word = 0; word < 4; word++) {
        uint32_t good;
        memcpy(&good, s.bytes + frame + 4 * word, sizeof good);
        for (uint32_t other = 0; other < 300; other++) {
            memcpy(s.bytes + frame + 4 * word, &other, sizeof other);
            seal(&s);
            cr_assert_eq(check(host, "recursion", &s), other == good ? SIM_OK : SIM_ERR_INVALID,
                         "word %zu: %u", word, other);
        }
        memcpy(s.bytes + frame + 4 * word, &good, sizeof good);
    }
    seal(&s);
    cr_assert_eq(check(host, "recursion", &s), SIM_OK);
    free(s.bytes);
    wasm_host_destroy(host);
}

Test(wasm_state, a_stack_too_small_for_it_is_told)
{
    struct wasm_host *host = make_host();
    struct state s = save(host, "recursion");
    for (uint32_t stack = 4; stack < 8192; stack += 4) {
        const struct wasm_host_limits small = {(size_t)1 << 20, stack};
        struct wasm_host *h = NULL;
        struct wasm_run run;
        enum wasm_end end = WASM_RETURNED;
        cr_assert_eq(wasm_host_create(&h, &small), SIM_OK);
        const enum sim_status status =
            resume(h, "recursion", s.bytes, s.length, 1000000, &run, &end);
        if (status != SIM_OK) {
            cr_assert_eq(status, SIM_ERR_FULL);
            cr_assert_str_eq(run.error.text, "no memory or stack for the saved state");
        } else {
            cr_assert(end == WASM_LEFT || strstr(run.error.text, "stack overflow") != NULL);
            cr_assert_leq(run.left, 1000000);
        }
        wasm_host_destroy(h);
    }
    free(s.bytes);
    wasm_host_destroy(host);
}

/* Nine times the chain calls one tasklet within an if, and one behind it: a block less to save. */
Test(wasm_state, a_run_adds_up_the_bytes_that_it_saves)
{
    enum { BLOCK_BYTES = 16 };
    struct wasm_host *host = make_host();
    const struct state first = save(host, "chain");
    const struct execute_limits limits = execute_limits_default();
    const struct execute_source source = tasklets_source();
    const uint32_t argument = 7;
    struct execute_runner *e = NULL;
    struct execution out;
    cr_assert_eq(execute_create(&e, &limits, &source), SIM_OK);
    cr_assert(execute_run(e, "chain", &argument, 1, EXECUTE_SUSPENDED, &out), "%s", out.error);
    cr_assert_eq(out.suspensions, 18);
    cr_assert_eq(out.state_bytes, 9 * first.length + 9 * (first.length - BLOCK_BYTES));
    execute_destroy(e);
    free(first.bytes);
    wasm_host_destroy(host);
}
