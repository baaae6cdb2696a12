# Figure 8: what each node sends and receives, nimble beside monolithic. Patterns tell the four
# apart where print has no colours.
size_px = "860,460"
load scripts . "/style.gp"

file = data . "figure8.tsv"
stats file using "n" nooutput name "n"
stats file using "node" nooutput name "node"
# What the paper's factor would leave of what node 1 sends: four in its simulation, five on its testbed.
factor = half eq "" ? 4 : 5
stats file using (column("node") == 1 ? column("monolithic_tx_B") / factor / 1e6 : NaN) nooutput name "quarter"

if (n_max > 1) {
    set errorbars 0.5 linecolor rgb INK linewidth 1.2
} else {
    set errorbars 0
}
set title sprintf("Traffic of each node over the run (%s)", means(n_max, "interval"))
set xrange [0.4:node_max + 0.6]
set xtics 1 scale 0
set yrange [0:*]
set xlabel "node (the registry hangs on node 1)" offset 0,0.3
set ylabel "traffic (MB)" offset 0.5
set key top right

# The columns, from left to right within a node: solid for nimble, hatched for monolithic; what is
# received is lighter, by its colour or by a wider hatching.
array what[4] = ["nimble_tx_B", "nimble_rx_B", "monolithic_tx_B", "monolithic_rx_B"]
array words[4] = ["nimble, sent", "nimble, received", "monolithic, sent", "monolithic, received"]
array shade[4] = [NIMBLE, "#80b8d8", MONOLITHIC, MONOLITHIC]
array hatch[4] = [3, 3, 2, 5]
width = 0.2
at(node, i) = node + (i - 2.5) * width
plot for [i = 1:4] file \
         using (at(column("node"), i)):(column(what[i]) / 1e6):(width * 0.94) with boxes \
         fillcolor rgb shade[i] fillstyle pattern hatch[i] border linecolor rgb shade[i] \
         title words[i], \
     for [i = 1:4] file \
         using (at(column("node"), i)):(column(what[i]) / 1e6): \
               (low_of(what[i]) / 1e6):(high_of(what[i]) / 1e6):(0) with boxerrorbars \
         fillstyle solid 1 noborder linecolor rgb INK, \
     file using (column("node") == 1 ? 0.45 : NaN):(quarter_max):(0.37):(0) \
         with vectors nohead linewidth 3 linecolor rgb PAPER \
         title "paper: node 1 sends a " . (half eq "" ? "quarter" : "fifth") . " of monolithic's"
