/*
 * paper_page.h - the papers of several systems as one page, a tab each. Internal to the paper verb.
 *
 * Ownership: tables, pictures and what they are of belong to the caller.
 */
#ifndef SIM_RESULTS_PAPER_PAGE_H
#define SIM_RESULTS_PAPER_PAGE_H

#include "analysis/report/drawn.h"
#include "analysis/report/measured.h"
#include "sim/results/paper.h"

/* Where a key's default is from, by the words in which its model says so. */
enum paper_origin {
    PAPER_ORIGIN_READ,    /* names a place of the paper */
    PAPER_ORIGIN_PUBLIC,  /* in its authors' public files */
    PAPER_ORIGIN_FITTED,  /* so that a number comes out */
    PAPER_ORIGIN_SILENT,  /* the paper is silent: a reading of it */
    PAPER_ORIGIN_ASSUMED, /* by us */
    PAPER_ORIGINS
};
enum paper_origin paper_origin_of(const char *source);

/* Of one result: a merged sweep has one, whatever its points. */
struct paper_pictures {
    const struct paper_result *of;
    struct drawn_all drawn;
    struct measured measured;
};

/* One model with all its results. */
struct paper_tab {
    const struct model *model;
    struct paper_result *result; /* the first; others behind it */
    struct paper_table table;
    struct paper_pictures *pictures;
    size_t pictures_count;
};

/* SIM_ERR_NOMEM; a failed stream shows in ferror(). */
SIM_MUST_CHECK enum sim_status paper_put_page(FILE *to, const struct paper_tab *tab, size_t tabs);

#endif
