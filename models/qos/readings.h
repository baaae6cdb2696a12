/*
 * readings.h - what the paper leaves open, key by key, and how else it can be read.
 */
#ifndef MODELS_QOS_READINGS_H
#define MODELS_QOS_READINGS_H

#include "models/model.h"

enum { QOS_READINGS = 14 };
extern const struct model_reading qos_readings[QOS_READINGS];

#endif
