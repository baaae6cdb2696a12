/*
 * schema.h - registries for tests of the language: one with a model's keys alone, none of its code,
 * and SHA-256 as the program has it.
 */
#ifndef TESTS_SUPPORT_SCHEMA_H
#define TESTS_SUPPORT_SCHEMA_H

#include "scenarios/language/scenario.h"

/* nimblenet, then "toy", whose config is below. */
extern const struct scenario_registry schema_registry;
extern const struct scenario_schema schema_nimblenet;
extern const struct scenario_schema schema_toy;

/* One of each kind that nimblenet has none of. */
struct schema_toy_config {
    struct scenario_list capacity; /* of uint32_t; repeats */
    struct scenario_list names;    /* of char *; each */
    struct scenario_list delay_ns; /* of struct dist; repeats */
    struct scenario_list tables;   /* of struct scenario_file; each */
    int64_t sleep_ns;              /* 0: none */
    double power_w, per_bit_j, share;
};

/* A mistake as the user reads it; of the last call. "" behind the last one. */
const char *schema_line(const struct scenario_errors *errors, size_t index);

/* What scenario_print() writes. The caller frees it. */
char *schema_printed(const struct scenario *s);

/* The config of a variant. */
#define SCHEMA_CONFIG(s, i) ((const struct nimblenet_config *)(s)->variant[i].config)
#define SCHEMA_TOY(s, i) ((const struct schema_toy_config *)(s)->variant[i].config)

/* Of a key that takes a list, one a node. */
#define FIRST_OF(type, list) (*(const type *)(list).item)

#endif
