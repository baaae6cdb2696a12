;; Calls through a table: 0 is right, 1 of another type, 2 empty, 3 beyond, 4 an import.
(module
  (import "" "double" (func $double (param i32) (result i32)))
  (type $right (func (param i32) (result i32)))
  (table 4 4 funcref)
  (elem (i32.const 0) $one $two)
  (elem (i32.const 3) $double)
  (func $one (param i32) (result i32) (i32.const 11))
  (func $two (result i64) (i64.const 22))
  (func (export "run") (param i32) (result i32)
    (call_indirect (type $right) (i32.const 5) (local.get 0))))
