# Figure 10: how long calls take, over a sliding window, and what the time is made of. Where no call
# ever waits for an executor, the last panel shows the response's first ten minutes instead.
size_px = "800,520"
load scripts . "/style.gp"

file = data . "figure10.tsv"
stats file using "n" nooutput name "n"
stats file using "t_s" nooutput name "t"
stats file using (column("nimble_queueing_s") + column("monolithic_queueing_s")) nooutput name "queued"
no_queue = queued_records == 0 || queued_max == 0
eval measured("faster_from")

colour(variant) = variant eq "nimble" ? NIMBLE : MONOLITHIC
set xrange [0:t_max]
set ytics autofreq
set multiplot layout 2,2 margins 0.075,0.975,0.105,0.865 spacing 0.085,0.165 \
    title sprintf("Calls completed in the last 100 s (%s)", means(n_max, "band"))

mark = 0
do for [part in "response acquisition execution queueing"] {
    mark = mark + 1
    title_of(p) = p eq "response" ? "response time" : p
    set title sprintf("(%s) %s", substr("abcd", mark, mark), title_of(part))
    set xlabel "time (s)" offset 0,0.5
    set ylabel "time (s)" offset 0.5
    set key off
    unset arrow
    unset label
    unset object
    set yrange [0:*]
    is_closer = part eq "queueing" && no_queue
    shown = is_closer ? "response" : part
    if (is_closer) {
        set title sprintf("(%s) response time, the first 600 s", substr("abcd", mark, mark))
        set xrange [0:t_max < 600 ? t_max : 600]
    }
    if (shown eq "response") {
        # The paper's: faster from 300 to 400 s on; on its testbed from about 400 s.
        if (half eq "") {
            set object 1 rectangle from 300, graph 0 to 400, graph 1 back \
                fillcolor rgb PAPER fillstyle pattern 4 noborder
        } else {
            set arrow from 400, graph 0 to 400, graph 1 nohead back \
                dashtype 3 linecolor rgb PAPER linewidth 1.6
        }
        if (is_there(value)) {
            set arrow from value, graph 0 to value, graph 1 nohead back \
                dashtype 2 linecolor rgb INK linewidth 1.2
        }
    }
    if (part eq "response") {
        set key on bottom right
        if (is_there(value)) {
            below = sprintf("dashed: nimble below from %.0f s on", value)
            set label below at graph 0.98, graph 0.93 right textcolor rgb INK
        }
        set label (half eq "" ? "hatched: the paper's 300 to 400 s" : "dotted: the paper's 400 s") at graph 0.98, graph 0.82 right \
            textcolor rgb PAPER
    }
    # Nimble's line is narrower and on top, so that one under it still shows on both sides.
    plot for [v in "monolithic nimble"] file \
             using "t_s":(low_of(v . "_" . shown . "_s")):(high_of(v . "_" . shown . "_s")) \
             with filledcurves linecolor rgb colour(v), \
         file using "t_s":(column("monolithic_" . shown . "_s")) \
             linewidth 3.2 linecolor rgb MONOLITHIC title "monolithic", \
         file using "t_s":(column("nimble_" . shown . "_s")) \
             linewidth 1.4 linecolor rgb NIMBLE title "nimble"
}
unset multiplot
