/*
 * model.h - admission of camera streams by an orchestrator that probes, as a model of this program.
 */
#ifndef MODELS_QOS_MODEL_H
#define MODELS_QOS_MODEL_H

#include "models/model.h"

extern const struct model qos_model;

#endif
