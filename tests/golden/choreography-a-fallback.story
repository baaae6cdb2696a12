a medium task comes to device 12 after 1275.915 s

         at, s        took, ms
1275.915267403      750.000000  decides for own edge
                                  estimated costs: own device 10.14, own edge 0.145, own cloud 0.187, foreign edge 0.464, foreign cloud 0.499
1276.665267403        0.000000  goes elsewhere than decided; 3 targets were down
1276.665267403     3492.683766  runs on own device, node 12: late
                                  its deadline is 2.000 s after it came
               ---------------
                   4242.683766  in all
