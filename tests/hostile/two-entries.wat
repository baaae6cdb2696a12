(module
  (func (export "one") (param i32) (result i32) (i32.const 0))
  (func (export "two") (param i32) (result i32) (i32.const 0)))
