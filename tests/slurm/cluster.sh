# shellcheck shell=bash
# A Slurm of four virtual nodes on this machine, for as long as a test lasts. Sourced.
#     cluster_up FOLDER    starts munged, slurmctld and four slurmd; says why where it cannot
#     cluster_down         ends what was started
# Everything lives in FOLDER, which is short-lived and ours; nothing of the system's Slurm is used.

cluster_nodes=4
cluster_port=26817
cluster_pids=()

cluster_need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || {
        echo "there is no $1 (Debian package $2)"
        return 1
    }
}

cluster_configure() { # FOLDER
    local folder=$1 host
    host=$(hostname -s)
    mkdir -p "$folder/state" "$folder/spool" "$folder/munge"
    chmod 755 "$folder"
    chmod 711 "$folder/munge"
    head -c 1024 /dev/urandom >"$folder/munge.key"
    chmod 600 "$folder/munge.key"
    cat >"$folder/slurm.conf" <<EOF
ClusterName=nimblesim
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
SlurmctldPort=$cluster_port
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=10
KillWait=1
MessageTimeout=10
SchedulerParameters=sched_interval=2,batch_sched_delay=0,sched_min_interval=0
NodeName=n[1-$cluster_nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((cluster_port + 1))-$((cluster_port + cluster_nodes))] CPUs=1 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
    echo "CgroupAutomount=no" >"$folder/cgroup.conf"
    export SLURM_CONF=$folder/slurm.conf
}

cluster_start() { # LOG COMMAND...: in the background, remembered
    local log=$1
    shift
    PATH=$PATH:/usr/sbin "$@" >"$log" 2>&1 &
    cluster_pids+=($!)
}

cluster_start_node() { # NUMBER
    cluster_start "$cluster_folder/slurmd-n$1.out" slurmd -D -N "n$1"
}

cluster_wait_idle() {
    local second idle
    for second in $(seq 60); do
        idle=$(sinfo --noheader --Node --format=%T 2>/dev/null | grep -c '^idle$')
        [ "$idle" = "$cluster_nodes" ] && return 0
        sleep 0.5
    done
    echo "the nodes do not come up within $((second / 2)) s: $(sinfo --noheader --Node --format='%N %T' 2>&1 | tr '\n' ' ')"
    tail -n 5 "$cluster_folder"/slurmctld.out "$cluster_folder"/slurmd-n1.out
    return 1
}

cluster_up() { # FOLDER
    local node
    cluster_folder=$1
    [ "$(id -u)" = 0 ] || {
        echo "starting slurmd needs root"
        return 1
    }
    cluster_need munged munge && cluster_need slurmctld slurmctld && cluster_need slurmd slurmd &&
        cluster_need sbatch slurm-client || return 1
    cluster_configure "$cluster_folder"
    cluster_start "$cluster_folder/munged.out" munged --foreground --force \
        --socket="$cluster_folder/munge/socket" --key-file="$cluster_folder/munge.key" \
        --pid-file="$cluster_folder/munge/pid" --seed-file="$cluster_folder/munge/seed" \
        --log-file="$cluster_folder/munged.log"
    sleep 1
    [ -S "$cluster_folder/munge/socket" ] || {
        echo "munged does not start: $(tail -n 1 "$cluster_folder/munged.out")"
        return 1
    }
    cluster_start "$cluster_folder/slurmctld.out" slurmctld -D -i
    for node in $(seq $cluster_nodes); do
        cluster_start_node "$node"
    done
    cluster_wait_idle
}

cluster_down() {
    local pid
    for ((pid = ${#cluster_pids[@]} - 1; pid >= 0; pid--)); do
        kill "${cluster_pids[pid]}" 2>/dev/null
    done
    wait 2>/dev/null
}
