/*
 * chart.h - a picture of a result that no series, distribution or table of entities gives by
 * itself: gains with their intervals, an interaction, who ran where and when.
 *
 * A chart says where its rows come from and how they are drawn. The report and gnuplot draw the
 * same rows. One without rows, as of a result that was not recorded finely enough, is left out.
 *
 * Units: as unit says; times of spans and curves in seconds of simulated time.
 */
#ifndef MODELS_CHART_H
#define MODELS_CHART_H

enum model_picture {
    MODEL_BARS,  /* a group an x, a bar a series */
    MODEL_LINES, /* a line a series; x is a number, or else a word */
    MODEL_HEAT,  /* a cell a value: x are its rows, series its columns */
    MODEL_SPANS, /* from when to when, a lane an x, a colour a series */
};

/*
 * Exactly one of contrast, effect and select is set. The columns of a select:
 *   bars, lines, heat   replication, panel, x, series, value: means over the replications of what
 *                       shares the rest, with intervals; or x, series, value: as they are
 *   spans               panel, lane, kind, from, to
 * A panel is a picture of its own on the scale of the others; '' where there is but one. Panels, x
 * and series are drawn in the order in which they come.
 */
struct model_chart {
    const char *key; /* of files and anchors: small letters, digits, '_' */
    const char *title, *unit;
    const char *about; /* a sentence below it; NULL: none */
    enum model_picture picture;
    int decimals;
    const char *across; /* what x is */
    const char *series; /* what a series is */

    const char *contrast; /* of each variant with the baseline */
    const char *effect;   /* all effects of the model on this measure */
    double scale;         /* of contrast and effect: 100 tells a share in per cent; 0: 1 */
    const char *select;
    const char *needs; /* a table that not every result has; NULL: none */
    const char *over;  /* what the means of a select are over: "rounds"; NULL: replications */

    double level; /* of bars and lines: a line across, where level_words says what it is */
    const char *level_words;

    /* Below each panel of spans: panel, seconds, value from then on, a limit or NULL. */
    const char *curve;
    const char *curve_label;
};

#endif
