/*
 * calibration.h - what the tasklets of a scenario cost on a platform: one row a tasklet.
 *
 * `nimblesim calibrate` measures the rows and writes the table, `nimblesim run` takes the
 * times in it instead of the drawn ones. A row is named by variant, replication
 * (from 1) and tasklet, and holds the hash of the drawn tasklet: times of another seed or
 * another taskset do not pass for these.
 *
 * Units: nanoseconds on the platform, bytes, Wasm instructions.
 * Ownership: a calibration owns its rows and ends with calibration_deinit().
 * Errors: as of tsv.h.
 */
#ifndef RUNTIME_REPLAY_PLATFORMS_CALIBRATION_H
#define RUNTIME_REPLAY_PLATFORMS_CALIBRATION_H

#include <stdio.h>

#include "runtime-replay/platforms/tsv.h"

enum { CALIBRATION_VARIANT_BYTES = 16 };

struct calibration_row {
    char variant[CALIBRATION_VARIANT_BYTES];
    uint32_t replication, tasklet;
    uint64_t hash; /* of the drawn tasklet */
    uint32_t size_bytes;
    uint64_t instructions; /* its own, without what it calls */
    sim_time load_ns;      /* from the binary to the first instruction, and the end */
    sim_time suspend_ns;   /* a sub-call: until the caller's memory is free */
    sim_time resume_ns;    /* a sub-call: from the result to the next instruction */
    uint64_t state_bytes;  /* saved at a sub-call; the mean */
    uint64_t memory_bytes; /* most that the runtime held for it at once */
    uint32_t segments;     /* one more than sub-calls */
    uint32_t line;         /* of the file that it was read from */
    size_t first_segment;  /* into calibration.segment_ns */
};

struct calibration {
    struct calibration_row *row; /* by variant, replication, tasklet */
    size_t count, capacity;
    sim_time *segment_ns;
    size_t segment_count, segment_capacity;
    uint64_t hash; /* FNV-1a-64 of the file's bytes */
};

/* From memory; name stands for the file in messages. */
SIM_MUST_CHECK enum sim_status calibration_parse(struct calibration *c, const char *name,
                                                 const char *text, struct tsv_error *error);
SIM_MUST_CHECK enum sim_status calibration_read(struct calibration *c, const char *name,
                                                const void *bytes, size_t length,
                                                struct tsv_error *error);
void calibration_deinit(struct calibration *c);

/* The row of a tasklet; NULL if there is none. */
const struct calibration_row *calibration_find(const struct calibration *c, const char *variant,
                                               uint32_t replication, uint32_t tasklet);

static inline const sim_time *calibration_segments(const struct calibration *c,
                                                   const struct calibration_row *row)
{
    return &c->segment_ns[row->first_segment];
}

/* What the comments at the head of a table say. Nothing in it depends on clock or host. */
struct calibration_head {
    const char *program;       /* version and commit */
    const char *scenario;      /* its name */
    const char *scenario_hash; /* SHA-256, 64 hexadecimal digits */
    uint64_t seed;
    const char *platform; /* the table's name */
    uint64_t platform_hash;
    const char *mode; /* how sub-calls were made */
};

/* The first lines of a table, then its rows one after the other. */
void calibration_write_head(const struct calibration_head *head, FILE *to);
void calibration_write_row(const struct calibration_row *row, const sim_time *segment_ns, FILE *to);

#endif
