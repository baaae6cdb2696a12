(module
  (import "" "double" (func $double (param i32) (result i32)))
  (export "run" (func $double)))
