/*
 * Makes the k-th allocation, write, fsync, open ... fail in every verb, and kills it at its k-th
 * call, as SQLite's own tests do. Whatever fails: the program ends with a message and a code of its
 * own, or with the right result. It is never ended by a signal, never says 0 about wrong data,
 * leaves nothing lying about, and keeps what it only read.
 *
 *     faults --program P --library L --folder F [--most N] [--case NAME] [--kind KIND]
 *            [--at K | --and-on K] [--jobs N]
 *
 * --at K and --and-on K (from the K-th on all fail) leave the folder work-0 as it was found.
 * --most N tries N values of k, spread over all of them, for each pair of case and kind; without
 * it, all. Prints TAP, a line a pair.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/faults/cases.h"
#include "tests/faults/snapshot.h"
#include "tests/faults/supervise.h"

enum { PATH_MAX_OURS = 512, COMPLAINTS_SHOWN = 3, SLOW_MOST = 200 };

/* What the command line says. */
static struct {
    const char *program, *library, *folder, *one_case, *one_kind;
    uint64_t most, at;
    unsigned jobs;
    bool lasts; /* with at: and all after it */
} options = {.most = UINT64_MAX, .jobs = 1};

/* How a case ends when nothing fails. */
struct reference {
    struct snapshot before, good;
    uint64_t printed; /* standard output */
    uint64_t seen[FAULT_KINDS];
};

static void die(const char *what, const char *about)
{
    (void)fprintf(stderr, "faults: %s: %s\n", what, about);
    exit(70);
}

/* ---- one try ---- */

struct place { /* of one worker */
    char folder[PATH_MAX_OURS], out[PATH_MAX_OURS], err[PATH_MAX_OURS];
};

static void place_name(struct place *p, unsigned worker)
{
    const int room = PATH_MAX_OURS - 32;
    (void)snprintf(p->folder, sizeof p->folder, "%.*s/work-%u", room, options.folder, worker);
    (void)snprintf(p->out, sizeof p->out, "%.*s/out-%u", room, options.folder, worker);
    (void)snprintf(p->err, sizeof p->err, "%.*s/err-%u", room, options.folder, worker);
}

static void place_fill(const struct place *p)
{
    char inputs[PATH_MAX_OURS];
    (void)snprintf(inputs, sizeof inputs, "%s/inputs", options.folder);
    folder_remove(p->folder);
    folder_copy(inputs, p->folder);
}

static void go(const struct place *p, const char *const *arguments, enum fault_kind kind,
               uint64_t first, uint64_t last, struct supervise_outcome *outcome)
{
    const char *argv[CASE_ARGUMENTS_MAX + 2] = {options.program};
    for (size_t i = 0; i < CASE_ARGUMENTS_MAX && arguments[i] != NULL; i++) {
        argv[i + 1] = arguments[i];
    }
    struct supervise_request request = {.program = options.program,
                                        .library = options.library,
                                        .folder = p->folder,
                                        .out = p->out,
                                        .err = p->err,
                                        .kind = kind,
                                        .first = first,
                                        .last = last};
    memcpy(&request.arguments, &(const char *const *){argv}, sizeof request.arguments);
    supervise(&request, outcome);
}

/* ---- the judgement ---- */

/* What is wrong, in words; "" if nothing is. */
struct verdict {
    char text[512];
};

static void object(struct verdict *v, const char *format, ...)
{
    va_list arguments;
    if (v->text[0] == '\0') {
        va_start(arguments, format);
        (void)vsnprintf(v->text, sizeof v->text, format, arguments);
        va_end(arguments);
    }
}

/* Everything that shall be there is there. */
static void judge_result(const struct reference *r, const struct snapshot *after, struct verdict *v)
{
    for (size_t i = 0; i < r->good.count; i++) {
        const struct snapshot_file *good = &r->good.file[i];
        const struct snapshot_file *is = snapshot_find(after, good->name);
        if (is == NULL) {
            object(v, "0, but %s is not there", good->name);
        } else if (is->print != good->print || is->is_damaged) {
            object(v, "0, but %s holds something else", good->name);
        }
    }
}

/* After an end with 0: everything is as when nothing fails. */
static void judge_success(const struct reference *r, const struct place *p,
                          const struct snapshot *after, struct verdict *v)
{
    judge_result(r, after, v);
    if (snapshot_print_of(p->out) != r->printed) {
        object(v, "0, but something else was printed");
    }
}

/* What SQLite rolls an unfinished result back from, where the disk did not let it. */
static bool is_journal_of(const struct snapshot *s, const char *name)
{
    char of[SNAPSHOT_NAME_MAX];
    const size_t length = strlen(name);
    const size_t suffix = sizeof "-journal" - 1;
    if (length <= suffix || strcmp(name + length - suffix, "-journal") != 0) {
        return false;
    }
    (void)snprintf(of, sizeof of, "%.*s", (int)(length - suffix), name);
    const struct snapshot_file *file = snapshot_find(s, of);
    return file != NULL && file->says_unfinished;
}

/* After a failure, or a kill, each file is what it was, or what it shall be, or says what it is. */
static void judge_files(const struct fault_case *c, const struct reference *r,
                        const struct snapshot *after, bool was_killed, struct verdict *v)
{
    for (size_t i = 0; i < after->count; i++) {
        const struct snapshot_file *is = &after->file[i];
        const struct snapshot_file *was = snapshot_find(&r->before, is->name);
        const struct snapshot_file *good = snapshot_find(&r->good, is->name);
        if (was == NULL && good == NULL && !was_killed && !is_journal_of(after, is->name)) {
            object(v, "left %s", is->name);
        }
        const bool is_right = (was != NULL && is->print == was->print) ||
                              (good != NULL && is->print == good->print) || is->says_unfinished;
        const bool is_half = was_killed && was == NULL && c->grows_in_sight;
        if (!is_right && !is_half && (was != NULL || good != NULL)) {
            object(v, "%s is neither the old nor the new one", is->name);
        }
        if (is->is_damaged && (was != NULL || good != NULL)) {
            object(v, "%s is damaged", is->name);
        }
    }
    for (size_t i = 0; i < r->before.count; i++) {
        if (snapshot_find(after, r->before.file[i].name) == NULL) {
            object(v, "%s is gone", r->before.file[i].name);
        }
    }
}

/* A folder that is as after a success holds nothing besides. */
static void judge_litter(const struct reference *r, const struct snapshot *after, struct verdict *v)
{
    for (size_t i = 0; i < after->count; i++) {
        if (snapshot_find(&r->good, after->file[i].name) == NULL) {
            object(v, "left %s", after->file[i].name);
        }
    }
}

static bool is_code_of_failure(int code)
{
    static const int known[] = {1, 2, 65, 66, 70, 73, 74};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (code == known[i]) {
            return true;
        }
    }
    return false;
}

static void judge_end(const struct fault_case *c, const struct reference *r, const struct place *p,
                      const struct supervise_outcome *outcome, struct verdict *v)
{
    struct snapshot after;
    struct stat err;
    const int code = WIFEXITED(outcome->status) ? WEXITSTATUS(outcome->status) : -1;
    if (outcome->has_hung) {
        object(v, "did not end");
    } else if (outcome->orphaned) {
        object(v, "left processes behind");
    } else if (WIFSIGNALED(outcome->status)) {
        object(v, "ended by signal %d", WTERMSIG(outcome->status));
    }
    snapshot_take(&after, p->folder);
    if (code == 0) {
        judge_success(r, p, &after, v);
        judge_litter(r, &after, v);
        return;
    }
    judge_files(c, r, &after, false, v);
    if (code > 0 && !is_code_of_failure(code)) {
        object(v, "exit code %d", code);
    }
    const bool is_told = (stat(p->err, &err) == 0 && err.st_size > 0) ||
                         (stat(p->out, &err) == 0 && err.st_size > 0); /* validate --json */
    if (!is_told) {
        object(v, "exit code %d without a word", code);
    }
}

/* Whoever was killed is called again, and then all is as if nothing had been. */
static void judge_kill(const struct fault_case *c, const struct reference *r, const struct place *p,
                       const struct supervise_outcome *outcome, struct verdict *v)
{
    struct snapshot after;
    struct supervise_outcome second;
    if (outcome->has_hung || outcome->orphaned) {
        object(v, outcome->has_hung ? "did not end" : "left processes behind");
    }
    snapshot_take(&after, p->folder);
    judge_files(c, r, &after, true, v);
    go(p, c->again[0] != NULL ? c->again : c->arguments, FAULT_NONE, 0, 0, &second);
    if (!WIFEXITED(second.status) || WEXITSTATUS(second.status) != 0) {
        object(v, "called again, it does not end with 0");
        return;
    }
    snapshot_take(&after, p->folder);
    judge_result(r, &after, v); /* but not what is printed: who goes on says so */
    judge_litter(r, &after, v);
}

static void try_once(const struct fault_case *c, const struct reference *r, const struct place *p,
                     enum fault_kind kind, uint64_t first, uint64_t last, struct verdict *v)
{
    struct supervise_outcome outcome;
    *v = (struct verdict){""};
    place_fill(p);
    go(p, c->arguments, kind, first, last, &outcome);
    const bool was_killed = kind == FAULT_KILL || kind == FAULT_KILL_CALLER;
    if (was_killed) {
        judge_kill(c, r, p, &outcome, v);
    } else {
        judge_end(c, r, p, &outcome, v);
    }
}

/* ---- what is tried ---- */

struct pair { /* of case and kind, shared by the workers */
    const struct fault_case *c;
    struct reference *reference;
    enum fault_kind kind;
    uint64_t tries;
    _Atomic uint64_t bad;
};

struct plan {
    struct pair pair[CASES_MAX * FAULT_KINDS];
    size_t count;
};

/* The i-th of the k that are tried: the first ones all, then evenly to the end. */
static uint64_t kth(const struct pair *pair, uint64_t i)
{
    const uint64_t seen = pair->reference->seen[pair->kind];
    if (options.at != 0) {
        return options.at;
    }
    return pair->tries >= seen ? i + 1
                               : 1 + i * (seen - 1) / (pair->tries > 1 ? pair->tries - 1 : 1);
}

/* In a spread some faults stay: the disk is full from then on. */
static bool is_lasting(const struct pair *pair, uint64_t i)
{
    const bool may =
        pair->kind != FAULT_KILL && pair->kind != FAULT_KILL_CALLER && pair->kind != FAULT_SHORT;
    return may && i % 4 >= 2 && pair->tries < pair->reference->seen[pair->kind] &&
           (options.at == 0 || options.lasts);
}

static void complain(struct pair *pair, uint64_t k, bool lasts, const struct place *p,
                     const struct verdict *v)
{
    if (atomic_fetch_add(&pair->bad, 1) < COMPLAINTS_SHOWN) {
        char line[1024];
        char said[256] = "";
        FILE *err = fopen(p->err, "r");
        if (err != NULL) {
            said[fread(said, 1, sizeof said - 1, err)] = '\0';
            (void)fclose(err);
        }
        said[strcspn(said, "\n")] = '\0';
        (void)snprintf(line, sizeof line, "# %s, %s %lu%s: %s [%s]\n", pair->c->name,
                       fault_kind_word(pair->kind), (unsigned long)k, lasts ? " and on" : "",
                       v->text, said);
        (void)fputs(line, stdout);
        (void)fflush(stdout);
    }
}

static void work(struct plan *plan, unsigned worker)
{
    struct place p;
    uint64_t number = 0;
    place_name(&p, worker);
    for (size_t i = 0; i < plan->count; i++) {
        struct pair *pair = &plan->pair[i];
        for (uint64_t n = 0; n < pair->tries; n++) {
            struct verdict v;
            if (number++ % options.jobs != worker) {
                continue;
            }
            const uint64_t k = kth(pair, n);
            const bool lasts = is_lasting(pair, options.at != 0 ? 2 : n);
            try_once(pair->c, pair->reference, &p, pair->kind, k, lasts ? UINT64_MAX : k, &v);
            if (v.text[0] != '\0') {
                complain(pair, k, lasts, &p, &v);
            }
        }
    }
    if (options.at == 0) { /* else somebody wants to see it */
        folder_remove(p.folder);
    }
}

/* ---- the references ---- */

static void expect_success(const struct place *p, const char *const *arguments,
                           const struct supervise_outcome *outcome)
{
    if (!WIFEXITED(outcome->status) || WEXITSTATUS(outcome->status) != 0) {
        char line[512] = "";
        FILE *err = fopen(p->err, "r");
        if (err != NULL) {
            line[fread(line, 1, sizeof line - 1, err)] = '\0';
            (void)fclose(err);
        }
        die(arguments[0], line);
    }
}

static void make_inputs(void)
{
    struct place p;
    struct supervise_outcome outcome;
    place_name(&p, 0);
    (void)snprintf(p.folder, sizeof p.folder, "%s/inputs", options.folder);
    for (size_t i = 0; i < fault_setup_count; i++) {
        go(&p, fault_setup[i], FAULT_NONE, 0, 0, &outcome);
        expect_success(&p, fault_setup[i], &outcome);
    }
}

static void refer(const struct fault_case *c, struct reference *r)
{
    struct place p;
    struct supervise_outcome outcome;
    place_name(&p, 0);
    for (enum fault_kind kind = FAULT_NONE; kind < FAULT_KINDS; kind++) {
        place_fill(&p);
        if (kind == FAULT_NONE) {
            snapshot_take(&r->before, p.folder);
        }
        go(&p, c->arguments, kind, 0, 0, &outcome);
        expect_success(&p, c->arguments, &outcome);
        r->seen[kind] = outcome.seen;
        if (kind == FAULT_MALLOC && outcome.seen == 0) {
            die(options.library, "has counted no allocation");
        }
        if (kind == FAULT_NONE) {
            snapshot_take(&r->good, p.folder);
            r->printed = snapshot_print_of(p.out);
        }
    }
    struct verdict v = {""};
    struct snapshot after;
    snapshot_take(&after, p.folder);
    judge_success(r, &p, &after, &v);
    if (v.text[0] != '\0') {
        die(c->name, v.text); /* twice the same must be the same, or nothing can be judged */
    }
}

static void plan_case(struct plan *plan, const struct fault_case *c)
{
    struct reference *r = calloc(1, sizeof *r);
    if (r == NULL) {
        die(c->name, strerror(errno));
    }
    refer(c, r);
    for (enum fault_kind kind = FAULT_MALLOC; kind < FAULT_KINDS; kind++) {
        const bool wanted =
            options.one_kind == NULL || strcmp(options.one_kind, fault_kind_word(kind)) == 0;
        if (wanted && r->seen[kind] > 0) {
            struct pair *pair = &plan->pair[plan->count++];
            const uint64_t slow =
                options.most / 10 + 1 < SLOW_MOST ? options.most / 10 + 1 : SLOW_MOST;
            const uint64_t most = c->is_slow ? slow : options.most;
            pair->c = c;
            pair->reference = r;
            pair->kind = kind;
            pair->tries = options.at != 0 ? 1 : r->seen[kind] < most ? r->seen[kind] : most;
        }
    }
}

/* ---- the whole ---- */

static int tell(const struct plan *plan)
{
    uint64_t tries = 0;
    uint64_t bad = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct pair *pair = &plan->pair[i];
        const uint64_t wrong = pair->bad;
        (void)printf("%s %zu - %s: %lu of %lu faults of kind %s end well (there are %lu)\n",
                     wrong == 0 ? "ok" : "not ok", i + 1, pair->c->name,
                     (unsigned long)(pair->tries - wrong), (unsigned long)pair->tries,
                     fault_kind_word(pair->kind), (unsigned long)pair->reference->seen[pair->kind]);
        tries += pair->tries;
        bad += wrong;
    }
    (void)printf("1..%zu\n# %lu faults, %lu ended badly\n", plan->count, (unsigned long)tries,
                 (unsigned long)bad);
    return bad == 0 ? 0 : 1;
}

static void read_options(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];
        const struct {
            const char *name;
            const char **to;
        } texts[] = {{"--program", &options.program},
                     {"--library", &options.library},
                     {"--folder", &options.folder},
                     {"--case", &options.one_case},
                     {"--kind", &options.one_kind}};
        for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
            if (strcmp(argv[i], texts[t].name) == 0) {
                *texts[t].to = value;
            }
        }
        if (strcmp(argv[i], "--most") == 0) {
            options.most = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--at") == 0) {
            options.at = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--and-on") == 0) {
            options.at = strtoull(value, NULL, 10);
            options.lasts = true;
        } else if (strcmp(argv[i], "--jobs") == 0) {
            options.jobs = (unsigned)strtoul(value, NULL, 10);
        }
    }
    if (options.program == NULL || options.library == NULL || options.folder == NULL ||
        options.jobs == 0) {
        die("usage", "faults --program P --library L --folder F [--most N] [--case NAME] "
                     "[--kind KIND] [--at K | --and-on K] [--jobs N]");
    }
}

int main(int argc, char **argv)
{
    read_options(argc, argv);
    struct plan *plan =
        mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (plan == MAP_FAILED) {
        die("memory", strerror(errno));
    }
    make_inputs();
    for (size_t i = 0; i < fault_case_count; i++) {
        if (options.one_case == NULL || strcmp(options.one_case, fault_cases[i].name) == 0) {
            plan_case(plan, &fault_cases[i]);
        }
    }
    (void)fflush(stdout);
    for (unsigned w = 0; w < options.jobs; w++) {
        const pid_t pid = fork();
        if (pid == 0) {
            work(plan, w);
            _exit(0);
        }
        if (pid < 0) {
            die("fork", strerror(errno));
        }
    }
    for (int status; wait(&status) > 0;) {
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            die("a worker", "ended badly itself");
        }
    }
    return tell(plan);
}
