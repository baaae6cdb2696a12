#include "sim/terminal/progress.h"

#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "sim/terminal/message.h"

static const int64_t second_ns = 1000000000;
static const int64_t redraw_ns = 100000000; /* ten times a second is as smooth as eyes need */

/* When plain lines appear, in seconds since the start; then every 60. */
static const int64_t line_after_s[] = {1, 2, 5, 10, 30, 60};
enum { LINE_COUNT = sizeof line_after_s / sizeof line_after_s[0] };
static const int64_t line_then_s = 60;

static int64_t host_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * second_ns + t.tv_nsec;
}

void progress_begin(struct progress *p, const char *label, double total)
{
    progress_begin_on(p, label, total, stderr,
                      message_is_terminal(stderr) ? PROGRESS_BAR : PROGRESS_LINES, host_ns);
}

void progress_begin_on(struct progress *p, const char *label, double total, FILE *to,
                       enum progress_style style, progress_clock *clock)
{
    ASSERT(total >= 0);
    *p = (struct progress){
        .to = to,
        .label = label,
        .total = total,
        .style = style,
        .coloured = message_has_colour(to),
        .clock = clock,
        .start_ns = clock(),
    };
    p->next_ns = p->start_ns + second_ns;
}

/* ---- texts ---- */

/* A rate in a few characters: 950, 12.3k, 4.56M, 1.20G. */
static void format_rate(char *text, size_t size, double per_s)
{
    static const char *const unit[] = {"", "k", "M", "G", "T"};
    size_t power = 0;
    while (per_s >= 999.5 && power < 4) {
        per_s /= 1000;
        power++;
    }
    int decimals = power == 0 || per_s >= 99.95 ? 0 : per_s >= 9.995 ? 1 : 2;
    snprintf(text, size, "%.*f%s", decimals, per_s, unit[power]);
}

/* 42 s, 3:05, 2:10:00. */
static void format_duration(char *text, size_t size, double seconds)
{
    if (!(seconds < 360000)) { /* a hundred hours; also NaN and infinity */
        snprintf(text, size, "long");
        return;
    }
    int s = (int)ceil(seconds);
    if (s < 60) {
        snprintf(text, size, "%d s", s);
    } else if (s < 3600) {
        snprintf(text, size, "%d:%02d", s / 60, s % 60);
    } else {
        snprintf(text, size, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    }
}

static double share_of(const struct progress *p, double done)
{
    if (!(p->total > 0)) {
        return 0;
    }
    double share = done / p->total;
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

/* " 42 %  1.20M events/s  12 s left", as far as there is something to say. */
static void format_facts(char *text, size_t size, const struct progress *p, double share,
                         uint64_t events, int64_t elapsed_ns)
{
    double elapsed_s = (double)elapsed_ns / (double)second_ns;
    char rate[16] = "";
    char left[16] = "?";
    if (share > 0) {
        format_duration(left, sizeof left, elapsed_s * (1 - share) / share);
    }
    if (events > 0) {
        format_rate(rate, sizeof rate, (double)events / elapsed_s);
    }
    if (p->total > 0) {
        snprintf(text, size, "%3d %%%s%s%s  %s left", (int)(share * 100), events > 0 ? "  " : "",
                 rate, events > 0 ? " events/s" : "", left);
    } else {
        snprintf(text, size, "%s%s", rate, events > 0 ? " events/s" : "...");
    }
}

/* ---- the two styles ---- */

static int terminal_columns(FILE *to)
{
    struct winsize size;
    if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return 80;
}

/* Wipes the line, then writes label, bar and facts; the bar gives way on a narrow terminal. */
static void draw_bar(struct progress *p, double share, const char *facts)
{
    enum { BAR_MAX = 30, BAR_MIN = 5 };
    char line[256];
    int length = snprintf(line, sizeof line, "%s  %s", p->label, facts);
    int columns = terminal_columns(p->to);
    int room = columns - 1 - length - 4; /* brackets and spaces; the last column wraps */
    int bar = room > BAR_MAX ? BAR_MAX : room;

    fputs("\r\x1b[K", p->to);
    if (p->total > 0 && bar >= BAR_MIN) {
        int full = (int)(share * bar);
        static const char hashes[] = "##############################";
        static const char dots[] = "..............................";
        fprintf(p->to, "%s  %s[%.*s%.*s]%s %s", p->label, p->coloured ? "\x1b[32m" : "", full,
                hashes, bar - full, dots, p->coloured ? "\x1b[0m" : "", facts);
    } else {
        fprintf(p->to, "%.*s", columns - 1, line);
    }
    p->drawn = true;
}

static int64_t next_line_ns(struct progress *p, int64_t now_ns)
{
    int64_t next_ns;
    do { /* a slow caller skips the moments that it missed */
        p->interval++;
        next_ns = p->interval < LINE_COUNT
                      ? line_after_s[p->interval]
                      : line_after_s[LINE_COUNT - 1] +
                            line_then_s * (int64_t)(p->interval - (LINE_COUNT - 1));
        next_ns = p->start_ns + next_ns * second_ns;
    } while (next_ns <= now_ns);
    return next_ns;
}

void progress_update(struct progress *p, double done, uint64_t events)
{
    if (p->style == PROGRESS_SILENT) {
        return;
    }
    int64_t now_ns = p->clock();
    if (now_ns < p->next_ns) {
        return;
    }
    char facts[96];
    double share = share_of(p, done);
    format_facts(facts, sizeof facts, p, share, events, now_ns - p->start_ns);
    switch (p->style) {
    case PROGRESS_BAR:
        draw_bar(p, share, facts);
        p->next_ns = now_ns + redraw_ns;
        break;
    case PROGRESS_LINES:
        fprintf(p->to, "%s: %s\n", p->label, facts + strspn(facts, " "));
        p->next_ns = next_line_ns(p, now_ns);
        break;
    case PROGRESS_SILENT:
        break;
    }
    fflush(p->to);
}

void progress_finish(struct progress *p)
{
    if (p->drawn) {
        fputs("\r\x1b[K", p->to);
        fflush(p->to);
        p->drawn = false;
    }
    p->style = PROGRESS_SILENT;
}
