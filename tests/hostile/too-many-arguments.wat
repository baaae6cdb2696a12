(module
  (import "" "double" (func (param i64 i64 i64 i64 i64 i64 i64 i64 i32) (result i32)))
  (func (export "run") (param i32) (result i32) (i32.const 0)))
