;; Has ten pages of memory saved and restored at each of its few instructions.
(module
  (import "" "double" (func $double (param i32) (result i32)))
  (memory 10)
  (func (export "run") (param i32) (result i32)
    (loop $again
      (local.set 0 (call $double (local.get 0)))
      (br $again))
    (local.get 0)))
