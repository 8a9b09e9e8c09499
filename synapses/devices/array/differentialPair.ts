import { UserError } from '../../../core/declare/errors.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { columnEdge, columnLength, columnRow, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Devices } from '../../../core/model.ts';
import { StrengthBuffer } from './array.ts';
import { MultiDeviceArray, type PulseMethod } from './multiDevice.ts';
import type { OneSidedParameters } from './range.ts';
import { type ProgrammableDevices, verifyRow } from './verify.ts';

/**
 * Differential pair: two plastic devices per synapse, weight = weightAtGMax (G+ - G-)/(gMax - gMin). A pulse moves both
 * devices in opposite directions. With `oneSided`, an upward pulse raises G+ only and a downward pulse raises G- only
 * (phase-change memory, which resets abruptly). Source: Suri et al. 2011, doi:10.1109/IEDM.2011.6131488; Bichler et al.
 * 2012, doi:10.1109/TED.2012.2197951.
 */
export class DifferentialPair extends MultiDeviceArray {
  readonly #name: string;
  readonly #refresher: Refresher | null;
  readonly #splitters: { readonly [A in PulseMethod]: SignSplitter } | null;

  /** @param top largest weight of one side (weightAtGMax) */
  constructor(
    oneSided: OneSidedParameters | null,
    top: number,
    make: (context: DeviceContext) => ProgrammableDevices,
    context: DeviceContext,
  ) {
    const { edges, name, centred = false } = context;
    const start = centred && oneSided === null ? (w: number) => (top + w) / 2 : (w: number) => Math.max(w, 0);
    super(
      [
        { name: 'plus', sign: 1, start },
        { name: 'minus', sign: -1, start: (weight) => start(-weight) },
      ],
      1,
      make,
      context,
    );
    this.#name = name;
    this.#splitters = oneSided && {
      pulseRow: new SignSplitter(edges.columns, context),
      pulseColumn: new SignSplitter(edges.rows, context),
    };
    this.#refresher = oneSided && new Refresher(this, [this.members[0]!, this.members[1]!], oneSided, top, context);
    if (this.#refresher) this.sharedState.stays = this.#refresher.cannotReset;
  }

  get sides(): NonNullable<Devices['sides']> {
    const [plus, minus] = this.members as [ProgrammableDevices, ProgrammableDevices];
    return [
      { sign: 1, devices: plus },
      { sign: -1, devices: minus },
    ];
  }

  protected pulse(along: PulseMethod, line: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    const [plus, minus] = this.members as [ProgrammableDevices, ProgrammableDevices];
    if (this.#splitters === null) {
      plus[along](line, trace, scale, mu, t);
      minus[along](line, trace, -scale, mu, t);
      return;
    }
    const { up, down, hasUp, hasDown } = this.#splitters[along].split(trace, scale);
    if (hasUp) plus[along](line, up, 1, mu, t);
    if (hasDown) minus[along](line, down, 1, mu, t);
    if (hasUp || hasDown) this.#refresher!.checkPulsed(along, line, t);
  }

  normalise(): void {
    throw new UserError(
      `${this.#name}: weights of reading "differential" can be negative, so they cannot be normalised to a sum.`,
    );
  }
}

/** Splits pulse strengths into strengths of upward and of downward pulses, both >= 0. */
class SignSplitter {
  readonly up: Float64Array;
  readonly down: Float64Array;
  hasUp = false;
  hasDown = false;
  readonly #buffer: StrengthBuffer;

  constructor(size: number, { arena, name }: DeviceContext) {
    this.up = arena.f64(size);
    this.down = arena.f64(size);
    this.#buffer = new StrengthBuffer(arena, size, name);
  }

  split(trace: Float64Array, scale: number): this {
    const strengths = this.#buffer.toArena(trace, scale);
    const { up, down } = this;
    this.hasUp = this.hasDown = false;
    for (let i = 0; i < up.length; i++) {
      const strength = scale * strengths[i]!;
      up[i] = down[i] = 0;
      if (strength > 0) {
        up[i] = strength;
        this.hasUp = true;
      } else if (strength !== 0) {
        down[i] = -strength; // NaN passes and is refused by the target
        this.hasDown = true;
      }
    }
    return this;
  }
}

/**
 * Refreshes differential pairs that are close to saturation: reads the difference, resets both devices and writes the
 * difference back. Reads and pulses are verified and counted. A pair is not refreshed again if one of its devices
 * cannot be reset.
 */
class Refresher {
  /** For each pair: 1 if it cannot be reset (part of the state). */
  readonly cannotReset: Uint8Array;
  readonly #pair: DifferentialPair;
  readonly #sides: readonly [ProgrammableDevices, ProgrammableDevices];
  readonly #p: OneSidedParameters;
  readonly #top: number;
  readonly #transpose;
  /** Per pair to be refreshed: target weight of the reset, and difference to write back; NaN for other pairs. */
  readonly #resetTargets: Float64Array;
  readonly #targets: Float64Array;
  readonly #trace: Float64Array;
  #isRefreshing = false;

  constructor(
    pair: DifferentialPair,
    sides: readonly [ProgrammableDevices, ProgrammableDevices],
    p: OneSidedParameters,
    top: number,
    { edges, transpose, arena }: DeviceContext,
  ) {
    this.#pair = pair;
    this.#sides = sides;
    this.#p = p;
    this.#top = top;
    this.#transpose = transpose;
    this.cannotReset = arena.u8(edges.count);
    this.#resetTargets = new Float64Array(edges.count).fill(Number.NaN);
    this.#targets = this.#resetTargets.slice();
    this.#trace = arena.f64(edges.columns);
  }

  /** Refreshes the pairs of a pulsed row or column that are close to saturation. */
  checkPulsed(along: PulseMethod, line: number, t: number): void {
    if (this.#isRefreshing) return;
    const { edges } = this.#pair;
    if (along === 'pulseColumn') {
      for (let i = 0; i < columnLength(edges, this.#transpose, line); i++) {
        const k = columnEdge(edges, this.#transpose, line, i);
        if (this.#isDue(k)) this.#refresh(columnRow(this.#transpose, line, i), k, k + 1, t);
      }
      return;
    }
    const [start, end] = [rowStart(edges, line), rowEnd(edges, line)];
    let k = start;
    while (k < end && !this.#isDue(k)) k++;
    if (k < end) this.#refresh(line, start, end, t);
  }

  #isDue(k: number): boolean {
    const [plus, minus] = this.#sides;
    const [a, b] = [plus.edges.weights![k]!, minus.edges.weights![k]!];
    const { refreshAt, tolerance } = this.#p;
    const top = this.#top;
    return Math.max(a, b) > refreshAt * top && Math.min(a, b) > tolerance * top && this.cannotReset[k] === 0;
  }

  /** Refreshes those pairs `start` … `end - 1` of a row that are close to saturation. */
  #refresh(row: number, start: number, end: number, t: number): void {
    const { tolerance, maxPulses, reset, strength } = this.#p;
    const top = this.#top;
    const zero = this.#resetTargets;
    const wanted = this.#targets;
    this.#isRefreshing = true;
    for (let k = start; k < end; k++) if (this.#isDue(k)) zero[k] = 0;
    this.#pair.read(row, t);
    this.#pair.sumRow(row);
    for (let k = start; k < end; k++) if (zero[k] === 0) wanted[k] = this.#pair.edges.weights![k]!;
    for (const side of this.#sides) {
      verifyRow(side, row, zero, { tolerance, maxPulses, up: 0, down: reset }, top, t, this.#trace);
      for (let k = start; k < end; k++)
        if (side.edges.weights![k]! > tolerance * top && zero[k] === 0) this.cannotReset[k] = 1;
    }
    this.#pair.sumRow(row);
    verifyRow(this.#pair, row, wanted, { tolerance, maxPulses, up: strength, down: strength }, top, t, this.#trace);
    zero.fill(Number.NaN, start, end);
    wanted.fill(Number.NaN, start, end);
    this.#isRefreshing = false;
  }
}
