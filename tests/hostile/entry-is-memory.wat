(module
  (memory (export "run") 1)
  (func (param i32) (result i32) (i32.const 0)))
