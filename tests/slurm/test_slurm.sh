#!/bin/bash
# A sweep on a real Slurm: submitted, collected, requeued, and robbed of a node.
#     NIMBLESIM=build/nimblesim tests/slurm/test_slurm.sh
# Prints TAP. Where the machine does not allow Slurm's daemons it says why and succeeds.
work=$(mktemp -d /tmp/nimblesim-slurm-XXXXXX)
TMPDIR=$work
NIMBLESIM=$(realpath "${NIMBLESIM:-build/nimblesim}")
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
# shellcheck source=tests/slurm/cluster.sh
. tests/slurm/cluster.sh
trap 'cluster_down; rm -rf "$work"' EXIT

if ! reason=$(
    trap - EXIT
    cluster_need munged munge && cluster_need slurmd slurmd
) || ! cluster_up "$work/cluster" >"$work/reason" 2>&1; then
    [ -s "$work/reason" ] && reason=$(cat "$work/reason")
    echo "1..0 # skipped, this machine does not run Slurm: $reason"
    exit 0
fi

scenario=$work/points.yaml
write_scenario() { # DURATION
    sed "s/^duration:.*/duration: $1/" scenarios/smoke.yaml
    cat <<EOF
sweep:
  nodes.cache: {from: 5000 B, to: 8000 B, step: 1000 B}
  robots.count: [4, 5, 6, 7]
EOF
}
contents() {
    query "$1" "SELECT point_id, hash, arguments FROM point ORDER BY 1;
        SELECT run_id, point_id, variant, replication, digest, work_digest FROM run ORDER BY 1;
        SELECT * FROM point_axis ORDER BY 1, 2; SELECT * FROM metric ORDER BY 1, 2;
        SELECT * FROM bin ORDER BY 1, 2"
}
wait_for_jobs() { # SECONDS
    local second
    for second in $(seq "$1"); do
        [ -z "$(squeue --noheader)" ] && return 0
        sleep 1
    done
    echo "# still there after $second s:"
    squeue | sed 's/^/# /'
    false
}
locally() { # NAME: the same sweep without Slurm
    "$NIMBLESIM" sweep "$scenario" --out "$work/$1.sweep" -q
    "$NIMBLESIM" merge "$work/$1.sweep" --out "$work/$1.db" -q
    contents "$work/$1.db" >"$work/$1.txt"
}
logs() { tail -n 3 "$1"/slurm/*.log 2>/dev/null | sed 's/^/# /'; }

# ---- submitted and collected

write_scenario '300 s' >"$scenario"
locally short
check 'a sweep is submitted' \
    exits_with 0 sweep "$scenario" --out "$work/a.sweep" --launcher slurm --tasks 4
check '  as an array and a collecting job' is_equal "$(grep -c '^job [0-9]*: ' "$TMPDIR/out")" 2
check '  and ends' wait_for_jobs 120
check '  with all points in one file' test -s "$work/a.sweep/all.db"
[ -s "$work/a.sweep/all.db" ] || logs "$work/a.sweep"
contents "$work/a.sweep/all.db" >"$work/a.txt"
check '  which are those of a sweep without Slurm' cmp "$work/a.txt" "$work/short.txt"
check '  made by four tasks' is_equal "$(find "$work/a.sweep/slurm" -name 'task-*.log' | wc -l)" 4

# ---- a task requeued, a node lost

write_scenario '80000 s' >"$scenario"
locally long
check 'a longer one' exits_with 0 sweep "$scenario" --out "$work/b.sweep" --launcher slurm --tasks 4
array=$(sed -n 's/^job \([0-9]*\):.*tasks.*/\1/p' "$TMPDIR/out")
for _ in $(seq 50); do # until something is done, so that there is something to keep
    [ -n "$(find "$work/b.sweep/points" -name '*.db' 2>/dev/null)" ] && break
    sleep 0.1
done
check '  has a task requeued' scontrol requeue "${array}_1"
lost=$(squeue --noheader --states=RUNNING --nodelist=n3 --format=%A | head -n 1)
check '  while another runs on the third node' test -n "$lost"
# That node goes: its slurmd, what watches over the job, and the job.
pkill_of() { # PATTERN: processes of this test's cluster by their command line or environment
    grep -lsz -- "$1" /proc/[0-9]*/cmdline /proc/[0-9]*/environ | cut -d/ -f3 | sort -u
}
for pid in "${cluster_pids[4]}" $(pkill_of "slurmstepd: \[$lost\.") \
    $(grep -lsz "^SLURM_CONF=$work" /proc/[0-9]*/environ |
        xargs -r grep -lsz '^SLURMD_NODENAME=n3$' | cut -d/ -f3); do
    [ "$pid" = $$ ] || kill -KILL "$pid" 2>/dev/null
done
before=$(find "$work/b.sweep/points" -name '*.db' | wc -l)
check '  and loses that node before it is done' test "$before" -lt 16
scontrol update JobId="${array}_1" StartTime=now 2>/dev/null
state_of_lost() { sinfo --noheader --nodes=n3 --format=%T; }
for _ in $(seq 60); do
    [[ $(state_of_lost) == down* ]] && break
    sleep 1
done
check '  which Slurm notices' is_equal "$(state_of_lost | tr -d '*')" down
scontrol update JobId="$lost" StartTime=now 2>/dev/null
check '  and ends all the same' wait_for_jobs 240
check '  with all points in one file' test -s "$work/b.sweep/all.db"
[ -s "$work/b.sweep/all.db" ] || logs "$work/b.sweep"
contents "$work/b.sweep/all.db" >"$work/b.txt"
check '  which are those of an unbroken sweep' cmp "$work/b.txt" "$work/long.txt"
echo "1..$tap_count"
