/* Workers: what holds them to a share of a processor, and what the kernel is asked to. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runtime-replay/host_clock.h"
#include "runtime-replay/processes/crew.h"

/* ---- rests ---- */

static void burn(int64_t ns)
{
    const int64_t begun = host_clock_thread_ns();
    while (host_clock_thread_ns() - begun < ns) {
    }
}

static void slice(struct quota *q, int64_t ns)
{
    quota_take(q, false);
    const int64_t begun = host_clock_thread_ns();
    burn(ns);
    quota_give(q, host_clock_thread_ns() - begun);
}

Test(crew, a_quota_is_never_exceeded)
{
    struct quota q;
    quota_init(&q, 0.2);
    const int64_t begun = host_clock_ns();
    for (int i = 0; i < 20; i++) {
        slice(&q, SIM_MS);
    }
    const double share = (double)q.worked_ns / (double)(host_clock_ns() - begun);
    cr_assert(share <= 0.2 && share > 0.01, "%g", share);
    quota_deinit(&q);
}

static void pause_ms(long ms)
{
    const struct timespec pause = {.tv_nsec = ms * SIM_MS};
    (void)nanosleep(&pause, NULL);
}

Test(crew, whoever_is_woken_late_catches_up)
{
    struct quota q;
    quota_init(&q, 0.5);
    const int64_t begun = host_clock_ns();
    slice(&q, SIM_MS);
    for (int i = 0; i < 3; i++) {
        pause_ms(i < 2 ? 3 : 30);
        const int64_t due = q.due_ns;
        quota_take(&q, true);
        const int64_t now = host_clock_ns();
        /* In the past by as much as it is late, but by no more than a period. */
        cr_assert(q.begun_ns == due || q.begun_ns > due);
        cr_assert_leq(q.begun_ns, now - 3 * SIM_MS);
        cr_assert(q.begun_ns == due || now - q.begun_ns >= 10 * SIM_MS);
        cr_assert(i < 2 || q.begun_ns > due);
        burn(SIM_MS);
        quota_give(&q, SIM_MS);
    }
    cr_assert_leq((double)q.worked_ns, 0.5 * (double)q.held_ns);
    cr_assert_leq(q.held_ns, host_clock_ns() - begun);
    /* One that has had nothing to do has nothing to catch up. */
    pause_ms(3);
    const int64_t idle = host_clock_ns();
    quota_take(&q, false);
    cr_assert_geq(q.begun_ns, idle);
    quota_give(&q, 1);
    quota_deinit(&q);
}

struct turns {
    struct quota quota;
    int64_t worked_ns[2];
};

static void *take_turns(void *context)
{
    struct turns *t = context;
    for (int i = 0; i < 10; i++) {
        slice(&t->quota, SIM_MS);
    }
    return NULL;
}

Test(crew, threads_of_a_worker_share_one_quota)
{
    struct turns t;
    pthread_t other;
    quota_init(&t.quota, 0.5);
    const int64_t begun = host_clock_ns();
    cr_assert_eq(pthread_create(&other, NULL, take_turns, &t), 0);
    (void)take_turns(&t);
    (void)pthread_join(other, NULL);
    const int64_t took = host_clock_ns() - begun;
    cr_assert_geq(t.quota.worked_ns, 20 * SIM_MS);
    cr_assert_leq((double)t.quota.worked_ns, 0.5 * (double)took);
    cr_assert_leq(t.quota.held_ns, took); /* waiting for a turn is no part of it */
    quota_deinit(&t.quota);
}

Test(crew, a_whole_processor_needs_no_rest)
{
    struct quota q;
    quota_init(&q, 1);
    slice(&q, SIM_MS);
    cr_assert_lt(q.held_ns, 200 * SIM_MS);
    quota_deinit(&q);
}

/* ---- a processor of its own ---- */

Test(crew, a_pinned_process_is_where_it_was_put)
{
    int processor = -1;
    cr_assert(crew_pin(0, &processor));
    for (int i = 0; i < 100; i++) {
        cr_assert_eq(crew_processor(), processor);
    }
    int next = -1;
    cr_assert(crew_pin(1, &next)); /* of those that there were, not of the one that is left */
    cr_assert_eq(next != processor, sysconf(_SC_NPROCESSORS_ONLN) > 1);
    cr_assert(crew_unpin());
}

/* ---- the kernel's share, on a folder that looks like a cgroup ---- */

static char root[] = "/tmp/nimblesim-cgroup-XXXXXX";

static void put(const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *to = fopen(path, "w");
    cr_assert_neq(to, NULL);
    (void)fputs(text, to);
    (void)fclose(to);
}

static void get(const char *folder, const char *name, char text[64])
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *from = fopen(path, "r");
    cr_assert_neq(from, NULL, "%s", path);
    cr_assert_neq(fgets(text, 64, from), NULL);
    (void)fclose(from);
    (void)remove(path);
}

Test(crew, the_kernel_is_told_the_share_where_its_files_can_be_written)
{
    struct crew c = {.count = 1, .worker = {{.pid = 4711}}};
    char folder[512];
    char text[64];
    cr_assert_neq(mkdtemp(root), NULL);
    put("cgroup.subtree_control", "cpu memory\n");
    cr_assert(crew_limit(&c, 0, 0.25, root));
    (void)snprintf(folder, sizeof folder, "%s/nimblesim-%ld-1", root, (long)getpid());
    get(folder, "cpu.max", text);
    cr_assert_str_eq(text, "2500 10000");
    get(folder, "cgroup.procs", text);
    cr_assert_str_eq(text, "4711");
    (void)rmdir(folder);
    put("cgroup.subtree_control", "memory\n");
    cr_assert_not(crew_limit(&c, 0, 0.25, root));
    (void)snprintf(folder, sizeof folder, "%s/cgroup.subtree_control", root);
    (void)remove(folder);
    (void)rmdir(root);
    cr_assert_not(crew_limit(&c, 0, 0.25, "/nowhere"));
}
