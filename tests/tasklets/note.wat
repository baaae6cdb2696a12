;; A sub-tasklet without a result.
(module
  ;; code
  (func $note (param i32))
  ;; end
  (export "run" (func $note)))
