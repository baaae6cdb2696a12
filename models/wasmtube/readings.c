/* What the paper leaves open: it updates one device, from its own disk. */
#include "models/wasmtube/config.h"

const struct model_reading wasmtube_readings[WASMTUBE_READINGS] = {
    {"mesh.mtbf",
     "the paper's device reads its own disk; whether the links of a mesh fail meanwhile is not "
     "said",
     {{"120 s", NULL}}},
    {"update.fetch",
     "the paper's device reads a file that is already there; when a node of a mesh fetches is not "
     "said",
     {{"at-once", NULL}}},
    {"update.push",
     "the paper holds its swap against a reboot and does not say how images come to many nodes",
     {{"pipelined", NULL}, {"flood", NULL}}},
    {"update.source", "who hands the binary on is not said", {{"registry", NULL}}},
};
