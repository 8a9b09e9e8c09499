import { UserError } from '../../../core/declare/errors.ts';
import type { DeviceContext } from '../../../core/factories.ts';
import { columnEdge, columnLength, columnRow, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Devices } from '../../../core/model.ts';
import { Door } from './array.ts';
import { type Along, Members } from './members.ts';
import type { OneSided } from './oneSided.ts';
import { type Verified, verifyRow } from './verify.ts';

/**
 * Two devices a synapse that both learn: weight = weightAtGMax (G+ - G-)/(gMax - gMin). A pulse moves both, in opposite directions.
 * One-sided, it raises one of them: G+ when it is upwards, G- when it is downwards (phase change, where a device goes
 * down at one blow only). Source: Suri et al. 2011, doi:10.1109/IEDM.2011.6131488; Bichler et al. 2012,
 * doi:10.1109/TED.2012.2197951.
 */
export class Pair extends Members {
  readonly #name: string;
  readonly #refresher: Refresher | null;
  readonly #raise: { readonly [A in Along]: Split } | null;

  /** @param top weightAtGMax */
  constructor(
    oneSided: OneSided | null,
    top: number,
    make: (context: DeviceContext) => Verified,
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
    this.#raise = oneSided && {
      pulseRow: new Split(edges.columns, context),
      pulseColumn: new Split(edges.rows, context),
    };
    this.#refresher = oneSided && new Refresher(this, [this.members[0]!, this.members[1]!], oneSided, top, context);
    if (this.#refresher) this.own.stays = this.#refresher.stays;
  }

  get sides(): NonNullable<Devices['sides']> {
    const [plus, minus] = this.members as [Verified, Verified];
    return [
      { sign: 1, devices: plus },
      { sign: -1, devices: minus },
    ];
  }

  protected pulse(along: Along, line: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    const [plus, minus] = this.members as [Verified, Verified];
    if (this.#raise === null) {
      plus[along](line, trace, scale, mu, t);
      minus[along](line, trace, -scale, mu, t);
      return;
    }
    const { up, down, raises, lowers } = this.#raise[along].of(trace, scale);
    if (raises) plus[along](line, up, 1, mu, t);
    if (lowers) minus[along](line, down, 1, mu, t);
    if (raises || lowers) this.#refresher!.pulsed(along, line, t);
  }

  normalise(): void {
    throw new UserError(
      `${this.#name}: weights of reading "differential" have either sign and cannot be normalised to a sum.`,
    );
  }
}

/** Upward and downward strengths of a pulse apart, both as numbers >= 0. */
class Split {
  readonly up: Float64Array;
  readonly down: Float64Array;
  raises = false;
  lowers = false;
  readonly #door: Door;

  constructor(size: number, { arena, name }: DeviceContext) {
    this.up = arena.f64(size);
    this.down = arena.f64(size);
    this.#door = new Door(arena, size, name);
  }

  of(trace: Float64Array, scale: number): this {
    const strengths = this.#door.let(trace, scale);
    const { up, down } = this;
    this.raises = this.lowers = false;
    for (let i = 0; i < up.length; i++) {
      const strength = scale * strengths[i]!;
      up[i] = down[i] = 0;
      if (strength > 0) {
        up[i] = strength;
        this.raises = true;
      } else if (strength !== 0) {
        down[i] = -strength; // NaN goes on to where it is refused
        this.lowers = true;
      }
    }
    return this;
  }
}

/**
 * Refreshes pairs of which one side has come near the top: reads the difference, resets both, writes the difference back. All of this
 * is verified by reads of the row and booked. A pair of which one side cannot be reset is not refreshed again.
 */
class Refresher {
  /** Pairs that cannot be refreshed. State. */
  readonly stays: Uint8Array;
  readonly #pair: Pair;
  readonly #sides: readonly [Verified, Verified];
  readonly #p: OneSided;
  readonly #top: number;
  readonly #transpose;
  /** What sides are reset to, and the difference to write back, of pairs that are due; NaN for the others. */
  readonly #zero: Float64Array;
  readonly #wanted: Float64Array;
  readonly #trace: Float64Array;
  #busy = false;

  constructor(
    pair: Pair,
    sides: readonly [Verified, Verified],
    p: OneSided,
    top: number,
    { edges, transpose, arena }: DeviceContext,
  ) {
    this.#pair = pair;
    this.#sides = sides;
    this.#p = p;
    this.#top = top;
    this.#transpose = transpose;
    this.stays = arena.u8(edges.count);
    this.#zero = new Float64Array(edges.count).fill(Number.NaN);
    this.#wanted = this.#zero.slice();
    this.#trace = arena.f64(edges.columns);
  }

  /** A row or column has been pulsed. */
  pulsed(along: Along, line: number, t: number): void {
    if (this.#busy) return;
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
    return Math.max(a, b) > refreshAt * top && Math.min(a, b) > tolerance * top && this.stays[k] === 0;
  }

  /** Pairs `start` … `end - 1` of a row that are due. */
  #refresh(row: number, start: number, end: number, t: number): void {
    const { tolerance, maxPulses, reset, strength } = this.#p;
    const top = this.#top;
    const zero = this.#zero;
    const wanted = this.#wanted;
    this.#busy = true;
    for (let k = start; k < end; k++) if (this.#isDue(k)) zero[k] = 0;
    this.#pair.read(row, t);
    this.#pair.sumRow(row);
    for (let k = start; k < end; k++) if (zero[k] === 0) wanted[k] = this.#pair.edges.weights![k]!;
    for (const side of this.#sides) {
      verifyRow(side, row, zero, { tolerance, maxPulses, up: 0, down: reset }, top, t, this.#trace);
      for (let k = start; k < end; k++)
        if (side.edges.weights![k]! > tolerance * top && zero[k] === 0) this.stays[k] = 1;
    }
    this.#pair.sumRow(row);
    verifyRow(this.#pair, row, wanted, { tolerance, maxPulses, up: strength, down: strength }, top, t, this.#trace);
    zero.fill(Number.NaN, start, end);
    wanted.fill(Number.NaN, start, end);
    this.#busy = false;
  }
}
