/*
 * pi5.h - configs of the node and its batch as pi5.yaml has them, without reading YAML.
 */
#ifndef TESTS_SUPPORT_PI5_H
#define TESTS_SUPPORT_PI5_H

#include "models/pi5/config.h"

/* The defaults of keys.c, with these policies. Lists are constants. */
struct pi5_config pi5_config_default(bool pin, bool memory, bool sort);

/* An hour, seed 1, no rows. */
struct model_head pi5_head(void);

/* By the name of a measure of the model; a name that there is not fails the test. */
double pi5_value(const struct model_result *result, const char *name);

#endif
