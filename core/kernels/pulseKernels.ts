import type { CounterRandom } from '../random/random.ts';
import { addressAt, addressOf } from './arrays.ts';
import { FAILURE_TYPES, type FailureType, type PulseCurve, type StepTable } from './devices.ts';
import type { ModuleExports } from './memory.ts';
import type { DevicesRecord, PulseBatchRecord, PulseTargetsRecord, WeightsRecord } from './records.ts';

export type PulseKernels = ReturnType<typeof bindPulseKernels>;

/** Typed methods that call the pulse kernels of a WebAssembly module. */
export function bindPulseKernels(e: ModuleExports) {
  const { collectPulses, computeStates, storePulses, pulseDevices, drawNoise, drawUniforms } = e;
  return {
    /**
     * Pulses devices whose state is their weight. Strength: scale × trace of the device (`traceIndices`) × (1 - g)^mu
     * upwards or g^mu downwards. Counts writes, row sums and energy.
     */
    pulse: (d: WeightsRecord, targets: PulseTargetsRecord, trace: Float64Array, scale: number, mu: number): void =>
      void pulseDevices!(d.byteOffset, targets.byteOffset, trace.byteOffset, scale, mu),

    /** Fills a batch with the devices `from` … `to - 1` of nonzero pulse strength, with states and pulse counts. */
    collectPulses: (
      d: DevicesRecord,
      b: PulseBatchRecord,
      targets: PulseTargetsRecord,
      from: number,
      to: number,
      trace: Float64Array,
      scale: number,
    ): void => void collectPulses!(d.byteOffset, b.byteOffset, targets.byteOffset, from, to, addressOf(trace), scale),

    /**
     * Computes the state of each device after its pulse along the pulse curves; writes `joulesPerSiemens`, if given.
     * `levels`: number of device levels, 0 for analogue devices; with levels, results are cached.
     */
    followPulseCurves(b: PulseBatchRecord, up: PulseCurve, down: PulseCurve, levels: number) {
      e.setPulseCurve!(0, up.curvature, up.inverseFactor, up.normaliser, up.pulseCount, up.joulesPerSiemens);
      e.setPulseCurve!(1, down.curvature, down.inverseFactor, down.normaliser, down.pulseCount, down.joulesPerSiemens);
      e.followPulseCurves!(b.byteOffset, levels);
    },
    /** Adds a measured step to each state: the quantile of its distribution at a random level (`cycleDraws`, 0 to 1). */
    drawTableSteps(b: PulseBatchRecord, { stepRows, quantiles, firstRowOffsets, lastQuantiles }: StepTable) {
      const cells = firstRowOffsets.length / 2 - 1;
      e.drawTableSteps!(
        b.byteOffset,
        addressOf(stepRows),
        addressOf(quantiles),
        addressOf(firstRowOffsets),
        cells,
        lastQuantiles[0],
        lastQuantiles[1],
      );
    },
    /** Multiplies the pulse strengths of a batch by the step factors of its devices. */
    scalePulses: (b: PulseBatchRecord): void => void e.scalePulses!(b.byteOffset),
    /**
     * Sets bounds of states and factors of steps of worn devices. Lists pulses whose device is stuck or fails now.
     * `stuck`: failure code of each device; null if none is stuck. `wearExponent`: exponent k, see `enduranceParams`.
     */
    applyWear: (b: PulseBatchRecord, stuck: Uint8Array | null, failureType: FailureType, wearExponent: number): void =>
      void e.applyWear!(b.byteOffset, addressAt(stuck, 0), FAILURE_TYPES.indexOf(failureType), wearExponent),
    /** Computes states after pulses: applies step (if known), step and write noise, wear factor, bounds, levels. */
    computeStates: (d: DevicesRecord, b: PulseBatchRecord): void => void computeStates!(d.byteOffset, b.byteOffset),
    /**
     * Stores the states after pulses; counts pulses and energy. `stamp`: time stamp of the pulse.
     * `shouldComputeStates`: true to scale pulses and run `computeStates` first, for devices without wear.
     */
    storePulses: (d: DevicesRecord, b: PulseBatchRecord, stamp: number, shouldComputeStates: boolean): void =>
      void storePulses!(d.byteOffset, b.byteOffset, stamp, shouldComputeStates ? 1 : 0),

    /** Fills a batch for reading with the indices and states of `count` devices from `start` on. */
    loadRow: (d: DevicesRecord, b: PulseBatchRecord, start: number, count: number): void =>
      void e.loadRow!(d.byteOffset, b.byteOffset, start, count),
    /**
     * Relaxes `statesBefore` of a batch: s = rest + (s - rest) × min(programmed × decay, 1). The product is
     * e^(-age/tau).
     */
    relaxStates(b: PulseBatchRecord, programmed: Float64Array, rest: number, decay: number) {
      e.relaxStates!(b.byteOffset, addressOf(programmed), rest, decay);
    },
    /** Computes and stores the weights of devices from `statesBefore`. Returns the total conductance, S. */
    storeWeights: (d: DevicesRecord, b: PulseBatchRecord): number => e.storeWeights!(d.byteOffset, b.byteOffset),
    /**
     * Computes and stores the weights as read: current × `cycleDraws` (read noise) - `reference` × reference noise.
     * `reference`: weight of the reference device. Reference noise is in `statesAfter`: per device if `isPair`, else
     * one value. `least`: minimum current. Returns the conductance without noise, S.
     */
    storeReadWeights: (
      d: DevicesRecord,
      b: PulseBatchRecord,
      isPair: boolean,
      reference: number,
      least: number,
    ): number => e.storeReadWeights!(d.byteOffset, b.byteOffset, isPair ? 1 : 0, reference, least),

    /**
     * Draws normal numbers: out[i] = random.noise(entities[i], counts[i]) and, if given, other[i] =
     * random.secondNoise(…), for i < n. Array lengths must be multiples of eight.
     */
    drawNoise: (
      { key }: CounterRandom,
      entities: Uint32Array,
      counts: Uint32Array,
      n: number,
      out: Float64Array,
      other: Float64Array | null = null,
    ): void =>
      void drawNoise!(key[0]!, key[1]!, addressOf(entities), addressOf(counts), n, addressOf(out), addressAt(other, 0)),
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
}
