a medium task comes to device 7 after 713.123 s

         at, s        took, ms
 713.122809300      250.000000  decides for own edge
                                  estimated costs: own device 10.099, own edge 0.104, own cloud 0.136, foreign edge 0.423, foreign cloud 0.448
 713.372809300        0.000000  goes elsewhere than decided; 1 target was down
 713.372809300      540.789265  runs on own edge, node 23: in time
                                  its deadline is 2.000 s after it came
               ---------------
                    790.789265  in all
a medium task comes to device 7 after 714.483 s

         at, s        took, ms
 714.482628698        0.000000  decides for own cloud
                                  estimated costs: own device 10.188, own edge 20.192, own cloud 0.247, foreign edge 0.512, foreign cloud 0.559
 714.482628698      575.487771  runs on own cloud, node 24: in time
                                  its deadline is 2.000 s after it came
               ---------------
                    575.487771  in all
a medium task comes to device 7 after 719.224 s

         at, s        took, ms
 719.223816856        0.000000  decides for own edge
                                  estimated costs: own device 10.101, own edge 0.106, own cloud 0.138, foreign edge 0.425, foreign cloud 0.45
 719.223816856      548.414702  runs on own edge, node 22: in time
                                  its deadline is 2.000 s after it came
               ---------------
                    548.414702  in all
