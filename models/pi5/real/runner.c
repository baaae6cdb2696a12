#include "models/pi5/real/runner.h"

#include "runtime-replay/host_clock.h"
#include "runtime-replay/processes/crew.h"
#include "runtime-replay/trials/kernel.h"

enum { EXIT_WELL = 0, EXIT_BY_HAND = 2 };
/* What a task's runtime may hold beside the memory that it is said to have. */
enum { ROOM_BYTES = 4 << 20 };

struct runner {
    struct process_line line;
    int processor; /* last seen */
    uint32_t migrations;
};

static void look(struct runner *r)
{
    const int now = crew_processor();
    r->migrations += now != r->processor;
    r->processor = now;
}

static void place(struct runner *r, struct runner_word *word)
{
    int processor = 0;
    const bool is_so = word->n == 1 ? crew_pin(word->worker, &processor) : crew_unpin();
    word->kind = RUNNER_PLACED;
    word->n = is_so ? 1 : 0;
    r->migrations = 0;
    r->processor = crew_processor();
}

static void run(struct runner *r, struct runner_word *word)
{
    struct kernel k;
    struct wasm_error error;
    enum sim_status status = kernel_load(&k, word->work, (size_t)word->bytes + ROOM_BYTES, &error);
    word->digest = 0;
    for (uint32_t i = 0; i < word->rounds && status == SIM_OK; i++) {
        uint32_t answer = 0;
        look(r);
        status = kernel_run(&k, word->task * 65536 + i, word->n, i == 0 ? word->bytes : 0, &answer,
                            &error);
        word->digest = word->digest * 31 + answer;
    }
    kernel_unload(&k);
    word->kind = status == SIM_OK ? RUNNER_DONE : RUNNER_FAILED;
    word->migrations = r->migrations;
}

int runner_main(void)
{
    struct runner r = {0};
    struct runner_word word;
    size_t length = 0;
    if (!process_line_inherit(&r.line)) {
        return EXIT_BY_HAND;
    }
    while (process_line_take_order(&r.line, &word, sizeof word, -1, &length) == SIM_OK &&
           length == sizeof word &&
           (word.kind == RUNNER_PLACE || (word.kind == RUNNER_RUN && word.work < KERNELS))) {
        if (word.kind == RUNNER_PLACE) {
            place(&r, &word);
        } else {
            run(&r, &word);
        }
        if (process_line_order(&r.line, &word, sizeof word) != SIM_OK) {
            break;
        }
    }
    return EXIT_WELL;
}
