;; A sub-tasklet with wide arguments: x rotated by n, times a large odd number.
(module
  ;; code
  (func $mix (param i64 i32) (result i64)
    (i64.mul (i64.rotl (local.get 0) (i64.extend_i32_u (local.get 1)))
             (i64.const -7046029254386353131)))
  ;; end
  (export "run" (func $mix)))
