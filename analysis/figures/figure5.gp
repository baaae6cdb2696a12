# Figure 5: a robot's way over the floor, the nodes and how far they reach.
size_px = "640,505"
load scripts . "/style.gp"

track = data . "figure5-track.tsv"
calls = data . "figure5-calls.tsv"
nodes = data . "figure5-nodes.tsv"
stats track using 1 nooutput name "t"
stats calls using (column("node") > 0 ? 1 : NaN) nooutput name "reached"
stats calls using (column("node") > 0 ? NaN : 1) nooutput name "lost"
eval measured("radius")
radius = value
eval measured("width")
width = value
eval measured("height")
height = value

set title sprintf("Robot 1 over %g s (n = 1, replication 1)", t_max)
set xrange [0:width]
set yrange [0:height]
set size ratio -1
set border 15
unset grid
set tics front
set xtics 10
set ytics 10
set xlabel "x (m)" offset 0,0.3
set ylabel "y (m)" offset 0.5
# Steps of a sixth of the time: a robot passes its own way often.
set palette maxcolors 6 defined (0 "#00224e", 0.35 "#35456c", 0.6 "#7d7c78", 1 "#d9b500")
is_in(sixth, t) = 6 * t >= sixth * t_max && 6 * t <= (sixth + 1) * t_max
set cbrange [0:t_max]
set cbtics t_max / 6 scale 0
set cblabel "time (s)"
set colorbox user origin screen 0.86, graph 0 size screen 0.025, graph 1
set lmargin screen 0.095
set rmargin screen 0.84
set bmargin screen 0.2
set tmargin screen 0.945
set key at screen 0.455, screen 0.055 center center maxrows 2 width 2 noopaque
set style fill solid 1 noborder
plot nodes using "x_m":"y_m":(radius) with circles fillcolor rgb OWN \
         fillstyle transparent solid 0.18 noborder \
         title sprintf("reach of a node (%g m)", radius), \
     nodes using "x_m":"y_m" with points pointtype 5 pointsize 1.2 * point linecolor rgb INK \
         title "node", \
     for [i = 0:5] track using (is_in(i, column("t_s")) ? column("x_m") : NaN):"y_m" \
         with lines linewidth 2 linecolor palette cb ((i + 0.5) * t_max / 6), \
     calls using "x_m":(column("node") > 0 ? column("y_m") : NaN) with points pointtype 7 \
         pointsize 0.55 * point linecolor rgb GOOD \
         title sprintf("call at a node (n = %d)", reached_records), \
     calls using "x_m":(column("node") > 0 ? NaN : column("y_m")) with points pointtype 6 \
         pointsize 0.8 * point linewidth 1.5 linecolor rgb MONOLITHIC \
         title sprintf("call out of contact (n = %d)", lost_records), \
     nodes using "x_m":"y_m":"node" with labels offset 1,0.8 textcolor rgb INK, \
     track every ::0::0 using "x_m":"y_m":("start") with labels left offset 0.2,-0.8 \
         textcolor rgb INK
