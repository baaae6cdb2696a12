# Figure 10: how long calls take, over a sliding window, and what the time is made of.
size_px = "740,490"
load scripts . "/style.gp"

file = data . "figure10.tsv"
stats file using "n" nooutput name "n"
stats file using "t_s" nooutput name "t"
eval measured("faster_from")

colour(variant) = variant eq "nimble" ? NIMBLE : MONOLITHIC
set xrange [0:t_max]
set ytics autofreq
set multiplot layout 2,2 margins 0.075,0.985,0.115,0.855 spacing 0.07,0.155 \
    title sprintf("Calls completed in the last 100 s (%s)", means(n_max, "band"))

do for [part in "response acquisition execution queueing"] {
    stats file using (column("nimble_" . part . "_s") + column("monolithic_" . part . "_s")) \
        nooutput name "sum"
    is_none = sum_records == 0 || sum_max == 0
    set title part eq "response" ? "response time" : part
    set xlabel part eq "execution" || part eq "queueing" ? "time (s)" : "" offset 0,0.3
    set ylabel part eq "response" || part eq "execution" ? "time (s)" : "" offset 0.5
    set key off
    unset arrow
    unset label
    if (part eq "response") {
        set key on bottom right
        if (is_there(value)) {
            set arrow from value, graph 0 to value, graph 1 nohead back \
                dashtype 2 linecolor rgb INK linewidth 1.2
            below = sprintf("nimble below from %.0f s on", value)
            if (value < t_max / 2) {
                set label below at value, graph 0.93 left offset 0.8 textcolor rgb INK
            } else {
                set label below at value, graph 0.93 right offset -0.8 textcolor rgb INK
            }
        }
    }
    if (is_none) {
        set yrange [0:1]
        set label "none: no call ever waits for an executor" at graph 0.5, graph 0.5 center \
            textcolor rgb FAINT
    } else {
        set yrange [0:*]
    }
    plot for [v in "monolithic nimble"] file \
             using "t_s":(low_of(v . "_" . part . "_s")):(high_of(v . "_" . part . "_s")) \
             with filledcurves linecolor rgb colour(v), \
         for [v in "monolithic nimble"] file using "t_s":(column(v . "_" . part . "_s")) \
             linewidth 1.8 linecolor rgb colour(v) title v
}
unset multiplot
