# One batch: who ran where and when, and the memory in use under the cap; base above, all below.
# needs: pi5-gantt.tsv
size_px = "980,640"
load scripts . "/style.gp"

gantt = data . "pi5-gantt.tsv"
memory = data . "pi5-memory.tsv"
stats gantt using "end_s" nooutput name "end"
classes = "fib_opt resnet squeezenet matmul transpose fib"
array shade[6] = [OWN, MONOLITHIC, SHARED, NIMBLE, GOOD, MARK]
cap = real(system("sed -n '1s/.*cap \\([0-9.]*\\) MB.*/\\1/p' " . memory))
is_of(arm, class) = strcol("arm") eq arm && strcol("class") eq class

set multiplot
set lmargin at screen 0.07
set rmargin at screen 0.97
set xrange [0:end_max * 1.01]
set style fill solid 0.85 border rgb "#ffffff"
arms = "base all"
do for [i = 1:2] {
    arm = word(arms, i)
    top = i == 1 ? 0.91 : 0.45
    set tmargin at screen top
    set bmargin at screen top - 0.22
    set title arm offset 0,-0.6
    set yrange [0.4:4.6] reverse
    set ytics 1 format "core %g"
    set xtics format ""
    unset xlabel
    unset ylabel
    unset arrow
    if (i == 1) { set key horizontal at screen 0.97,0.985 } else { unset key }
    plot for [k = 1:6] gantt using (is_of(arm, word(classes, k)) ? column("start_s") : NaN): \
             "core":"start_s":"end_s":(column("core") - 0.38):(column("core") + 0.38) \
             with boxxyerror linecolor rgb shade[k] title word(classes, k) noenhanced
    unset title
    set tmargin at screen top - 0.24
    set bmargin at screen top - 0.40
    set yrange [0:cap * 1.15] noreverse
    set ytics auto format "%g"
    set ylabel "MB"
    set xtics format "%g"
    if (i == 2) { set xlabel "s" offset 0,0.6 }
    unset key
    set arrow from 0,cap to end_max * 1.01,cap nohead linecolor rgb MONOLITHIC dashtype 2
    plot memory using (strcol("arm") eq arm ? column("t_s") : NaN):"used_MB" with steps \
             linecolor rgb INK
}
unset multiplot
