# Figure 9: bytes moved so far, and when nimble has moved fewer for good.
size_px = "860,460"
load scripts . "/style.gp"

file = data . "figure9.tsv"
stats file using "n" nooutput name "n"
stats file using "t_s" nooutput name "t"
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

set multiplot
set margins screen 0.075, screen 0.98, screen 0.125, screen 0.91
set title sprintf("Total network load (%s)", means(n_max, "band"))
set xrange [0:t_max]
set yrange [0:*]
set xlabel "time (s)" offset 0,0.3
set ylabel "sent and received so far (MB)" offset 0.5
set key bottom right
colour(variant) = variant eq "nimble" ? NIMBLE : MONOLITHIC
plot for [v in "monolithic nimble"] file \
         using "t_s":(low_of(v . "_B") / 1e6):(high_of(v . "_B") / 1e6) with filledcurves \
         linecolor rgb colour(v), \
     for [v in "monolithic nimble"] file \
         using "t_s":(column(v . "_B") / 1e6) linewidth 2 linecolor rgb colour(v) title v, \
     NaN linecolor rgb INK dashtype 2 linewidth 1.2 title even

# The first ten minutes, closer.
unset title
unset xlabel
unset ylabel
unset key
set margins screen 0.235, screen 0.56, screen 0.6, screen 0.875
set border 15
set xrange [0:t_max < 600 ? t_max : 600]
set xtics 100
set ytics autofreq
replot
unset multiplot
