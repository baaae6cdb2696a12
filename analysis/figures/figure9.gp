# Figure 9: bytes moved so far, and when nimble has moved fewer for good.
size_px = "860,460"
load scripts . "/style.gp"

file = data . "figure9.tsv"
stats file using "n" nooutput name "n"
stats file using "t_s" nooutput name "t"
stats file using (high_of("monolithic_B") / 1e6) nooutput name "load"
eval measured("break_even")

even = !is_there(value) ? "no break-even" : \
    sprintf("break-even at %.0f s", value) . (!is_there(low) ? "" : \
    sprintf(" (%.0f to %.0f s)", low, high))
if (is_there(value)) {
    set arrow 1 from value, graph 0 to value, graph 1 nohead back \
        dashtype 2 linecolor rgb INK linewidth 1.2
}
if (is_there(low)) {
    set object 1 rectangle from low, graph 0 to high, graph 1 back \
        fillcolor rgb MARK fillstyle transparent solid 0.18 noborder
}
# The paper's: in its simulation at 300 s, on its testbed at 400 s.
set arrow 2 from 300, graph 0 to 300, graph 1 nohead back dashtype 3 linecolor rgb PAPER linewidth 1.6
set arrow 3 from 400, graph 0 to 400, graph 1 nohead back dashtype 4 linecolor rgb PAPER linewidth 1.2

set multiplot
set margins screen 0.075, screen 0.98, screen 0.125, screen 0.91
set title sprintf("Total network load (%s)", means(n_max, "band"))
set xrange [0:t_max]
set yrange [0:*]
set xlabel "time (s)" offset 0,0.3
set ylabel "sent and received so far (MB)" offset 0.5
set key bottom right spacing 1
set label 1 "(a)" at graph 0.985, graph 0.95 right textcolor rgb INK
colour(variant) = variant eq "nimble" ? NIMBLE : MONOLITHIC
plot for [v in "monolithic nimble"] file \
         using "t_s":(low_of(v . "_B") / 1e6):(high_of(v . "_B") / 1e6) with filledcurves \
         linecolor rgb colour(v), \
     for [v in "monolithic nimble"] file \
         using "t_s":(column(v . "_B") / 1e6) linewidth 2 linecolor rgb colour(v) title v, \
     NaN linecolor rgb INK dashtype 2 linewidth 1.2 title even, \
     NaN linecolor rgb PAPER dashtype 3 linewidth 1.6 title "paper, simulation: 300 s", \
     NaN linecolor rgb PAPER dashtype 4 linewidth 1.2 title "paper, testbed: 400 s"

# The first ten minutes, closer, on white: nothing of the large picture shines through.
unset title
unset label 1
set object 2 rectangle from screen 0.185, screen 0.535 to screen 0.565, screen 0.9 behind \
    fillcolor rgb "#ffffff" fillstyle solid 1 noborder
set margins screen 0.255, screen 0.55, screen 0.645, screen 0.845
set border 15
set title "(b) the first 600 s" offset 0,-0.7
set xlabel "time (s)" offset 0,0.3
set ylabel "so far (MB)" offset 1
unset key
set xrange [0:t_max < 600 ? t_max : 600]
set xtics 100
set ytics autofreq
replot
unset multiplot
