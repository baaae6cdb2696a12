#!/bin/bash
# nimblesim sweep --launcher slurm where there is no Slurm: an sbatch of our own runs each script at
# once, task by task. What it submits, and what comes of an sbatch that is not as it should be.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh
scenario=$TMPDIR/points.yaml
sed 's/^duration:.*/duration: 60 s/' scenarios/smoke.yaml >"$scenario"
printf 'sweep:\n  nodes.spacing: [16 m, 17 m, 18 m, 19 m, 20 m]\n' >>"$scenario"

mkdir "$TMPDIR/bin"
cat >"$TMPDIR/bin/sbatch" <<'END'
#!/bin/bash
# sbatch --parsable [--dependency=afterany:JOB] SCRIPT
echo "$*" >>"$SBATCH_SAYS"
script=${!#}
tasks=$(sed -n 's/^#SBATCH --array=0-\([0-9]*\)$/\1/p' "$script")
for task in $(seq 0 "${tasks:-0}"); do
    SLURM_ARRAY_TASK_ID=$task SLURM_CPUS_PER_TASK=1 bash "$script" >>"$SBATCH_SAYS" 2>&1 || exit 1
done
echo "$(wc -l <"$SBATCH_SAYS");somewhere"
END
chmod +x "$TMPDIR/bin/sbatch"
export SBATCH_SAYS=$TMPDIR/says PATH=$TMPDIR/bin:$PATH

contents() {
    query "$1" "SELECT point_id, hash FROM point ORDER BY 1;
        SELECT point_id, variant, replication, digest FROM run ORDER BY 1, 2, 3;
        SELECT run_id, name, value FROM metric ORDER BY 1, 2"
}
sweep() { # CODE FOLDER ARGUMENT...
    local code=$1 folder=$2
    shift 2
    exits_with "$code" sweep "$scenario" --out "$TMPDIR/$folder" --launcher slurm "$@"
}

check 'a sweep is submitted' sweep 0 'a sweep' --tasks 2 --sbatch '--time=10'
check '  as an array and what collects it' is_equal "$(grep -c '^job [0-9]*: ' "$TMPDIR/out")" 2
check '  of as many tasks as were asked for' prints '2 tasks of up to 3 points'
check '  the second behind the first, whose number it was told' \
    grep -q -- '^--parsable --dependency=afterany:1 ' "$SBATCH_SAYS"
check '  with what the user asks of sbatch' grep -qx '#SBATCH --time=10' "$TMPDIR/a sweep/slurm/array.sh"
check '  and all points in one file' test -s "$TMPDIR/a sweep/all.db"
"$NIMBLESIM" sweep "$scenario" --out "$TMPDIR/here" -q && "$NIMBLESIM" merge "$TMPDIR/here" --out "$TMPDIR/here.db" -q
check '  five of them' is_equal "$(query "$TMPDIR/here.db" 'SELECT count(*) FROM point')" 5
check '  those of a sweep without Slurm' is_equal "$(contents "$TMPDIR/a sweep/all.db")" "$(contents "$TMPDIR/here.db")"
check 'a dry run prints both scripts' sweep 0 dry --dry-run
check '  and makes none' test ! -e "$TMPDIR/dry"
check '  the array first' is_equal "$(grep -n '^# array.sh' "$TMPDIR/out")" '1:# array.sh'
check 'parts are its own matter' sweep 2 part --points 1-2

printf '#!/bin/sh\necho queued\n' >"$TMPDIR/bin/sbatch"
check 'an sbatch that tells no number' sweep 74 none --tasks 2
check '  is told' says "did not tell the job's number"
printf '#!/bin/sh\nexit 1\n' >"$TMPDIR/bin/sbatch"
check 'one that fails' sweep 74 fails --tasks 2
check '  is told' says 'sbatch failed'
printf '#!/bin/sh\ncase "$*" in *dependency*) exit 1 ;; esac\necho 7\n' >"$TMPDIR/bin/sbatch"
check 'one that takes the array alone' sweep 74 half --tasks 2
check '  leaves it running, and says so' says 'job 7 runs the points all the same'
rm "$TMPDIR/bin/sbatch"
nowhere() { PATH=$TMPDIR/bin sweep 74 without --tasks 2; }
check 'no sbatch' nowhere
check '  is told' says 'sbatch cannot be started'
mkdir "$TMPDIR/closed" "$TMPDIR/closed/slurm" "$TMPDIR/closed/slurm/array.sh"
check 'a script that cannot be written' sweep 73 closed --tasks 2
check '  is told' says 'cannot create'
echo "1..$tap_count"
