/* The keys of a scenario of this node, and the words that `variants:` may hold. */
#include "models/pi5/config.h"

#define AT(field) offsetof(struct pi5_config, field)
#define QUANTITY(p, k, f, v, low, high, m, s)                                                      \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .value = (v), .least = (low), .most = (high),   \
        .meaning = (m), .source = (s)                                                              \
    }
#define CHOICE(p, f, w, v, m, s)                                                                   \
    {                                                                                              \
        .path = (p), .kind = KEY_CHOICE, .offset = AT(f), .words = (w), .value = (v),              \
        .meaning = (m), .source = (s)                                                              \
    }
#define SWITCH(p, f, v, m, s)                                                                      \
    {                                                                                              \
        .path = (p), .kind = KEY_BOOL, .offset = AT(f), .value = (v), .meaning = (m),              \
        .source = (s)                                                                              \
    }

#define MEASURED "public: each task alone in its own process on a Pi 5"
#define COUNT(name, class)                                                                         \
    QUANTITY("tasks." name ".count", KEY_COUNT, tasks.kind[class].count, "25", "0", "100000",      \
             "tasks of this class", "public: 25 of each")
#define TIME(name, class, value, what)                                                             \
    QUANTITY("tasks." name ".time", KEY_TIME_DIST, tasks.kind[class].time_ns, value, "1 us",       \
             "24 h", what, MEASURED)
#define MEMORY(name, class, value)                                                                 \
    QUANTITY("tasks." name ".memory", KEY_SIZE_DIST, tasks.kind[class].memory_bytes, value, "0 B", \
             "1048576 MiB", "memory of a task, alone in its process", MEASURED)
#define SHARED(name, class, value)                                                                 \
    QUANTITY("tasks." name ".memory_shared", KEY_SIZE_DIST, tasks.kind[class].memory_shared_bytes, \
             value, "0 B", "1048576 MiB", "the same by tasks.memory_table: shared",                \
             "public: the table that the scheduler itself checks")
#define GROWS(name, class, value, from)                                                            \
    QUANTITY("tasks." name ".time_per_MB", KEY_TIME, tasks.kind[class].time_per_MB_ns, value,      \
             "0 s", "1 h", "each MB above time_from takes this time more", MEASURED),              \
        QUANTITY("tasks." name ".time_from", KEY_SIZE, tasks.kind[class].from_bytes, from, "0 B",  \
                 "1048576 MiB", "memory of a task that takes `time` alone", MEASURED)

static const char *const pairings[] = {"first", "halves", "type", NULL};
static const char *const overcommits[] = {"fail", "thrash", NULL};
static const char *const orders[] = {"shuffle", "class", "reverse", NULL};
static const char *const tables[] = {"alone", "shared", NULL};
static const char *const predictors[] = {"noisy", "class", NULL};

const struct scenario_key pi5_keys[PI5_KEYS] = {
    SWITCH("policy.pin", policy.pin, "false", "worker i's tasks stay on core i",
           "the paper: core pinning"),
    SWITCH("policy.memory", policy.memory, "false",
           "take only the first task whose predicted memory fits under the cap",
           "the paper: memory management; how, public"),
    SWITCH("policy.sort", policy.sort, "false", "shortest predicted time first",
           "the paper: task sorting; how, public"),

    QUANTITY("node.cores", KEY_COUNT, node.cores, "4", "1", "1024", "cores, with a worker each",
             "public: 4 workers; a Pi 5 has 4 cores"),
    QUANTITY("node.per_core", KEY_COUNT, node.per_core, "1", "1", "64",
             "tasks that a worker runs at once", "public: 1 or 2 tasks a worker"),
    QUANTITY("node.memory", KEY_SIZE, node.memory_bytes, "600 MB", "1 B", "1048576 MiB",
             "the cap on memory in use, the orchestrator's own included",
             "the paper speaks of artificial resource constraints; fitted"),
    QUANTITY("node.memory_base", KEY_SIZE, node.base_bytes, "60 MB", "0 B", "1048576 MiB",
             "memory of the orchestrator itself", "assumed"),
    CHOICE("node.pairing", node.pairing, pairings, "first",
           "with whom a task shares a worker: first, whoever is next; halves, one of the queue's "
           "first half with one of its second; type, one that computes with one that infers",
           "public: halves are the authors' baseline and improvement2, type improvement1 and "
           "memory_time_aware"),
    QUANTITY("node.energy.idle", KEY_POWER, node.energy.idle_w, "0 W", "0 W", "100000 W",
             "of the board, until the last task has ended",
             "the paper speaks of no energy: none is counted"),
    QUANTITY("node.energy.compute", KEY_POWER, node.energy.compute_w, "0 W", "0 W", "100000 W",
             "that a core that computes adds to it",
             "the paper speaks of no energy: none is counted"),

    QUANTITY("os.migrations", KEY_NUMBER, os.migrations, "4", "0", "1000000",
             "times a second that an unpinned task changes its core", "assumed"),
    QUANTITY("os.warm_time", KEY_TIME, os.warm_ns, "4 ms", "0 s", "1 s",
             "what each change costs the task", "assumed: a cold second-level cache"),
    QUANTITY("os.fail_time", KEY_TIME, os.fail_ns, "500 ms", "0 s", "1 h",
             "a slot sleeps so long after a failed start", "public"),
    CHOICE("os.overcommit", os.overcommit, overcommits, "fail",
           "a start that does not fit: fail, it fails; thrash, it starts and all tasks slow down",
           "public: a check against a table refuses it"),
    QUANTITY("os.thrash", KEY_NUMBER, os.thrash, "3", "0", "1000",
             "with overcommit: thrash, all are 1 + thrash * over / cap times slower", "assumed"),

    CHOICE("tasks.order", tasks.order, orders, "shuffle",
           "of submission: shuffle; class, one class after the other; reverse, longest first",
           "the paper is silent"),
    CHOICE("tasks.memory_table", tasks.memory_table, tables, "alone",
           "memory of a task: alone, its process's peak; shared, models are loaded once",
           "public: both tables are there"),
    {.path = "tasks.each",
     .kind = KEY_COUNT,
     .offset = AT(tasks.each),
     .value = "own",
     .least = "1",
     .most = "100000",
     .word = "own",
     .meaning = "tasks of every class at once; own: each class's count",
     .source = "a shorthand"},
    COUNT("fib_opt", PI5_FIB_OPT),
    TIME("fib_opt", PI5_FIB_OPT, "{uniform: [0.217 s, 0.245 s]}", "time on a core of its own"),
    MEMORY("fib_opt", PI5_FIB_OPT, "25.4 MB"),
    SHARED("fib_opt", PI5_FIB_OPT, "24 MB"),
    COUNT("resnet", PI5_RESNET),
    TIME("resnet", PI5_RESNET, "{uniform: [1.195 s, 1.395 s]}", "time on a core of its own"),
    MEMORY("resnet", PI5_RESNET, "{uniform: [206 MB, 234 MB]}"),
    SHARED("resnet", PI5_RESNET, "{uniform: [36 MB, 56 MB]}"),
    COUNT("squeezenet", PI5_SQUEEZENET),
    TIME("squeezenet", PI5_SQUEEZENET, "{uniform: [0.738 s, 0.92 s]}", "time on a core of its own"),
    MEMORY("squeezenet", PI5_SQUEEZENET, "{uniform: [86 MB, 99 MB]}"),
    SHARED("squeezenet", PI5_SQUEEZENET, "{uniform: [37 MB, 55 MB]}"),
    COUNT("matmul", PI5_MATMUL),
    TIME("matmul", PI5_MATMUL, "{uniform: [0.179 s, 0.379 s]}",
         "time on a core of its own, without what grows with its memory"),
    MEMORY("matmul", PI5_MATMUL, "{uniform: [27 MB, 132 MB]}"),
    SHARED("matmul", PI5_MATMUL, "{uniform: [27 MB, 132 MB]}"),
    GROWS("matmul", PI5_MATMUL, "19.5 ms", "27 MB"),
    COUNT("transpose", PI5_TRANSPOSE),
    TIME("transpose", PI5_TRANSPOSE, "0.25 s",
         "time on a core of its own, without what grows with its memory"),
    MEMORY("transpose", PI5_TRANSPOSE, "{uniform: [28 MB, 87 MB]}"),
    SHARED("transpose", PI5_TRANSPOSE, "{uniform: [28 MB, 87 MB]}"),
    GROWS("transpose", PI5_TRANSPOSE, "2.4 ms", "28 MB"),
    COUNT("fib", PI5_FIB),
    MEMORY("fib", PI5_FIB, "25.1 MB"),
    SHARED("fib", PI5_FIB, "24 MB"),
    QUANTITY("tasks.fib.time_max", KEY_TIME, tasks.time_max_ns, "3 s", "1 us", "24 h",
             "cuts what is longer", "fitted: the five long ones would be most of the batch"),
    {.path = "tasks.fib.times",
     .kind = KEY_TIME,
     .offset = AT(tasks.times),
     .value = "[0.215 s, 31.48 s, 0.217 s, 3.03 s, 0.217 s, 0.23 s, 0.214 s, 0.235 s, 0.217 s, "
              "0.22 s, 0.274 s, 19.5 s, 0.22 s, 0.218 s, 0.22 s, 0.218 s, 12.13 s, 0.252 s, "
              "0.217 s, 0.216 s, 0.235 s, 0.216 s, 1.956 s, 81.86 s, 0.235 s]",
     .least = "1 us",
     .most = "24 h",
     .many = KEY_EACH,
     .meaning = "times on a core of its own, one a task; a list that is too short begins again",
     .source = MEASURED},

    CHOICE("predictor.time", predictor.time, predictors, "noisy",
           "noisy: the time times max(0.3, normal(1, time_cv)); class: one value a class",
           "public: the authors' own predictor is one value a class"),
    QUANTITY("predictor.time_cv", KEY_SHARE, predictor.time_cv, "25 %", NULL, "1000 %",
             "spread of the noisy prediction", "assumed"),
    {.path = "predictor.class_order",
     .kind = KEY_POLICY,
     .offset = AT(predictor.class_order),
     .value = "[transpose, matmul, fib_opt, squeezenet, resnet, fib]",
     .words = pi5_class_names,
     .many = KEY_EACH,
     .meaning = "the classes by predicted time, shortest first; ties in order of submission",
     .source = "public: predicted -0.6, -0.3, 0.5, 1.7, 4.0, 5.6"},
    QUANTITY("predictor.memory_bias", KEY_NUMBER, predictor.memory_bias, "1.1", "0", "100",
             "predicted memory is the memory times max(0.5, normal(bias, memory_cv))", "assumed"),
    QUANTITY("predictor.memory_cv", KEY_SHARE, predictor.memory_cv, "10 %", NULL, "1000 %",
             "spread of that prediction", "assumed"),
};

#define SETTINGS(...) ((const struct scenario_setting[]){__VA_ARGS__, {NULL, NULL}})
#define PIN                                                                                        \
    {                                                                                              \
        "policy.pin", "true"                                                                       \
    }
#define NO_PIN                                                                                     \
    {                                                                                              \
        "policy.pin", "false"                                                                      \
    }
#define MEM                                                                                        \
    {                                                                                              \
        "policy.memory", "true"                                                                    \
    }
#define NO_MEM                                                                                     \
    {                                                                                              \
        "policy.memory", "false"                                                                   \
    }
#define SORT                                                                                       \
    {                                                                                              \
        "policy.sort", "true"                                                                      \
    }
#define NO_SORT                                                                                    \
    {                                                                                              \
        "policy.sort", "false"                                                                     \
    }

const struct scenario_preset pi5_presets[PI5_PRESETS] = {
    {"base", "tasks as they come, on any core", SETTINGS(NO_PIN, NO_MEM, NO_SORT)},
    {"pin", "a worker's tasks stay on its core", SETTINGS(PIN, NO_MEM, NO_SORT)},
    {"memory", "only what is predicted to fit starts", SETTINGS(NO_PIN, MEM, NO_SORT)},
    {"sort", "shortest predicted first", SETTINGS(NO_PIN, NO_MEM, SORT)},
    {"pin+memory", "both", SETTINGS(PIN, MEM, NO_SORT)},
    {"pin+sort", "both", SETTINGS(PIN, NO_MEM, SORT)},
    {"memory+sort", "both", SETTINGS(NO_PIN, MEM, SORT)},
    {"all", "the whole orchestrator", SETTINGS(PIN, MEM, SORT)},
};
