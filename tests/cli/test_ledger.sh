#!/bin/bash
# nimblesim ledger as a user meets it: what each reading changes, and that each can be repeated.
# shellcheck source=tests/support/tap.sh
. tests/support/tap.sh

figures='gateway_tx_ratio break_even_s response_gain_s execution_extra_s neighbour_share global_share'

# The numbers of a figure as text, every digit: "mean", "low", "high" and "n" of the first object of
# that name behind PATTERN in a JSON file.
numbers() { # FILE PATTERN FIGURE
    sed -n "/$2/,\$p" "$1" | sed -n "/\"$3\": {/,/}/p" | grep -E '"(mean|low|high|n)":' |
        head -n 4 | tr -d ' ,'
}

is_repeated() { is_equal "$1" "$2" && test -n "$2"; }

# Runs the command of a row, as a user would paste it, and holds its figures against the row's.
nimblesim() { "$NIMBLESIM" "$@" --json --quiet; }
repeats() { # LEDGER.json COMMAND
    eval "$2" >"$TMPDIR/repeated" || return
    local figure pattern
    pattern="\"command\": \"${2//\//.}\"" # a dot is as good as a slash
    for figure in $figures; do
        is_repeated "$(numbers "$TMPDIR/repeated" '"comparison":' "$figure")" \
            "$(numbers "$1" "$pattern" "$figure")" || return
    done
}

check 'a small factory has a ledger' exits_with 0 ledger scenarios/smoke.yaml --quiet
check '  in silence where asked for' is_silent
check '  with the scenario as it stands' prints 'as it stands$'
check '  a row a reading' prints '--set mesh.hop_delay=.50 ms.$'
check '  the command that repeats it' prints '^repeat a row with: nimblesim run scenarios/smoke.yaml ROW'
check '  and a tornado a figure' is_equal "$(grep -c ': .* as it stands$' "$TMPDIR/out")" 6
cp "$TMPDIR/out" "$TMPDIR/table"
check 'threads change nothing' exits_with 0 ledger scenarios/smoke.yaml --threads 1 --quiet
check '  in the table' cmp "$TMPDIR/out" "$TMPDIR/table"
check 'without bars it is the table alone' exits_with 0 ledger scenarios/smoke.yaml --top 0 --quiet
check '  which is the same' cmp "$TMPDIR/out" <(head -n "$(wc -l <"$TMPDIR/out")" "$TMPDIR/table")

check 'JSON says the same' exits_with 0 ledger scenarios/smoke.yaml --seed 5 --replications 3 \
    --set robots.count=5 --json --quiet
cp "$TMPDIR/out" "$TMPDIR/ledger"
mapfile -t commands < <(sed -n 's/.*"command": "\(.*\)",$/\1/p' "$TMPDIR/ledger")
check '  with a command each' test "${#commands[@]}" -gt 45
for command in "${commands[@]}"; do
    case $command in
    *robots.count=5 | *seed=2 | *"50 ms'" | *lower_layer* | *holder_forwards* | *lfu-history)
        check "  repeated to the last digit: ${command##*robots.count=5}" \
            repeats "$TMPDIR/ledger" "$command"
        ;;
    esac
done

check 'one key alone' exits_with 0 ledger scenarios/smoke.yaml --key protocol.coalesce --tsv -q
check '  is a line in each block' is_equal "$(grep -vc '^#\|^$' "$TMPDIR/out")" 6
check '  parted by two empty lines' is_equal "$(grep -c '^$' "$TMPDIR/out")" 10
check 'a section' exits_with 0 ledger scenarios/smoke.yaml --key execution --tsv -q
check '  holds its keys only' is_equal "$(grep -v '^#\|^$' "$TMPDIR/out" | cut -f3 | cut -d. -f1 |
    sort -u)" execution
check 'a scenario that departs from a default' exits_with 0 ledger scenarios/smoke.yaml -q \
    --set protocol.coalesce=true --key protocol.coalesce --tsv
check '  has the default for a reading' is_equal \
    "$(grep -v '^#\|^$' "$TMPDIR/out" | cut -f4 | sort -u)" '--set protocol.coalesce=false'
check 'one replication has no interval' exits_with 0 ledger scenarios/smoke.yaml -q \
    --replications 1 --key protocol.holder_forwards --tsv
check '  and claims nothing' is_equal "$(cut -f10 "$TMPDIR/out" | grep -cx 'clear\|certain')" 0
check 'where a precision is asked for' exits_with 0 ledger scenarios/smoke.yaml -q --json \
    --set 'replications={precision: 25 %, max: 40}' --key mesh.loss
check '  the scenario decides how many replications all take' is_equal \
    "$(json '$.rows[0].figures.gateway_tx_ratio.difference.n')" "$(json '$.replications')"
cp "$TMPDIR/out" "$TMPDIR/ledger"
check '  and the row is repeated with as many' repeats "$TMPDIR/ledger" \
    "$(json '$.rows[0].command')"
# Towards another scenario: its mechanisms alone, all together, all but each.
cat >"$TMPDIR/rough.yaml" <<'END'
format: 1
name: rough
base: smoke.yaml
nodes: {cache: 9 kB}
mesh:
  loss: 5 %
  retries: 3
  housekeeping: {interval: 2 s, size: 82 B}
END
sed -i "s|^base: .*|base: $PWD/scenarios/smoke.yaml|" "$TMPDIR/rough.yaml"
check 'the way to another scenario' exits_with 0 ledger scenarios/smoke.yaml -q \
    --towards "$TMPDIR/rough.yaml"
check '  tells what belongs together' \
    prints '^  loss and sending again: --set mesh.loss=0.05 --set mesh.retries=3$'
check '  and a row for each, alone' prints ' the RAM disk$'
check '  and of all but it' prints ' all but the RAM disk$'
check 'as JSON' exits_with 0 ledger scenarios/smoke.yaml -q --json --towards "$TMPDIR/rough.yaml"
cp "$TMPDIR/out" "$TMPDIR/ledger"
check '  with three alone, all, and three without one' is_equal \
    "$(sed -n 's/^ *"key": "\(.*\)",$/\1/p' "$TMPDIR/out" | tr '\n' ';')" \
    'the RAM disk;loss and sending again;housekeeping;all together;all but the RAM disk;all but loss and sending again;all but housekeeping;'
check '  each repeated with all of its keys' repeats "$TMPDIR/ledger" "$(json '$.rows[5].command')"
"$NIMBLESIM" run "$TMPDIR/rough.yaml" --json --quiet >"$TMPDIR/there"
check '  all together is that scenario' is_repeated \
    "$(numbers "$TMPDIR/there" '"comparison":' gateway_tx_ratio)" \
    "$(numbers "$TMPDIR/ledger" '"key": "all together"' gateway_tx_ratio)"
check 'to itself there is none' exits_with 65 ledger scenarios/smoke.yaml --towards scenarios/smoke.yaml
check 'nor to one of another length' exits_with 65 ledger scenarios/smoke.yaml \
    --towards scenarios/factory.yaml
check 'nor to none' exits_with 66 ledger scenarios/smoke.yaml --towards "$TMPDIR/none.yaml"
check 'and keys are those of readings' exits_with 2 ledger scenarios/smoke.yaml \
    --towards "$TMPDIR/rough.yaml" --key mesh.loss

check 'a reading that the scenario cannot take' exits_with 0 ledger scenarios/smoke.yaml -q \
    --set nodes.columns=1 --key registry
check '  is named' prints '^not measured: --set registry.attached_to=6'
check '  with the reason' prints 'there are 2 nodes'

# The ledger that the program holds: of the shipped factory as it is now, and true.
shipped=models/nimblenet/results/ledger.tsv
check 'the tracked ledger is of the shipped factory (else: make ledger)' is_equal \
    "$(sed -n 's/^# hash: //p' $shipped)" \
    "$("$NIMBLESIM" validate scenarios/factory.yaml | sed 's/.*hash //')"
row=protocol.holder_forwards=false
check 'one of its rows is run again' exits_with 0 run scenarios/factory.yaml --set $row --json -q
for figure in $figures; do
    check "  $figure to the last digit" is_repeated \
        "$(numbers "$TMPDIR/out" '"comparison":' "$figure" | sed -n 's/"mean"://p')" \
        "$(awk -F '\t' -v f="$figure" -v r="--set $row" '$1 == f && $4 == r { print $6 }' $shipped)"
done

check 'a key that it has not is a usage error' exits_with 2 ledger scenarios/smoke.yaml --key robots.count
check '  and says who knows' says 'nimblesim explain'
check 'one variant has nothing to compare' exits_with 65 ledger scenarios/smoke.yaml \
    --set 'variants=[nimble]'
check '  and says how to ask for both' says "variants='\[nimble, monolithic\]'"
check 'a mistake in --set is bad data' exits_with 65 ledger scenarios/smoke.yaml --set mesh.loss=2
check 'a missing scenario is missing input' exits_with 66 ledger "$TMPDIR/none.yaml"
check 'two kinds of output are one too many' exits_with 2 ledger scenarios/smoke.yaml --json --tsv
check 'help shows an example first' exits_with 0 ledger --help
check '  on standard output' prints 'nimblesim ledger scenarios/factory.yaml'

is_full() { "$NIMBLESIM" ledger scenarios/smoke.yaml -q >/dev/full 2>"$TMPDIR/err"; test $? = 74; }
check 'an output that is full is told' is_full
set -m # else a job in the background ignores SIGINT
"$NIMBLESIM" ledger scenarios/factory.yaml --replications 1000 >"$TMPDIR/out" 2>"$TMPDIR/err" &
pid=$!
sleep 2
kill -INT $pid
wait $pid
check 'an interrupt ends it' test $? = 130
check '  with nothing on standard output' test ! -s "$TMPDIR/out"
check '  and says so' says interrupted
echo "1..$tap_count"
