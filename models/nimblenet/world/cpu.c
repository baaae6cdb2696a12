#include "models/nimblenet/world/cpu.h"

size_t cpu_slot_bytes(const struct cpu_program *program)
{
    const size_t frames = program->catalogue->depth * sizeof(struct cpu_frame);
    return (offsetof(struct cpu_slot, frame) + frames + 7) & ~(size_t)7;
}

void cpu_init(struct cpu *c, const struct cpu_program *program, void *slots, size_t apart)
{
    ASSERT(slots != NULL && program->catalogue->depth > 0 && apart >= cpu_slot_bytes(program));
    *c = (struct cpu){.program = program, .slots = slots, .apart = apart};
}

/* Of the tasklet that runs for a slot. */
static struct cpu_frame *top_of(const struct cpu *c, uint32_t slot)
{
    struct cpu_slot *s = cpu_slot_at(c, slot);
    return &s->frame[s->level];
}

/* The next segment, behind what led to it and with the suspension that ends all but the last. */
static sim_time run_segment(struct cpu *c, const struct cpu_frame *f, sim_time before_ns)
{
    ASSERT(before_ns >= 0 && f->tasklet < c->program->catalogue->count);
    const struct tasklet *t = &c->program->catalogue->tasklet[f->tasklet];
    const uint32_t segment = t->first_call + f->tasklet + f->calls_made;
    const sim_time after_ns =
        f->calls_made < t->call_count ? c->program->cost[f->tasklet].suspend_ns : 0;
    const sim_time time = before_ns + c->program->segment_ns[segment] + after_ns;
    c->busy_ns += time;
    return time;
}

sim_time cpu_run(struct cpu *c, uint32_t slot, uint32_t level, uint32_t tasklet)
{
    ASSERT(level < c->program->catalogue->depth);
    struct cpu_slot *s = cpu_slot_at(c, slot);
    s->level = level;
    s->frame[level] = (struct cpu_frame){.tasklet = tasklet};
    return run_segment(c, &s->frame[level], c->program->cost[tasklet].load_ns);
}

sim_time cpu_resume(struct cpu *c, uint32_t slot, uint32_t level)
{
    ASSERT(level < c->program->catalogue->depth);
    struct cpu_slot *s = cpu_slot_at(c, slot);
    s->level = level;
    const struct cpu_frame *f = &s->frame[level];
    return run_segment(c, f, c->program->cost[f->tasklet].resume_ns);
}

sim_time cpu_segment_ns(const struct cpu *c, uint32_t slot)
{
    const struct cpu_frame *f = top_of(c, slot);
    const struct tasklet *t = &c->program->catalogue->tasklet[f->tasklet];
    return c->program->segment_ns[t->first_call + f->tasklet + f->calls_made];
}

uint32_t cpu_speak(struct cpu *c, uint32_t slot)
{
    struct cpu_frame *f = top_of(c, slot);
    const struct tasklet *t = &c->program->catalogue->tasklet[f->tasklet];
    ASSERT(f->calls_made <= t->call_count);
    if (f->calls_made == t->call_count) {
        return CPU_FINISHED;
    }
    return c->program->catalogue->call[t->first_call + f->calls_made++];
}
