import { UserError } from '../declare/errors.ts';
import { allocateRecords, PulsesRecord } from './records.ts';

/** Batch of pulses to one row or column, processed in stages; element i of each array belongs to pulse i. */
export class PulseBatch {
  count = 0;
  row = -1;
  column = -1;
  /** True if constants of devices are indexed by `first` + row (one column), false if they are indexed by edge. */
  hasColumnOrder = false;
  first = 0;
  /** Index of the device state at trace index 0, if states are indexed by trace; < 0 if states are indexed by edge. */
  firstStateIndex = -1;
  readonly edgeIndices: Uint32Array;
  readonly traceIndices: Uint32Array;
  /** Number of earlier pulses of each device. */
  readonly pulseNumbers: Uint32Array;
  /** Strength of each pulse; > 0: upward. */
  readonly strengths: Float64Array;
  readonly statesBefore: Float64Array;
  readonly statesAfter: Float64Array;
  /** Bounds of the state after wear. */
  readonly lowerBounds: Float64Array;
  readonly upperBounds: Float64Array;
  /** Fraction of each step that remains after wear. */
  readonly stepFractions: Float64Array;
  readonly cycleDraws: Float64Array;
  readonly writeDraws: Float64Array;
  readonly roundingDraws: Float64Array;
  readonly apparentNoiseDraws: Float64Array;
  /**
   * Indices of pulses to a stuck device, or after which the device fails; the first `failingCount` entries are valid.
   */
  readonly failingPulses: Uint32Array;
  failingCount = 0;
  /** Energy per conductance of each pulse (voltage² × duration, V² s = J/S); null if it is the same for all pulses. */
  readonly joulesPerSiemens: Float64Array | null;
  /** Energy per conductance of each pulse at half-selected devices; null if equal to that at selected devices. */
  readonly halfSelectJoulesPerSiemens: Float64Array | null;
  readonly record: PulsesRecord;

  /** @param capacity maximum number of pulses; array lengths are rounded up to a multiple of eight for kernels */
  constructor(
    capacity: number,
    squares: boolean,
    partial: boolean,
    arena: { u32(length: number): Uint32Array; f64(length: number): Float64Array },
  ) {
    const length = Math.ceil(capacity / 8) * 8;
    const list = () => arena.u32(length);
    const values = () => arena.f64(length);
    this.edgeIndices = list();
    this.traceIndices = list();
    this.pulseNumbers = list();
    this.failingPulses = list();
    this.strengths = values();
    this.statesBefore = values();
    this.statesAfter = values();
    this.lowerBounds = values();
    this.upperBounds = values().fill(1);
    this.stepFractions = values().fill(1);
    this.cycleDraws = values();
    this.writeDraws = values();
    this.roundingDraws = values().fill(0.5);
    this.apparentNoiseDraws = values();
    this.joulesPerSiemens = squares ? values() : null;
    this.halfSelectJoulesPerSiemens = partial ? values() : null;
    const [record] = allocateRecords(arena, PulsesRecord, 1) as [PulsesRecord];
    this.record = Object.assign(record, this);
  }

  get constantIndices(): Uint32Array {
    return this.hasColumnOrder ? this.traceIndices : this.edgeIndices;
  }

  /** Removes pulses whose device is already at the bound in their direction; returns the number removed. */
  removePulsesAtBound(): number {
    const { edgeIndices: edges, traceIndices, pulseNumbers, strengths, statesBefore, lowerBounds, upperBounds } = this;
    const kept = [edges, traceIndices, pulseNumbers, strengths, statesBefore];
    let n = 0;
    for (let i = 0; i < this.count; i++) {
      const g = statesBefore[i]!;
      if (strengths[i]! > 0 ? g >= upperBounds[i]! : g <= lowerBounds[i]!) continue;
      if (n < i) for (const values of kept) values[n] = values[i]!;
      n++;
    }
    const left = this.count - n;
    this.count = n;
    return left;
  }

  /** Checks the new states for NaN, which would otherwise spread through the network unnoticed. @throws UserError */
  checkFinite(model: string) {
    const i = this.statesAfter.subarray(0, this.count).findIndex(Number.isNaN);
    const s = this.strengths[i]!;
    if (i >= 0)
      throw new UserError(
        `${model} ${Number.isNaN(s) ? 'got a pulse of strength NaN from the rule' : `changed g from ${this.statesBefore[i]} to NaN by a pulse of strength ${s}`}; pulse strengths and states must be numbers.`,
      );
  }
}
