#include "models/qos/rows.h"

#include <math.h>

static const char *const states[] = {
    [CLUSTER_PENDING] = "pending",
    [CLUSTER_COMPLETED] = "completed",
    [CLUSTER_REFUSED] = "refused",
    [CLUSTER_NOT_READY] = "not_ready",
    NULL,
};
static const char *const reasons[] = {
    "",
    [ADMISSION_NETWORK] = "network",
    [ADMISSION_CAPACITY] = "capacity",
    [ADMISSION_THRESHOLD] = "threshold",
    [ADMISSION_PORTS] = "ports",
    NULL,
};
static const char *const verdicts[] = {
    [CLUSTER_FAR] = "far",       [CLUSTER_FULL] = "full",           [CLUSTER_LATE] = "late",
    [CLUSTER_ABOVE] = "above",   [CLUSTER_SLOWER] = "slower",       [CLUSTER_FASTEST] = "fastest",
    [CLUSTER_PLACED] = "placed", [CLUSTER_TURNED_AWAY] = "refused", NULL,
};

static const struct store_column stream_columns[] = {
    STORE_KEY("client", "from 1"),
    STORE_MAYBE("node", STORE_INTEGER, "where its frames went, from 1"),
    STORE_WORD("state", states, ""),
    STORE_MAYBE_WORD("reason", reasons + 1, "of a refusal"),
    STORE_MAYBE("port", STORE_INTEGER, "from 1"),
    STORE_COLUMN("asked_ns", STORE_TIME, ""),
    STORE_MAYBE("deploy_ns", STORE_TIME, "from the request to the pod's readiness"),
    STORE_MAYBE("begun_ns", STORE_TIME, "first frame"),
    STORE_MAYBE("ended_ns", STORE_TIME, "last frame answered or missed; refused; given up"),
    STORE_COLUMN("frames", STORE_INTEGER, "sent"),
    STORE_COLUMN("answered", STORE_INTEGER, "in time"),
    STORE_COLUMN("missed", STORE_INTEGER, ""),
    STORE_MAYBE("fps", STORE_REAL, "answered frames a second, timeouts taken out"),
    STORE_MAYBE("latency_s", STORE_REAL, "mean of the answered frames"),
};

static const struct store_column node_columns[] = {
    STORE_KEY("node", "from 1"),
    STORE_COLUMN("pods_most", STORE_INTEGER, "at once, left-over ones too"),
    STORE_COLUMN("frames", STORE_INTEGER, "worked off, in time or not"),
    STORE_COLUMN("lost", STORE_INTEGER, "frames that nothing listened to"),
    STORE_COLUMN("probes", STORE_INTEGER, ""),
    STORE_COLUMN("busy_ns", STORE_TIME, "with at least one inference"),
    STORE_COLUMN("work_ns", STORE_TIME, "what they would have taken alone"),
    STORE_COLUMN("compute_j", STORE_REAL, "inferring"),
    STORE_COLUMN("idle_j", STORE_REAL, "being on"),
    STORE_COLUMN("sent_j", STORE_REAL, "bits of answers"),
    STORE_COLUMN("received_j", STORE_REAL, "bits of frames, and of an image"),
};

static const struct store_column pod_columns[] = {
    STORE_KEY("pod", "from 1; a client's own has its number"),
    STORE_MAYBE("client", STORE_INTEGER, "from 1; none: it was there before"),
    STORE_COLUMN("node", STORE_INTEGER, "from 1"),
    STORE_MAYBE("port", STORE_INTEGER, "from 1"),
    STORE_MAYBE("placed_ns", STORE_TIME, "the node is told"),
    STORE_MAYBE("started_ns", STORE_TIME, "the image is there"),
    STORE_MAYBE("ready_ns", STORE_TIME, ""),
    STORE_MAYBE("removed_ns", STORE_TIME, ""),
    STORE_COLUMN("served", STORE_INTEGER, "frames worked off"),
    STORE_COLUMN("dropped", STORE_INTEGER, "frames that it held when it, or the run, ended"),
};

static const struct store_column decision_columns[] = {
    STORE_KEY("client", "from 1"),
    STORE_KEY("step", "from 1"),
    STORE_COLUMN("t_ns", STORE_TIME, ""),
    STORE_COLUMN("turn_ns", STORE_TIME, "when the client's turn came"),
    STORE_MAYBE("node", STORE_INTEGER, "from 1"),
    STORE_WORD("verdict", verdicts, ""),
    STORE_MAYBE("latency_ns", STORE_TIME, "of the probe"),
    STORE_MAYBE_WORD("reason", reasons + 1, "of a refusal, or why a node was passed over"),
    STORE_COLUMN("pods", STORE_INTEGER, "that counted there"),
};

static const struct store_column frame_columns[] = {
    STORE_KEY("client", "from 1"),
    STORE_KEY("frame", "from 1"),
    STORE_COLUMN("t_ns", STORE_TIME, "sent"),
    STORE_COLUMN("ended_ns", STORE_TIME, "answered or given up"),
    STORE_MAYBE("latency_ns", STORE_TIME, "none: missed"),
};

const struct store_table qos_tables[QOS_TABLES] = {
    [QOS_STREAM] = STORE_TABLE("stream", "every client and its stream", 0, stream_columns),
    [QOS_NODE] = STORE_TABLE("node", "every node", 0, node_columns),
    [QOS_POD] = STORE_TABLE("pod", "every pod", 1, pod_columns),
    [QOS_DECISION] = STORE_TABLE(
        "decision", "what the orchestrator found at each node, and decided", 1, decision_columns),
    [QOS_FRAME] = STORE_TABLE("frame", "every frame that was answered or missed", 2, frame_columns),
};

/* ---- cells ---- */

static union store_cell whole(int64_t value)
{
    return (union store_cell){.integer = value};
}

static union store_cell at(sim_time time)
{
    return whole(time == SIM_TIME_NEVER ? STORE_MISSING : time);
}

static union store_cell since(sim_time time, sim_time before)
{
    return whole(time == SIM_TIME_NEVER ? STORE_MISSING : time - before);
}

/* What counts from 0 inside counts from 1 outside. */
static union store_cell from_one(uint32_t index)
{
    return whole(index == CLUSTER_NOBODY ? STORE_MISSING : (int64_t)index + 1);
}

static union store_cell port_of(uint32_t port)
{
    return whole(port == 0 ? STORE_MISSING : (int64_t)port);
}

static union store_cell real(double value)
{
    return (union store_cell){.real = value};
}

static union store_cell word(const char *text)
{
    return (union store_cell){.text = text};
}

static union store_cell why(enum admission_reason reason)
{
    return word(reason == ADMISSION_NO_REASON ? NULL : reasons[reason]);
}

static void tell(const struct model_listener *listener, enum qos_table table,
                 const union store_cell *cell)
{
    if (listener != NULL && listener->row != NULL) {
        listener->row(listener->context, table, cell);
    }
}

void qos_tell_stream(const struct model_listener *listener, const struct cluster_stream *s,
                     sim_time timeout_ns)
{
    const union store_cell cell[] = {
        from_one(s->client),
        from_one(s->node),
        word(states[s->state]),
        why(s->reason),
        port_of(s->port),
        at(s->asked),
        since(s->ready, s->asked),
        at(s->begun),
        at(s->ended),
        whole(s->frames),
        whole(s->answered),
        whole(s->missed),
        real(cluster_stream_fps(s, timeout_ns)),
        real(cluster_stream_latency_s(s)),
    };
    tell(listener, QOS_STREAM, cell);
}

void qos_tell_node(const struct model_listener *listener, uint32_t node,
                   const struct cluster_node_report *report, const struct energy *energy)
{
    const union store_cell cell[] = {
        from_one(node),
        whole(report->pods_most),
        whole((int64_t)report->frames),
        whole((int64_t)report->lost),
        whole((int64_t)report->probes),
        at(report->busy_ns),
        at(report->work_ns),
        real(energy->compute_j),
        real(energy->idle_j),
        real(energy->sent_j),
        real(energy->received_j),
    };
    tell(listener, QOS_NODE, cell);
}

void qos_tell_pod(const struct model_listener *listener, const struct cluster_pod *told)
{
    const union store_cell cell[] = {
        from_one(told->pod), from_one(told->client), from_one(told->node), port_of(told->port),
        at(told->placed),    at(told->started),      at(told->ready),      at(told->removed),
        whole(told->served), whole(told->dropped),
    };
    tell(listener, QOS_POD, cell);
}

void qos_tell_decision(const struct model_listener *listener, const struct cluster_finding *f)
{
    const union store_cell cell[] = {
        from_one(f->client), from_one(f->step), at(f->at),
        at(f->asked),        from_one(f->node), word(verdicts[f->word]),
        at(f->latency_ns),   why(f->reason),    whole(f->pods),
    };
    tell(listener, QOS_DECISION, cell);
}

void qos_tell_frame(const struct model_listener *listener, const struct cluster_sent *f)
{
    const union store_cell cell[] = {
        from_one(f->client), from_one(f->number), at(f->sent), at(f->at), at(f->latency_ns),
    };
    tell(listener, QOS_FRAME, cell);
}
