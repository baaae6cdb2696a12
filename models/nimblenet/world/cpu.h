/*
 * cpu.h - the simulated executor: how long a tasklet runs before its next word.
 *
 * A tasklet loads, runs its segment, is suspended and calls a sub-tasklet, is
 * resumed, runs its next segment, and so on. The node core decides who runs; the cpu only knows
 * where each tasklet on a call's stack has got to, and when it will speak next.
 *
 * Units: nanoseconds. Ownership: works in memory handed to cpu_init().
 */
#ifndef MODELS_NIMBLENET_WORLD_CPU_H
#define MODELS_NIMBLENET_WORLD_CPU_H

#include "models/nimblenet/core/catalogue.h"

/* What a tasklet costs beyond its own work. */
struct cpu_cost {
    sim_time load_ns;    /* its start on the executor */
    sim_time suspend_ns; /* before each of its calls */
    sim_time resume_ns;  /* return to it after each of its calls */
};

/* Run times beside the catalogue: tasklet i's segments start at first_call + i. */
struct cpu_program {
    const struct catalogue *catalogue;
    const sim_time *segment_ns;
    const struct cpu_cost *cost; /* a tasklet each */
};

/* One tasklet on a call's stack. */
struct cpu_frame {
    uint32_t tasklet;
    uint32_t calls_made;
};

/* What runs for one slot. */
struct cpu_slot {
    sim_time
        event_due;  /* the world keeps it here: of the latest event that has its word heard, + 1 */
    uint32_t level; /* of the tasklet that runs */
    struct cpu_frame frame[]; /* catalogue.depth levels */
};

struct cpu {
    const struct cpu_program *program;
    unsigned char *slots;
    size_t apart;     /* bytes from one to the next */
    sim_time busy_ns; /* computed, by all executors together, segments under way whole */
};

/* Of one slot; a multiple of 8. */
size_t cpu_slot_bytes(const struct cpu_program *program);

/* slots: zeroed, aligned to 8; one begins every apart bytes, between which other things may lie. */
void cpu_init(struct cpu *c, const struct cpu_program *program, void *slots, size_t apart);

/*
 * The node said NODE_RUN or NODE_RESUME: the time until the tasklet's next word. All of it is
 * added to busy_ns; what of it lies behind the run's end, the caller takes off again.
 */
sim_time cpu_run(struct cpu *c, uint32_t slot, uint32_t level, uint32_t tasklet);
sim_time cpu_resume(struct cpu *c, uint32_t slot, uint32_t level);

static inline struct cpu_slot *cpu_slot_at(const struct cpu *c, uint32_t slot)
{
    return (struct cpu_slot *)(void *)(c->slots + slot * c->apart);
}

static inline struct cpu_frame *cpu_frame_at(const struct cpu *c, uint32_t slot, uint32_t level)
{
    return &cpu_slot_at(c, slot)->frame[level];
}

/* Of what runs for a slot, its own work until its next word. */
sim_time cpu_segment_ns(const struct cpu *c, uint32_t slot);

/* The tasklet that runs for a slot, whose word is the next. */
static inline uint32_t cpu_runs(const struct cpu *c, uint32_t slot)
{
    const struct cpu_slot *s = cpu_slot_at(c, slot);
    return s->frame[s->level].tasklet;
}

/* That word, once the time is over: the sub-tasklet that it calls, or CPU_FINISHED. */
#define CPU_FINISHED UINT32_MAX
uint32_t cpu_speak(struct cpu *c, uint32_t slot);

#endif
