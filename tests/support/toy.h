/*
 * toy.h - a model of nothing, with a row in each of a model's tables, and databases of it.
 *
 * Errors: fail the running Criterion test.
 */
#ifndef TESTS_SUPPORT_TOY_H
#define TESTS_SUPPORT_TOY_H

#include "analysis/store/store.h"
#include "models/model.h"

enum toy_measure {
    TOY_CALLS,
    TOY_FAILED,
    TOY_SHARE,
    TOY_RESPONSE,
    TOY_BYTES,
    TOY_WARMUP,
    TOY_MEASURES
};
enum toy_series { TOY_BIN_BYTES, TOY_BIN_DONE, TOY_BIN_RESPONSE, TOY_SERIES };

extern const struct model toy_model;

/* As the store is told of the model. */
const struct store_model *toy_store_model(void);

/* A database of the model in the current folder, to be ended with result_finish(). */
struct store *toy_create(const char *path, const char *scenario);

/*
 * A run whose numbers follow from these. Bins are 10 s; in each one call completes after
 * response_s, and bytes[i % 4] are moved. Of 100 calls so many failed.
 */
struct toy_run {
    int64_t run_id;
    const char *variant;
    uint32_t replication;
    uint64_t work;
    double response_s;
    double failed;
    const int64_t *bytes;
    size_t bins;
    size_t done_bins; /* no call completes from there on; 0: in all bins one does */
};
void toy_put(struct store *store, const struct toy_run *run);

/* The same run as a result in memory; toy_free() it. */
struct model_result toy_result(const struct toy_run *run);
void toy_free(struct model_result *result);

#endif
