# Interactions: what a policy changes, with the others off and on. Parallel lines: they do not meet.
# needs: pi5-arms.tsv
size_px = "860,380"
load scripts . "/style.gp"

file = data . "pi5-arms.tsv"
set multiplot layout 1,3 margins 0.08,0.98,0.16,0.86 spacing 0.04
set xrange [-0.25:1.25]
set key bottom left
set yrange [0:*]
stats file using "mean_s" nooutput name "m"
set yrange [0:m_max * 1.1]
set ylabel "mean completion (s)" offset 1
# A line: the mean of arms with sort (or memory) as given, from x off to x on.
mean_of(x, xv, y, yv) = sprintf("stats '%s' using ((column('%s') == %d && column('%s') == %d) ? column('mean_s') : NaN) nooutput name 'c'", file, x, xv, y, yv)
pairs = "pin,memory pin,sort memory,sort"
do for [i = 1:3] {
    a = word(pairs, i)[1:strstrt(word(pairs, i), ",") - 1]
    b = word(pairs, i)[strstrt(word(pairs, i), ",") + 1:*]
    set print $lines
    print "at\toff\ton"
    do for [k = 0:1] {
        eval mean_of(a, k, b, 0); off = c_mean
        eval mean_of(a, k, b, 1)
        print sprintf("%d\t%g\t%g", k, off, c_mean)
    }
    unset print
    set title a . " × " . b
    set xtics ("no " . a 0, a 1) scale 0
    plot $lines using "at":"off" with linespoints linecolor rgb NIMBLE linewidth 2 \
             pointtype 7 pointsize point title "no " . b, \
         $lines using "at":"on" with linespoints linecolor rgb MONOLITHIC linewidth 2 \
             pointtype 7 pointsize point title b
    unset ylabel
    set format y ""
}
unset multiplot
