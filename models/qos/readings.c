/*
 * In the order of the scenarios' keys. What the baseline places is no row here: the variants k8s,
 * k8s-even and harness are its readings.
 */
#include "models/qos/readings.h"

const struct model_reading qos_readings[QOS_READINGS] = {
    {"seed",
     "a control, not a reading: what the change of seed does is chance, and so may be what is no "
     "larger",
     {{.value = "2"}, {.value = "3"}}},

    {"nodes.service_cv",
     "no spread of an inference is given; single streams of the public metrics bound it",
     {{.value = "0"}, {.value = "20 %"}}},
    {"nodes.knee",
     "why nodes saturate is not said, nor at how many streams; the public capacities stop before",
     {{.value = "2"}, {.value = "1"}, {.value = "3"}}},
    {"nodes.leftover",
     "in eight of ten repetitions of the public metrics both small nodes were full though nobody "
     "ran there: pods left from before",
     {{.value = "[0, 1, 1]"}}},

    {"sharing.linear",
     "what two streams cost each other is not given; two on the master take 72 to 75 ms each",
     {{.value = "0.25"}, {.value = "1"}}},
    {"sharing.thrash",
     "the paper speaks of saturation; 8 is a cliff, which its claim needs, 0 shares evenly, which "
     "its data allow",
     {{.value = "0"}, {.value = "4"}}},
    {"sharing.hiccup",
     "the two single misses of the orchestrator's 26 streams are not explained",
     {{.value = "0"}, {.value = "1 %"}}},

    {"clients.jitter",
     "three requests at 0 s: at once, or one after another is not said",
     {{.value = "0 s"}, {.value = "{uniform: [0 s, 1 s]}"}}},
    {"clients.think",
     "what a client does between two frames is not said",
     {{.value = "0 s"}, {.value = "30 ms"}}},

    {"admission.probe_work",
     "whether the monitor's inferences count among what the node must do is not said; the code "
     "runs a real one",
     {{.value = "0"}}},
    {"admission.lifetime",
     "how long a workload holds its place is not said; the code deletes it 45 s after it was ready",
     {{.value = "0 s"}, {.value = "600 s"}}},
    {"admission.serial",
     "whether requests are decided one at a time is not said; the code holds its lock through the "
     "readiness wait",
     {{.value = "false"}}},

    {"pods.method",
     "the orchestrator's experiment does not say how it deploys; experiment 5.1 compares three "
     "ways",
     {{.value = "standalone"}, {.value = "docker"}}},
    {"pods.cold_start_cv",
     "no spread of a cold start is given",
     {{.value = "0"}, {.value = "50 %"}}},
};
