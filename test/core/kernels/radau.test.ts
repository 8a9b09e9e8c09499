/** The rules of quadrature: exact for polynomials under their weight, and within the bound that `shuntOn` states. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  COEFFICIENTS,
  LARGEST,
  PER_UNIT,
  REACHES,
  radauRules,
  ruleLength,
  SIZES,
} from '../../../core/kernels/radau.ts';

/** Integral of z^k e^(x (z - 1)) over [0, 1], by the series of e^(x z), whose terms are all positive. */
function moment(k: number, x: number): number {
  let sum = 0;
  for (let n = 0, term = 1; n < 80; n++, term *= x / n) sum += term / (n + k + 1);
  return sum * Math.exp(-x);
}

function* rules() {
  const table = radauRules();
  let from = 2 * COEFFICIENTS * SIZES.length;
  for (const n of SIZES)
    for (let i = 0; i <= LARGEST * PER_UNIT; i++, from += ruleLength(n)) {
      const part = (k: number) => Array.from(table.subarray(from + k * n, from + (k + 1) * n));
      yield { n, x: i / PER_UNIT, nodes: part(0), weights: part(1), exponents: part(2), fade: table[from + 3 * n]! };
    }
  assert.is(from, table.length);
}

test('rules of n nodes are exact up to degree 2n - 2 and no further', () => {
  for (const { n, x, nodes, weights } of rules()) {
    const error = (k: number) => weights.reduce((sum, w, i) => sum + w * nodes[i]! ** k, 0) - moment(k, x);
    for (let k = 0; k <= 2 * n - 2; k++) assert.ok(Math.abs(error(k)) < 2e-15, `n ${n}, x ${x}, degree ${k}`);
    if (n === 4) assert.ok(Math.abs(error(2 * n - 1)) > 1e-6);
    assert.ok(weights.every((w) => w > 0));
    assert.is(nodes[n - 1], 1);
  }
});

test('exponents are those of the weight, and the end has what the potential fades by', () => {
  for (const { n, x, nodes, exponents, fade } of rules()) {
    exponents.forEach((e, i) => {
      assert.is(e, i === n - 1 ? -x : x * (nodes[i]! - 1));
    });
    assert.ok(Math.abs(fade - Math.exp(-x)) < 1e-15);
  }
});

const CONSTANTS = [1.1e-4, 4e-7];

test('the error constants that are stated hold for every x', () => {
  for (const { n, x, nodes } of rules()) {
    // Coefficients of (1 - z) prod (z - node)^2 over the nodes before the end.
    let c = [1, -1];
    for (const node of nodes.slice(0, -1).flatMap((z) => [z, z]))
      c = [...c, 0].map((_, k) => (c[k - 1] ?? 0) - node * (c[k] ?? 0));
    const integral = c.reduce((sum, ck, k) => sum + ck * moment(k, x), 0);
    const constant = CONSTANTS[SIZES.indexOf(n)]!;
    assert.ok(integral / moment(0, x) < constant, `n ${n}, x ${x}: ${integral / moment(0, x)}`);
    if (x === 0) assert.ok(integral > constant * 0.9);
  }
});

/** The coefficient of z^m in e^p(z), p being the sum of p[k] z^k. */
function ofExponential(p: (k: number) => number, m: number): number {
  const c = [1];
  for (let k = 1; k <= m; k++) {
    let sum = 0;
    for (let j = 1; j <= k; j++) sum += j * p(j) * c[k - j]!;
    c.push(sum / k);
  }
  return c[m]!;
}

const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));

test('within their reach rules err by less than 6e-13 of what drives', () => {
  REACHES.forEach(({ bend, slope }, size) => {
    let most = 0;
    for (let i = 0; i <= 200; i++) {
      const w = ((i / 200) * bend) / slope;
      const a = bend - slope * w;
      const exponents = (k: number) => (k === 1 ? w + 1 / 32 + a * (1 + w / 3) : (2 * a * w ** (k - 2)) / factorial(k));
      const error = ofExponential(exponents, 2 * SIZES[size]! - 1) * Math.exp(1 / 32 + a * (1 / 4 + w / 3));
      most = Math.max(most, CONSTANTS[size]! * error);
    }
    assert.ok(most < 6e-13, `${SIZES[size]} nodes: ${most}`);
  });
});

test('what the series of brief steps leaves out is below 1e-12 of how far they go', () => {
  for (let i = 1; i <= 200; i++) {
    const y = (i / 200) * (13 / 512);
    const w = 13 / 512 - y;
    const error = ofExponential((k) => (y * w ** (k - 1)) / factorial(k), 7) / y;
    assert.ok(error < 1e-12, `y ${y}: ${error}`);
  }
});

test('polynomials stand for (1 - e^-z) / z and for e^q', () => {
  REACHES.forEach(({ bend, slope, exponent, decay, growth }, size) => {
    const w = bend / slope;
    const [decays, grows] = [0, 1].map((k) => {
      const from = (2 * size + k) * COEFFICIENTS;
      return radauRules().subarray(from, from + COEFFICIENTS);
    });
    const at = (c: Float64Array, z: number) => c.reduceRight((sum, ck) => ck + z * sum, 0);
    for (let i = 1; i <= 1000; i++) {
      const z = (i / 1000) * w;
      assert.ok(Math.abs((at(decays!, z) * z) / -Math.expm1(-z) - 1) < 2e-13, `${SIZES[size]} nodes, z ${z}`);
      for (const q of [(i / 1000) * exponent, (-i / 1000) * exponent])
        assert.ok(Math.abs(at(grows!, q) * Math.exp(-q) - 1) < 3e-13, `${SIZES[size]} nodes, q ${q}`);
    }
    // |q| is at most z (1 - z) times the bend a, besides what x is rounded by.
    for (let a = 0; a <= bend; a += bend / 100)
      assert.ok(exponent >= 1 / 32 + (a * (bend - a)) / slope / 3 + a / 4, `${SIZES[size]} nodes`);
    assert.is(grows![0], 1);
    assert.is(
      decays!.findLastIndex((c) => c !== 0),
      decay,
    );
    assert.is(
      grows!.findLastIndex((c) => c !== 0),
      growth,
    );
  });
});

test.run();
