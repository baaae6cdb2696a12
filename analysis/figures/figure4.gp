# Figure 4: the taskset, chains sorted by response time; time and size split into the chain's own
# and its algorithms' share. The paper's means are of all its chains.
size_px = "860,540"
load scripts . "/style.gp"

file = data . "figure4.tsv"
stats file using (column("own_s") + column("algorithms_s")) nooutput name "time"
stats file using (column("own_B") + column("algorithms_B")) nooutput name "bytes"

set style fill solid 1 noborder
set boxwidth 1 absolute
set xrange [0.5:time_records + 0.5]
set xtics time_records > 50 ? 25 : 5
set yrange [0:*]
set key top left
set multiplot layout 2,1 margins 0.085,0.98,0.1,0.93 spacing 0.05

set title sprintf("Nimble taskset of replication 1 (n = %d chains, by response time)", time_records)
set format x ""
set ylabel "response time (s)"
set label 1 "(a)" at graph 0.985, graph 0.92 right textcolor rgb INK
plot file using "rank":(column("own_s") + column("algorithms_s")) with boxes \
         linecolor rgb SHARED title "its algorithms", \
     file using "rank":"own_s" with boxes linecolor rgb NIMBLE title "chain itself", \
     time_mean linecolor rgb INK dashtype 2 title sprintf("mean %.2f s", time_mean), \
     5.3 linecolor rgb PAPER dashtype 3 linewidth 1.6 title "paper: about 5.3 s expected"

unset title
set format x "%g"
set xlabel "chain, by rank of response time" offset 0,0.3
set ylabel "size (B)"
set label 1 "(b)"
plot file using "rank":(column("own_B") + column("algorithms_B")) with boxes linecolor rgb SHARED, \
     file using "rank":"own_B" with boxes linecolor rgb NIMBLE, \
     bytes_mean linecolor rgb INK dashtype 2 title sprintf("mean %.0f B", bytes_mean), \
     1800 linecolor rgb PAPER dashtype 3 linewidth 1.6 title "paper: 1800 B expected"
unset multiplot
