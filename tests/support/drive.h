/*
 * drive.h - a model driven through its table, as the program does it: for tests that look at what
 * a run comes to.
 */
#ifndef TESTS_SUPPORT_DRIVE_H
#define TESTS_SUPPORT_DRIVE_H

#include "models/model.h"

/*
 * One replication, counted from 1, advanced so many events at a time (0: all at once). *result
 * is filled in and ends with drive_forget(). Every failure fails the test.
 */
void drive_model(const struct model *m, const struct model_head *head, const void *config,
                 uint32_t replication, uint64_t events, const struct model_listener *listener,
                 struct model_result *result);
/* The first replication at once, of work that draw() has made. */
void drive_drawn(const struct model *m, const struct model_head *head, const void *config,
                 const void *work, struct model_result *result);
/* The bins of the series "energy" add up to the measure energy_j, but for their rounding. */
void drive_expect_energy_over_time(const struct model *m, const struct model_result *result);
void drive_forget(struct model_result *result);

#endif
