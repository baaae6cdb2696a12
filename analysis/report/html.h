/*
 * html.h - text that is safe inside a page.
 *
 *     html_put(to, "<td class=\"text\">%</td>", name);
 *
 * A template is ours and written as it is; what fills it is anybody's and is
 * escaped, for elements and for quoted attributes alike. JSON is escaped so that
 * no text can end the script element that holds it. Bytes that are not UTF-8, and
 * control characters that no page may hold, become U+FFFD.
 *
 * Errors: those of the stream; look at ferror() at the end.
 */
#ifndef ANALYSIS_REPORT_HTML_H
#define ANALYSIS_REPORT_HTML_H

#include <stdio.h>

#include "sim/engine/base.h"

/* Writes the template with each '%' replaced by the next argument, a const char *, escaped. */
void html_put(FILE *to, const char *template, ...);

void html_text(FILE *to, const char *text);

/* The same text as a cell of CSV, quoted where it has to be. */
void html_csv(FILE *to, const char *text);

/* A JSON string with its quotes. */
void html_json_string(FILE *to, const char *text);

/* A JSON number of seven digits at most; null for NaN and infinities. */
void html_json_number(FILE *to, double value);

#endif
