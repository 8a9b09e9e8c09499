import type { CounterRandom } from '../random/random.ts';
import { addressOf, type Indices, type TypedArray } from './arrays.ts';
import {
  type DeviceConstants,
  FAILURES,
  type PulseCurve,
  type PulsedDevices,
  type PulseRun,
  type StatefulDevices,
  type StepTable,
  type WearingDevices,
} from './devices.ts';
import type { ModuleExports } from './memory.ts';
import type { Pulses } from './pulses.ts';
import { putScalar } from './scalarPulses.ts';

/** Address of element `offset` of a list, 0 for null. */
const elementAt = (list: Indices | null, offset: number): number =>
  list === null ? 0 : addressOf(list) + offset * list.BYTES_PER_ELEMENT;

/** Address `bytes` behind the start of an array, 0 for null. */
const addressBehind = (array: TypedArray | null | undefined, bytes: number): number =>
  !array ? 0 : addressOf(array) + bytes;

function describeBatch({ record, count, row, statesFrom, byColumn }: Pulses): void {
  record.count = count;
  record.row = row;
  record.statesFrom = statesFrom;
  record.byColumn = byColumn ? 1 : 0;
}

/** Kernels of devices: pulses and reads, stage by stage, and their random numbers. */
export type PulseKernels = ReturnType<typeof bindPulseKernels>;

export function bindPulseKernels(e: ModuleExports) {
  const { takePulses, computeStates, storePulses, pulse32, pulse64, noise, uniforms } = e;
  const kernels = {
    /**
     * Pulses a run of devices that are their weights, with strength scale × trace of the other side × (1 - g)^mu upwards, g^mu downwards:
     * g = clip(step(g)). Counts writes, row sums and energy.
     */
    pulse(d: PulsedDevices, run: PulseRun, trace: Float64Array, scale: number, mu: number): void {
      (d.weights.BYTES_PER_ELEMENT === 4 ? pulse32! : pulse64!)(
        d.record.byteOffset,
        elementAt(run.edges, run.offset),
        elementAt(run.others, run.offset),
        run.others?.BYTES_PER_ELEMENT ?? 4,
        run.start,
        run.stride,
        run.count,
        run.row,
        trace.byteOffset,
        scale,
        mu,
      );
    },

    /** Puts devices `from` … `to - 1` of a run into the batch, without those of strength 0: strengths, states, pulse numbers. */
    takePulses(
      d: StatefulDevices,
      run: PulseRun,
      from: number,
      to: number,
      trace: Float64Array,
      scale: number,
      b: Pulses,
    ): void {
      describeBatch(b);
      b.count = takePulses!(
        d.record.byteOffset,
        b.record.byteOffset,
        elementAt(run.edges, run.offset),
        elementAt(run.others, run.offset),
        run.others?.BYTES_PER_ELEMENT ?? 4,
        run.start,
        run.stride,
        from,
        to,
        addressOf(trace),
        scale,
      );
    },

    /**
     * after = state behind a pulse of this strength on the curve of its direction; `squares`, if present, in proportion to the strength.
     * `levels`: number of levels that states are rounded to, so that the same states recur; 0 without levels.
     */
    curvePulses(b: Pulses, up: PulseCurve, down: PulseCurve, levels: number): void {
      b.record.count = b.count;
      e.curvePulses!(
        b.record.byteOffset,
        up.a,
        up.back,
        up.whole,
        up.pulses,
        up.square,
        down.a,
        down.back,
        down.whole,
        down.pulses,
        down.square,
        levels,
      );
    },
    /** after = before + step from the table at the quantile in `cycles`, uniform on (0, 1). */
    tablePulses(b: Pulses, { rows, values, first, last }: StepTable): void {
      b.record.count = b.count;
      const cells = first.length / 2 - 1;
      e.tablePulses!(
        b.record.byteOffset,
        addressOf(rows),
        addressOf(values),
        addressOf(first),
        cells,
        last[0],
        last[1],
      );
    },
    /** Multiplies strengths by the factor of each device for upward or downward steps. */
    scalePulses(b: Pulses, ups: Float32Array, downs: Float32Array): void {
      describeBatch(b);
      e.scalePulses!(b.record.byteOffset, addressBehind(ups, 4 * b.first), addressBehind(downs, 4 * b.first));
    },
    /** Sets bounds and step shares of worn devices; marks devices that are stuck or take their last pulse. */
    wearPulses(b: Pulses, w: WearingDevices, lifetimes: Float64Array): void {
      const { stuck, some, failure, wear } = w;
      describeBatch(b);
      b.markedCount = e.wearPulses!(
        b.record.byteOffset,
        some ? addressOf(stuck) : 0,
        lifetimes.length > 0 ? addressBehind(lifetimes, 8 * b.first) : 0,
        FAILURES.indexOf(failure),
        wear,
      );
    },
    /** Computes the step if its family is known, then its noise, the noise of the write, step share, bounds and levels, in this order. */
    computeStates(d: StatefulDevices, b: Pulses): void {
      b.record.count = b.count;
      computeStates!(d.record.byteOffset, b.record.byteOffset);
    },
    /**
     * Stores the states after the pulses, counts pulses and energy. `stamp`: value stored with each programmed device. `settles`: true if
     * the devices do not wear and `computeStates` is still to be done, after `scalePulses` if their family is known.
     */
    storePulses(d: StatefulDevices, b: Pulses, differing: DeviceConstants, stamp: number, settles: boolean): void {
      const { ends, up, down } = differing;
      if (d.disturb !== null) {
        if (settles && d.stages.family && up && down) kernels.scalePulses(b, up, down);
        if (settles) kernels.computeStates(d, b);
        putScalar(d, b, differing, stamp);
        return;
      }
      describeBatch(b);
      storePulses!(
        d.record.byteOffset,
        b.record.byteOffset,
        addressBehind(ends, 16 * b.first),
        addressBehind(up, 4 * b.first),
        addressBehind(down, 4 * b.first),
        stamp,
        settles ? 1 : 0,
      );
    },
    /** All stages of one column whose states lie side by side, with the noise of writes; false if the stages must be called one by one. */
    pulseColumn(
      d: StatefulDevices,
      run: PulseRun,
      trace: Float64Array,
      scale: number,
      b: Pulses,
      { ends, up, down }: DeviceConstants,
      { key }: CounterRandom,
    ): boolean {
      b.count = run.count;
      describeBatch(b);
      return !!e.pulseColumn!(
        d.record.byteOffset,
        b.record.byteOffset,
        addressBehind(ends, 16 * b.first),
        addressBehind(up, 4 * b.first),
        addressBehind(down, 4 * b.first),
        run.start,
        run.stride,
        addressOf(trace),
        scale,
        key[0]!,
        key[1]!,
      );
    },

    /** Puts `count` devices from `start` on into the batch, in the states in which they were left. */
    takeRow(d: StatefulDevices, start: number, count: number, b: Pulses): void {
      b.count = b.record.count = count;
      e.takeRow!(d.record.byteOffset, b.record.byteOffset, start, count);
    },
    /** before = rest + (before - rest) min(programmed × down, 1): relaxation of states since they were programmed. */
    relaxStates(b: Pulses, programmed: Float64Array, rest: number, down: number): void {
      b.record.count = b.count;
      e.relaxStates!(b.record.byteOffset, addressOf(programmed), rest, down);
    },
    /** Stores the weights of devices in the states `before`, as `takeRow` found them; returns their total conductance, S. */
    storeWeights: (d: StatefulDevices, b: Pulses): number => e.storeWeights!(d.record.byteOffset, b.record.byteOffset),
    /**
     * Stores weights as `storeWeights` does, from currents times `cycles` minus `reference` times `after`, one per device (`pair`) or the
     * first for all. Currents below `least` count as `least`; the conductance returned is that of the states.
     */
    storeReadWeights: (d: StatefulDevices, b: Pulses, pair: boolean, reference: number, least: number): number =>
      e.storeReadWeights!(d.record.byteOffset, b.record.byteOffset, pair ? 1 : 0, reference, least),

    /** out[i] = random.noise(entities[i], counts[i]) and other[i] = random.otherNoise(…) for i < n; arrays have room for a multiple of eight. */
    noise: (
      { key }: CounterRandom,
      entities: Uint32Array,
      counts: Uint32Array,
      n: number,
      out: Float64Array,
      other: Float64Array | null = null,
    ): void =>
      void noise!(key[0]!, key[1]!, addressOf(entities), addressOf(counts), n, addressOf(out), addressBehind(other, 0)),
    /** out[i] = random.uniform(entities[i], counts[i]) for i < n; arrays have room for a multiple of eight. */
    uniforms: (
      { key }: CounterRandom,
      entities: Uint32Array,
      counts: Uint32Array,
      n: number,
      out: Float64Array,
    ): void => void uniforms!(key[0]!, key[1]!, addressOf(entities), addressOf(counts), n, addressOf(out)),
    /** x[i] = max(0, 1 + sd x[i]) for i < n; the array has room for a multiple of two. */
    factors: (x: Float64Array, n: number, sd: number): void => void e.factors!(addressOf(x), n, sd),
  };
  return kernels;
}
