/** Matrix product, four rows at a time; see `Kernels.multiply`. A single row skips zeros. */
@inline
function multiplyFourRows<T>(a: usize, aRow: usize, aColumn: usize, b: usize, stride: usize, c: usize, k: i32, two: bool): void {
  let c00 = v128.splat<T>(0), c10 = c00, c20 = c00, c30 = c00;
  let c01 = c00, c11 = c00, c21 = c00, c31 = c00;
  const a2 = aRow << 1;
  const a3 = a2 + aRow;
  for (let p = 0; p < k; p++) {
    const b0 = v128.load(b);
    const x0 = v128.splat<T>(load<T>(a));
    const x1 = v128.splat<T>(load<T>(a + aRow));
    const x2 = v128.splat<T>(load<T>(a + a2));
    const x3 = v128.splat<T>(load<T>(a + a3));
    c00 = v128.add<T>(c00, v128.mul<T>(x0, b0));
    c10 = v128.add<T>(c10, v128.mul<T>(x1, b0));
    c20 = v128.add<T>(c20, v128.mul<T>(x2, b0));
    c30 = v128.add<T>(c30, v128.mul<T>(x3, b0));
    if (two) {
      const b1 = v128.load(b, 16);
      c01 = v128.add<T>(c01, v128.mul<T>(x0, b1));
      c11 = v128.add<T>(c11, v128.mul<T>(x1, b1));
      c21 = v128.add<T>(c21, v128.mul<T>(x2, b1));
      c31 = v128.add<T>(c31, v128.mul<T>(x3, b1));
    }
    a += aColumn;
    b += stride;
  }
  const s2 = stride << 1;
  v128.store(c, c00);
  v128.store(c + stride, c10);
  v128.store(c + s2, c20);
  v128.store(c + s2 + stride, c30);
  if (two) {
    v128.store(c, c01, 16);
    v128.store(c + stride, c11, 16);
    v128.store(c + s2, c21, 16);
    v128.store(c + s2 + stride, c31, 16);
  }
}

@inline
function multiplyRow<T>(a: usize, aColumn: usize, b: usize, stride: usize, c: usize, k: i32): void {
  let c0 = v128.splat<T>(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  for (let p = 0; p < k; p++) {
    const value = load<T>(a);
    if (value != 0) {
      const x = v128.splat<T>(value);
      c0 = v128.add<T>(c0, v128.mul<T>(x, v128.load(b)));
      c1 = v128.add<T>(c1, v128.mul<T>(x, v128.load(b, 16)));
      c2 = v128.add<T>(c2, v128.mul<T>(x, v128.load(b, 32)));
      c3 = v128.add<T>(c3, v128.mul<T>(x, v128.load(b, 48)));
      c4 = v128.add<T>(c4, v128.mul<T>(x, v128.load(b, 64)));
      c5 = v128.add<T>(c5, v128.mul<T>(x, v128.load(b, 80)));
      c6 = v128.add<T>(c6, v128.mul<T>(x, v128.load(b, 96)));
      c7 = v128.add<T>(c7, v128.mul<T>(x, v128.load(b, 112)));
    }
    a += aColumn;
    b += stride;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
  v128.store(c, c6, 96);
  v128.store(c, c7, 112);
}

@inline
function vector<T>(a: usize, aColumn: usize, b: usize, stride: usize, c: usize, k: i32): void {
  let sum = v128.splat<T>(0);
  for (let p = 0; p < k; p++) {
    sum = v128.add<T>(sum, v128.mul<T>(v128.splat<T>(load<T>(a)), v128.load(b)));
    a += aColumn;
    b += stride;
  }
  v128.store(c, sum);
}

@inline
function multiplyElement<T>(a: usize, aColumn: usize, b: usize, stride: usize, c: usize, k: i32): void {
  let sum: T = 0;
  for (let p = 0; p < k; p++) {
    sum += load<T>(a) * load<T>(b);
    a += aColumn;
    b += stride;
  }
  store<T>(c, sum);
}

@inline
function multiplyOf<T>(a: usize, aRow: i32, aColumn: i32, b: usize, c: usize, m: i32, k: i32, n: i32): void {
  const size = sizeof<T>();
  const lanes = <i32>(16 / size);
  const down = <usize>aRow * size;
  const along = <usize>aColumn * size;
  const stride = <usize>n * size;
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    let j = 0;
    for (; j + 2 * lanes <= n; j += 2 * lanes) multiplyFourRows<T>(a, down, along, b + <usize>j * size, stride, c + <usize>j * size, k, true);
    for (; j + lanes <= n; j += lanes) multiplyFourRows<T>(a, down, along, b + <usize>j * size, stride, c + <usize>j * size, k, false);
    for (; j < n; j++) {
      for (let r = 0; r < 4; r++)
        multiplyElement<T>(a + <usize>r * down, along, b + <usize>j * size, stride, c + <usize>r * stride + <usize>j * size, k);
    }
    a += down << 2;
    c += stride << 2;
  }
  for (; i < m; i++) {
    let j = 0;
    for (; j + 8 * lanes <= n; j += 8 * lanes) multiplyRow<T>(a, along, b + <usize>j * size, stride, c + <usize>j * size, k);
    for (; j + lanes <= n; j += lanes) vector<T>(a, along, b + <usize>j * size, stride, c + <usize>j * size, k);
    for (; j < n; j++) multiplyElement<T>(a, along, b + <usize>j * size, stride, c + <usize>j * size, k);
    a += down;
    c += stride;
  }
}

export function multiply(single: bool, a: usize, aRow: i32, aColumn: i32, b: usize, c: usize, m: i32, k: i32, n: i32): void {
  if (single) multiplyOf<f32>(a, aRow, aColumn, b, c, m, k, n);
  else multiplyOf<f64>(a, aRow, aColumn, b, c, m, k, n);
}
