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

const CONSTANTS = [1.1e-4, 4e-7, 1.6e-9];

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

test('within their reach rules err by less than 2e-12 of what drives', () => {
  REACHES.forEach(({ fastest: w, bend: a }, size) => {
    let least = Infinity;
    for (let r = 0.3; r < 200; r *= 1.01) {
      const exponent = w * r + (1 / 32 + (a * w) / 3) * (1 + r) + a * Math.exp(w * r) * (r + 0.5) ** 2;
      least = Math.min(least, (CONSTANTS[size]! * Math.exp(exponent)) / r ** (2 * SIZES[size]! - 1));
    }
    assert.ok(least < 2e-12, `${SIZES[size]} nodes: ${least}`);
  });
});

test('polynomials stand for (1 - e^-z) / z and for e^q', () => {
  REACHES.forEach(({ fastest: w, bend: a, exponent, decay, growth }, size) => {
    const [decays, grows] = [0, 1].map((k) => {
      const from = (2 * size + k) * COEFFICIENTS;
      return radauRules().subarray(from, from + COEFFICIENTS);
    });
    const at = (c: Float64Array, z: number) => c.reduceRight((sum, ck) => ck + z * sum, 0);
    for (let i = 1; i <= 1000; i++) {
      const z = (i / 1000) * w;
      assert.ok(Math.abs((at(decays!, z) * z) / -Math.expm1(-z) - 1) < 2e-13, `${SIZES[size]} nodes, z ${z}`);
      for (const q of [(i / 1000) * exponent, (-i / 1000) * exponent])
        assert.ok(Math.abs(at(grows!, q) * Math.exp(-q) - 1) < 2e-13, `${SIZES[size]} nodes, q ${q}`);
    }
    // |q| is at most z (1 - z) times the bend, besides what x is rounded by.
    assert.ok(exponent >= 1 / 32 + (a * w) / 3 + a / 4, `${SIZES[size]} nodes`);
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
