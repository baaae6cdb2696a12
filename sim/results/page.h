/*
 * page.h - a result as one HTML page: the work of the report verb.
 */
#ifndef SIM_RESULTS_PAGE_H
#define SIM_RESULTS_PAGE_H

#include "sim/engine/base.h"

/* What the user asks for. Texts are not owned. */
struct page_request {
    const char *database;
    const char *out; /* NULL: beside the database */
    const char *by;  /* the number that a sweep is ranked by; NULL: the model's first */
    bool incomplete, json;
    bool force; /* for scripts: an earlier page is replaced also without it */
    bool open;  /* shown by the desktop's browser, if it has one */
};

/* Writes the page and prints its name. Exit code. */
SIM_MUST_CHECK int page_write(const struct page_request *request);

#endif
