# Figure 8: what each node sends and receives, nimble beside monolithic.
size_px = "860,460"
load scripts . "/style.gp"

file = data . "figure8.tsv"
stats file using "n" nooutput name "n"
stats file using "node" nooutput name "node"

set style fill solid 1 noborder
set errorbars 0.5 linecolor rgb INK linewidth 1.2
set title sprintf( \
    "Traffic of each node over the run (mean of n = %d replications, 95 %% interval)", n_min)
set xrange [0.4:node_max + 0.6]
set xtics 1 scale 0
set yrange [0:*]
set xlabel "node (the registry hangs on node 1)" offset 0,0.3
set ylabel "traffic (MB)" offset 0.5
set key top right

# The columns, from left to right within a node: sent in full colour, received in a lighter one.
array what[4] = ["nimble_tx_B", "nimble_rx_B", "monolithic_tx_B", "monolithic_rx_B"]
array words[4] = ["nimble, sent", "nimble, received", "monolithic, sent", "monolithic, received"]
array shade[4] = [NIMBLE, "#80b8d8", MONOLITHIC, "#eaae80"]
width = 0.2
MB(name) = column(name) / 1e6
plot for [i = 1:4] file using (column("node") + (i - 2.5) * width):(MB(what[i])): \
        (MB(what[i] . "_low")):(MB(what[i] . "_high")):(width * 0.94) \
        with boxerrorbars linecolor rgb shade[i] title words[i]
