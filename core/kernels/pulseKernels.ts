import type { CounterRandom } from '../random/random.ts';
import { addressOf, elementAt } from './arrays.ts';
import {
  type DeviceConstants,
  FAILURE_TYPES,
  type FailingDevices,
  type PulseCurve,
  type PulseTargets,
  type StatefulDevices,
  type StepTable,
} from './devices.ts';
import type { ModuleExports } from './memory.ts';
import type { PulseBatch } from './pulses.ts';
import type { WeightsRecord } from './records.ts';
import { storePulsesScalar } from './scalarPulses.ts';

function describeBatch({ record, count, row, firstStateIndex, hasColumnOrder }: PulseBatch) {
  record.count = count;
  record.row = row;
  record.firstStateIndex = firstStateIndex;
  record.hasColumnOrder = hasColumnOrder ? 1 : 0;
}

export type PulseKernels = ReturnType<typeof bindPulseKernels>;

export function bindPulseKernels(e: ModuleExports) {
  const { collectPulses, computeStates, storePulses, pulseDevices, drawNoise, drawUniforms } = e;
  const kernels = {
    /**
     * Pulses devices whose state is their weight. Strength: scale × trace of the device (`traceIndices`) × (1 - g)^mu
     * upwards or g^mu downwards. Counts writes, row sums and energy.
     */
    pulse(d: WeightsRecord, run: PulseTargets, trace: Float64Array, scale: number, mu: number) {
      pulseDevices!(
        d.byteOffset,
        elementAt(run.edges, run.listOffset),
        elementAt(run.traceIndices, run.listOffset),
        run.traceIndices?.BYTES_PER_ELEMENT ?? 4,
        run.firstEdge,
        run.edgeStride,
        run.deviceCount,
        run.row,
        trace.byteOffset,
        scale,
        mu,
      );
    },

    /** Starts a batch with devices `from` … `to - 1` of nonzero strength; copies their states and pulse counts. */
    collectPulses(
      d: StatefulDevices,
      run: PulseTargets,
      from: number,
      to: number,
      trace: Float64Array,
      scale: number,
      b: PulseBatch,
    ) {
      describeBatch(b);
      b.count = collectPulses!(
        d.record.byteOffset,
        b.record.byteOffset,
        elementAt(run.edges, run.listOffset),
        elementAt(run.traceIndices, run.listOffset),
        run.traceIndices?.BYTES_PER_ELEMENT ?? 4,
        run.firstEdge,
        run.edgeStride,
        from,
        to,
        addressOf(trace),
        scale,
      );
    },

    /**
     * Computes the state of each device after its pulse along the pulse curves; writes `joulesPerSiemens`, if given.
     * `levels`: number of device levels, 0 for analogue devices; with levels, results are cached.
     */
    followPulseCurves(b: PulseBatch, up: PulseCurve, down: PulseCurve, levels: number) {
      b.record.count = b.count;
      e.setPulseCurve!(0, up.curvature, up.inverseFactor, up.normaliser, up.pulseCount, up.joulesPerSiemens);
      e.setPulseCurve!(1, down.curvature, down.inverseFactor, down.normaliser, down.pulseCount, down.joulesPerSiemens);
      e.followPulseCurves!(b.record.byteOffset, levels);
    },
    /** Computes states after pulses: state before + step at quantile level `cycleDraws`, uniform on (0, 1). */
    drawTableSteps(b: PulseBatch, { stepRows, quantiles, firstRowOffsets, lastQuantiles }: StepTable) {
      b.record.count = b.count;
      const cells = firstRowOffsets.length / 2 - 1;
      e.drawTableSteps!(
        b.record.byteOffset,
        addressOf(stepRows),
        addressOf(quantiles),
        addressOf(firstRowOffsets),
        cells,
        lastQuantiles[0],
        lastQuantiles[1],
      );
    },
    scalePulses(b: PulseBatch, ups: Float32Array, downs: Float32Array) {
      describeBatch(b);
      e.scalePulses!(b.record.byteOffset, elementAt(ups, b.first), elementAt(downs, b.first));
    },
    /** Sets state bounds and remaining step fractions of worn devices. Marks devices that are stuck or fail now. */
    applyWear(b: PulseBatch, w: FailingDevices, lifetimes: Float64Array) {
      const { isStuck, hasStuck, failureType, wearExponent } = w;
      describeBatch(b);
      b.failingCount = e.applyWear!(
        b.record.byteOffset,
        hasStuck ? addressOf(isStuck) : 0,
        lifetimes.length > 0 ? elementAt(lifetimes, b.first) : 0,
        FAILURE_TYPES.indexOf(failureType),
        wearExponent,
      );
    },
    /** Computes states after pulses: applies step (if known), step and write noise, wear factor, bounds, levels. */
    computeStates(d: StatefulDevices, b: PulseBatch) {
      b.record.count = b.count;
      computeStates!(d.record.byteOffset, b.record.byteOffset);
    },
    /**
     * Stores the states after pulses; counts pulses and energy. `stamp`: time stamp of the pulse.
     * `shouldComputeStates`: true to scale pulses and run `computeStates` first, for devices without wear.
     */
    storePulses(
      d: StatefulDevices,
      b: PulseBatch,
      differing: DeviceConstants,
      stamp: number,
      shouldComputeStates: boolean,
    ) {
      const { weightRanges, upFactors, downFactors } = differing;
      if (d.disturb !== null) {
        if (shouldComputeStates && d.record.family > 0 && upFactors && downFactors)
          kernels.scalePulses(b, upFactors, downFactors);
        if (shouldComputeStates) kernels.computeStates(d, b);
        storePulsesScalar(d, b, differing, stamp);
        return;
      }
      describeBatch(b);
      storePulses!(
        d.record.byteOffset,
        b.record.byteOffset,
        elementAt(weightRanges, 2 * b.first),
        elementAt(upFactors, b.first),
        elementAt(downFactors, b.first),
        stamp,
        shouldComputeStates ? 1 : 0,
      );
    },
    /** Applies all pulse stages to a column with adjacent states; returns false if stages must be called one by one. */
    pulseColumn(
      d: StatefulDevices,
      run: PulseTargets,
      trace: Float64Array,
      scale: number,
      b: PulseBatch,
      { weightRanges, upFactors, downFactors }: DeviceConstants,
      { key }: CounterRandom,
    ): boolean {
      b.count = run.deviceCount;
      describeBatch(b);
      return !!e.pulseColumn!(
        d.record.byteOffset,
        b.record.byteOffset,
        elementAt(weightRanges, 2 * b.first),
        elementAt(upFactors, b.first),
        elementAt(downFactors, b.first),
        run.firstEdge,
        run.edgeStride,
        addressOf(trace),
        scale,
        key[0]!,
        key[1]!,
      );
    },

    /** Starts a batch for reading: loads the indices and states of `count` devices from `start` on. */
    loadRow(d: StatefulDevices, start: number, count: number, b: PulseBatch) {
      b.count = b.record.count = count;
      e.loadRow!(d.record.byteOffset, b.record.byteOffset, start, count);
    },
    /**
     * Relaxes `statesBefore` of a batch: s = rest + (s - rest) × min(programmed × decay, 1). The product is
     * e^(-age/tau).
     */
    relaxStates(b: PulseBatch, programmed: Float64Array, rest: number, decay: number) {
      b.record.count = b.count;
      e.relaxStates!(b.record.byteOffset, addressOf(programmed), rest, decay);
    },
    /** Computes and stores the weights of devices from `statesBefore`. Returns the total conductance, S. */
    storeWeights: (d: StatefulDevices, b: PulseBatch): number =>
      e.storeWeights!(d.record.byteOffset, b.record.byteOffset),
    /**
     * Computes and stores the weights as read: current × `cycleDraws` (read noise) - `reference` × reference noise.
     * `reference`: weight of the reference device. Reference noise is in `statesAfter`: per device if `isPair`, else
     * one value. `least`: minimum current. Returns the conductance without noise, S.
     */
    storeReadWeights: (d: StatefulDevices, b: PulseBatch, isPair: boolean, reference: number, least: number): number =>
      e.storeReadWeights!(d.record.byteOffset, b.record.byteOffset, isPair ? 1 : 0, reference, least),

    /**
     * Draws normal numbers: out[i] = random.noise(entities[i], counts[i]) and, if given, other[i] =
     * random.otherNoise(…), for i < n. Array lengths must be multiples of eight.
     */
    drawNoise: (
      { key }: CounterRandom,
      entities: Uint32Array,
      counts: Uint32Array,
      n: number,
      out: Float64Array,
      other: Float64Array | null = null,
    ): void =>
      void drawNoise!(key[0]!, key[1]!, addressOf(entities), addressOf(counts), n, addressOf(out), elementAt(other, 0)),
    /** Draws out[i] = random.uniform(entities[i], counts[i]) for i < n; array lengths are multiples of eight. */
    drawUniforms: (
      { key }: CounterRandom,
      entities: Uint32Array,
      counts: Uint32Array,
      n: number,
      out: Float64Array,
    ): void => void drawUniforms!(key[0]!, key[1]!, addressOf(entities), addressOf(counts), n, addressOf(out)),
    /** Converts normal numbers to noise factors: x[i] = max(0, 1 + sd x[i]), i < n; even array length. */
    convertToNoiseFactors: (x: Float64Array, n: number, sd: number): void =>
      void e.convertToNoiseFactors!(addressOf(x), n, sd),
  };
  return kernels;
}
