;; A sub-tasklet: single precision in, single precision out.
(module
  ;; code
  (func $narrow (param f32 i32) (result f32)
    (f32.div (local.get 0) (f32.convert_i32_s (local.get 1))))
  ;; end
  (export "run" (func $narrow)))
