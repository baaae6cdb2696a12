;; A sub-tasklet: the square root of |x|, and a quarter.
(module
  ;; code
  (func $root (param f64) (result f64)
    (f64.add (f64.sqrt (f64.abs (local.get 0))) (f64.const 0.25)))
  ;; end
  (export "run" (func $root)))
