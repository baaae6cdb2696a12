;; Calls a sub-tasklet for ever: each way to do so must stop at the budget.
(module
  (import "" "double" (func $double (param i32) (result i32)))
  (func (export "run") (param i32) (result i32)
    (loop $again
      (local.set 0 (call $double (local.get 0)))
      (br $again))
    (i32.const 0)))
