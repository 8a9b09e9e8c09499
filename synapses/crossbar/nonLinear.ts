import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import type { CellIvCurve } from './periphery.ts';

/** Size, line resistances (Ω) and current-voltage curve of a crossbar with non-linear cells. */
export interface NonLinearCrossbarOptions {
  readonly rows: number;
  readonly columns: number;
  /** Resistance of one line segment, Ω, > 0. */
  readonly lineResistance: { readonly word: number; readonly bit: number };
  /** Resistance between a line and its voltage source, Ω; default 0. */
  readonly driver?: number;
  readonly cell: CellIvCurve;
}

/** Tolerance of Kirchhoff's current law at each node, as a fraction of the largest cell current. */
const TOLERANCE = 1e-9;
const ROUNDING = 8 * Number.EPSILON;
const MAX_NEWTON_STEPS = 200;

/**
 * Circuit of `Crossbar` with non-linear cells, whose current at voltage v is G f(v). The voltages minimise the co-content
 *   Φ = Σ (ΔV)²/(2 r) + Σ G F(V_word - V_bit),  F(v) = ∫₀ᵛ f(u) du, with ΔV across a line segment of resistance r.
 * Φ is convex, so that Newton's method with backtracking converges to the only solution from any start. Each step
 * is solved by conjugate gradients, preconditioned by the tridiagonal systems of the single lines.
 */
export class NonLinearCrossbar {
  /** Number of rows, columns and cells; conductances, S, of a word and a bit line segment, and of line ends (with driver). */
  readonly #lines;
  readonly #cellCurve: CellIvCurve;
  /** Potential of each word node, then of each bit node, row-major, as a fraction of the read voltage. */
  readonly #nodeVoltages: Float64Array;
  readonly #workVectors;
  readonly #cellSlopes;
  readonly #bitVoltages: Float64Array;

  constructor({ rows, columns, lineResistance: { word, bit }, driver = 0, cell }: NonLinearCrossbarOptions) {
    for (const ohm of [word, bit]) {
      if (!(Number.isFinite(ohm) && ohm > 0))
        throw new UserError(
          `Crossbar: lineResistance must be > 0 Ω per segment with non-linear cells (got ${show(ohm)}).`,
        );
    }
    const ends = { wordEnd: 1 / (word + driver), bitEnd: 1 / (bit + driver) };
    this.#lines = { rows, columns, cells: rows * columns, word: 1 / word, bit: 1 / bit, ...ends };
    this.#bitVoltages = new Float64Array(columns);
    this.#cellCurve = cell;
    const nodes = () => new Float64Array(2 * rows * columns);
    this.#nodeVoltages = nodes();
    const [residual, step, z, p, q] = [nodes(), nodes(), nodes(), nodes(), nodes()];
    this.#workVectors = { residual, step, z, p, q, trial: nodes(), diagonal: nodes() };
    this.#cellSlopes = new Float64Array(rows * columns);
  }

  /**
   * Currents out of the bit lines at 0 V, in units of 1 S × read voltage.
   * @param voltages voltages of the word lines, as fractions of the read voltage
   * @param conductances conductances at the full read voltage, S, row-major
   */
  currents(voltages: ArrayLike<number>, conductances: Float64Array): Float64Array {
    const { rows, columns, cells, bitEnd } = this.#lines;
    this.#bitVoltages.fill(0);
    this.#solve(voltages, conductances);
    return Float64Array.from(
      { length: columns },
      (_, j) => this.#nodeVoltages[cells + (rows - 1) * columns + j]! * bitEnd,
    );
  }

  /** Voltage across each cell, row-major, in the unit of the voltages of word and bit lines. */
  cellVoltages(words: ArrayLike<number>, bits: ArrayLike<number>, conductances: Float64Array): Float64Array {
    const { cells } = this.#lines;
    this.#bitVoltages.set(bits);
    this.#solve(words, conductances);
    return Float64Array.from({ length: cells }, (_, k) => this.#nodeVoltages[k]! - this.#nodeVoltages[cells + k]!);
  }

  #solve(voltages: ArrayLike<number>, conductances: Float64Array) {
    const { columns, cells } = this.#lines;
    const v = this.#nodeVoltages;
    for (let k = 0; k < cells; k++) {
      v[k] = voltages[Math.floor(k / columns)]!;
      v[cells + k] = this.#bitVoltages[k % columns]!;
    }
    const scale = this.#findLargestCurrent(voltages, conductances);
    for (let n = 0; scale > 0 && this.#computeResidual(v, voltages, conductances) > TOLERANCE * scale; n++) {
      if (n === MAX_NEWTON_STEPS)
        throw new UserError(`Crossbar: the currents did not converge to a relative tolerance of ${TOLERANCE}.`);
      this.#takeNewtonStep(voltages, conductances);
    }
  }

  #findLargestCurrent(voltages: ArrayLike<number>, conductances: Float64Array): number {
    const { columns } = this.#lines;
    let most = 0;
    for (let k = 0; k < conductances.length; k++) {
      const current = this.#cellCurve.current(voltages[Math.floor(k / columns)]! - this.#bitVoltages[k % columns]!);
      most = Math.max(most, Math.abs(conductances[k]! * current));
    }
    return most;
  }

  /**
   * Computes the residual current of each node into `residual`. Returns the largest residual current. Rounding errors
   * on highly conductive word lines are subtracted, because they hardly affect cell currents.
   */
  #computeResidual(v: Float64Array, voltages: ArrayLike<number>, conductances: Float64Array): number {
    const { rows, columns, cells, word, bit, wordEnd, bitEnd } = this.#lines;
    const { residual } = this.#workVectors;
    let most = 0;
    for (let i = 0, k = 0; i < rows; i++) {
      const rounding = ROUNDING * word * Math.abs(voltages[i]!);
      for (let j = 0; j < columns; j++, k++) {
        const [w, b] = [v[k]!, v[cells + k]!];
        const through = conductances[k]! * this.#cellCurve.current(w - b);
        const left = j > 0 ? word * (v[k - 1]! - w) : wordEnd * (voltages[i]! - w);
        const right = j < columns - 1 ? v[k + 1]! - w : 0;
        const above = i > 0 ? v[cells + k - columns]! - b : 0;
        const below = i < rows - 1 ? bit * (v[cells + k + columns]! - b) : bitEnd * (this.#bitVoltages[j]! - b);
        residual[k] = left + word * right - through;
        residual[cells + k] = bit * above + below + through;
        const bitRounding = ROUNDING * bit * Math.abs(this.#bitVoltages[j]!);
        most = Math.max(most, Math.abs(residual[k]!) - rounding, Math.abs(residual[cells + k]!) - bitRounding);
      }
    }
    return most;
  }

  #computeCoContent(v: Float64Array, voltages: ArrayLike<number>, conductances: Float64Array): number {
    const { rows, columns, cells, word, bit, wordEnd, bitEnd } = this.#lines;
    let sum = 0;
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, k++) {
        const left = (j > 0 ? v[k - 1]! : voltages[i]!) - v[k]!;
        const below = (i < rows - 1 ? v[cells + k + columns]! : this.#bitVoltages[j]!) - v[cells + k]!;
        sum += ((j > 0 ? word : wordEnd) * left * left + (i < rows - 1 ? bit : bitEnd) * below * below) / 2;
        sum += conductances[k]! * this.#cellCurve.charge(v[k]! - v[cells + k]!);
      }
    }
    return sum;
  }

  /** Takes one Newton step, shortened by backtracking until it decreases the co-content sufficiently. */
  #takeNewtonStep(voltages: ArrayLike<number>, conductances: Float64Array) {
    const { residual, step, trial } = this.#workVectors;
    const cells = this.#cellSlopes.length;
    for (let k = 0; k < cells; k++)
      this.#cellSlopes[k] =
        conductances[k]! * this.#cellCurve.slopeAt(this.#nodeVoltages[k]! - this.#nodeVoltages[cells + k]!);
    this.#solveNewtonStep();
    let descent = 0;
    for (let k = 0; k < step.length; k++) descent += residual[k]! * step[k]!;
    const before = this.#computeCoContent(this.#nodeVoltages, voltages, conductances);
    for (let share = 1; share > 1e-12; share /= 2) {
      for (let k = 0; k < step.length; k++) trial[k] = this.#nodeVoltages[k]! + share * step[k]!;
      const after = this.#computeCoContent(trial, voltages, conductances);
      if (after <= before - 1e-4 * share * descent + 1e-13 * Math.abs(before)) break;
    }
    this.#nodeVoltages.set(trial);
  }

  /** Solves J × `step` = `residual`, with J the Jacobian of the currents, by preconditioned conjugate gradients. */
  #solveNewtonStep() {
    const { residual, step, z, p, q } = this.#workVectors;
    this.#computeLinePivots();
    const r = Float64Array.from(residual);
    step.fill(0);
    this.#applyPreconditioner(r, z);
    p.set(z);
    let rz = computeDotProduct(r, z);
    const enough = rz * 1e-16;
    for (let n = 0; n < 10 * r.length && rz > enough; n++) {
      this.#multiplyJacobian(p, q);
      const alpha = rz / computeDotProduct(p, q);
      for (let k = 0; k < step.length; k++) {
        step[k]! += alpha * p[k]!;
        r[k]! -= alpha * q[k]!;
      }
      this.#applyPreconditioner(r, z);
      const next = computeDotProduct(r, z);
      for (let k = 0; k < p.length; k++) p[k] = z[k]! + (next / rz) * p[k]!;
      rz = next;
    }
  }

  #multiplyJacobian(x: Float64Array, out: Float64Array) {
    const { rows, columns, cells, word, bit, wordEnd, bitEnd } = this.#lines;
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, k++) {
        const [w, b] = [x[k]!, x[cells + k]!];
        const through = this.#cellSlopes[k]! * (w - b);
        const left = j > 0 ? word * (w - x[k - 1]!) : wordEnd * w;
        const right = j < columns - 1 ? w - x[k + 1]! : 0;
        const above = i > 0 ? b - x[cells + k - columns]! : 0;
        const below = i < rows - 1 ? bit * (b - x[cells + k + columns]!) : bitEnd * b;
        out[k] = left + word * right + through;
        out[cells + k] = bit * above + below - through;
      }
    }
  }

  #computeLinePivots() {
    const { rows, columns, cells, word, bit, wordEnd, bitEnd } = this.#lines;
    const { diagonal } = this.#workVectors;
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, k++) {
        const own = this.#cellSlopes[k]! + (j > 0 ? word : wordEnd) + (j < columns - 1 ? word : 0);
        diagonal[k] = j > 0 ? own - (word * word) / diagonal[k - 1]! : own;
        const ownBit = this.#cellSlopes[k]! + (i > 0 ? bit : 0) + (i < rows - 1 ? bit : bitEnd);
        diagonal[cells + k] = i > 0 ? ownBit - (bit * bit) / diagonal[cells + k - columns]! : ownBit;
      }
    }
  }

  #applyPreconditioner(x: Float64Array, out: Float64Array) {
    const { rows, columns, cells, word, bit } = this.#lines;
    for (let i = 0; i < rows; i++) this.#solveLine(x, out, i * columns, 1, columns, word);
    for (let j = 0; j < columns; j++) this.#solveLine(x, out, cells + j, columns, rows, bit);
  }

  #solveLine(x: Float64Array, out: Float64Array, start: number, stride: number, count: number, g: number) {
    const { diagonal } = this.#workVectors;
    let k = start;
    out[k] = x[k]!;
    for (let n = 1; n < count; n++) {
      const before = k;
      k += stride;
      out[k] = x[k]! + (g / diagonal[before]!) * out[before]!;
    }
    out[k]! /= diagonal[k]!;
    for (let n = 1; n < count; n++) {
      const after = k;
      k -= stride;
      out[k] = (out[k]! + g * out[after]!) / diagonal[k]!;
    }
  }
}

function computeDotProduct(a: Float64Array, b: Float64Array) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
