/* What this host says of itself. */
#define _GNU_SOURCE /* sched_getaffinity() */
#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "runtime-replay/trials/trial.h"

/* The first line of a file of the kernel's; false where there is none. */
static bool first_line(const char *path, char *text, size_t bytes)
{
    text[0] = '\0';
    FILE *from = fopen(path, "r");
    if (from == NULL) {
        return false;
    }
    const bool there = fgets(text, (int)bytes, from) != NULL;
    (void)fclose(from);
    text[strcspn(text, "\n")] = '\0';
    return there;
}

/* "cpu  user nice system idle iowait irq softirq steal ...": jiffies since the start. */
static void read_jiffies(struct trial_machine *m)
{
    char line[256];
    uint64_t part[8] = {0};
    if (!first_line("/proc/stat", line, sizeof line) ||
        sscanf(line,
               "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
               " %" SCNu64 " %" SCNu64,
               &part[0], &part[1], &part[2], &part[3], &part[4], &part[5], &part[6],
               &part[7]) != 8) {
        return;
    }
    for (size_t i = 0; i < 8; i++) {
        m->jiffies += part[i];
    }
    m->idle = part[3] + part[4];
    m->stolen = part[7];
}

static uint32_t allowed_cores(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (uint32_t)CPU_COUNT(&set) : 0;
}

/* With autogroups "nice" counts within a session alone; the session has one of its own. */
static void read_priority(struct trial_machine *m)
{
    char line[128];
    int session = 0;
    const int own = getpriority(PRIO_PROCESS, 0);
    if (first_line("/proc/sys/kernel/sched_autogroup_enabled", line, sizeof line) &&
        strcmp(line, "1") == 0 && first_line("/proc/self/autogroup", line, sizeof line) &&
        sscanf(line, "/autogroup-%*d nice %d", &session) == 1) {
        (void)snprintf(m->priority, sizeof m->priority, "nice %d, in a session of nice %d", own,
                       session);
    } else {
        (void)snprintf(m->priority, sizeof m->priority, "nice %d", own);
    }
}

void trial_machine_look(struct trial_machine *m)
{
    struct utsname system;
    char line[256];
    *m = (struct trial_machine){.load = (double)NAN};
    (void)first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource",
                     m->clock_source, sizeof m->clock_source);
    if (uname(&system) == 0) {
        (void)snprintf(m->kernel, sizeof m->kernel, "%.20s %.48s %.20s", system.sysname,
                       system.release, system.machine);
    }
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    m->cores = cores > 0 ? (uint32_t)cores : 0;
    m->allowed = allowed_cores();
    if (first_line("/proc/loadavg", line, sizeof line) && sscanf(line, "%lf", &m->load) != 1) {
        m->load = (double)NAN;
    }
    read_priority(m);
    read_jiffies(m);
}

static double share(uint64_t of, uint64_t whole)
{
    return whole > 0 ? (double)of / (double)whole : (double)NAN;
}

double trial_machine_stolen(const struct trial_machine *begin, const struct trial_machine *end)
{
    return share(end->stolen - begin->stolen, end->jiffies - begin->jiffies);
}

double trial_machine_busy(const struct trial_machine *begin, const struct trial_machine *end)
{
    return 1 - share(end->idle - begin->idle, end->jiffies - begin->jiffies);
}
