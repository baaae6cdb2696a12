;; A sub-tasklet: 2 x + 1.
(module
  ;; code
  (func $double (param i32) (result i32)
    (i32.add (i32.shl (local.get 0) (i32.const 1)) (i32.const 1)))
  ;; end
  (export "run" (func $double)))
