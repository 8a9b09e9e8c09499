import { UserError } from '../declare/errors.ts';
import { pow } from '../elementary.ts';
import { allocateRecords, PulseBatchRecord } from './records.ts';

/**
 * Creates a batch for up to `capacity` pulses.
 * @param isPulseDependent true if the write energy per conductance differs between pulses
 * @param isHalfSelectDependent true if half-selected devices have a write energy per conductance of their own
 */
export function createPulseBatch(
  capacity: number,
  isPulseDependent: boolean,
  isHalfSelectDependent: boolean,
  arena: { u32(length: number): Uint32Array; f64(length: number): Float64Array },
): PulseBatchRecord {
  const length = Math.ceil(capacity / 8) * 8; // kernels process up to eight pulses at once
  const list = () => arena.u32(length);
  const values = () => arena.f64(length);
  const [batch] = allocateRecords(arena, PulseBatchRecord, 1) as [PulseBatchRecord];
  return Object.assign(batch, {
    row: -1,
    column: -1,
    firstStateIndex: -1,
    edgeIndices: list(),
    traceIndices: list(),
    pulseNumbers: list(),
    failingPulses: list(),
    strengths: values(),
    statesBefore: values(),
    statesAfter: values(),
    lowerBounds: values(),
    upperBounds: values().fill(1),
    stepFractions: values().fill(1),
    cycleDraws: values(),
    writeDraws: values(),
    roundingDraws: values().fill(0.5),
    apparentNoiseDraws: values(),
    joulesPerSiemens: isPulseDependent ? values() : null,
    halfSelectJoulesPerSiemens: isHalfSelectDependent ? values() : null,
  });
}

export const getDeviceConstantIndices = (b: PulseBatchRecord): Uint32Array =>
  b.hasColumnOrder ? b.traceIndices : b.edgeIndices;

/** Multiplies strengths by (1 - g)^mu of upward and g^mu of downward pulses, with g the state before the pulse. */
export function applyWeightDependence({ count, strengths, statesBefore }: PulseBatchRecord, mu: number) {
  if (mu === 0) return;
  for (let i = 0; i < count; i++) strengths[i]! *= pow(strengths[i]! > 0 ? 1 - statesBefore[i]! : statesBefore[i]!, mu);
}

/** Removes pulses whose device is already at the bound in their direction; returns the number removed. */
export function removePulsesAtBound(b: PulseBatchRecord): number {
  const { count, edgeIndices, traceIndices, pulseNumbers, strengths, statesBefore, lowerBounds, upperBounds } = b;
  const kept = [edgeIndices, traceIndices, pulseNumbers, strengths, statesBefore];
  let n = 0;
  for (let i = 0; i < count; i++) {
    const g = statesBefore[i]!;
    if (strengths[i]! > 0 ? g >= upperBounds[i]! : g <= lowerBounds[i]!) continue;
    if (n < i) for (const values of kept) values[n] = values[i]!;
    n++;
  }
  b.count = n;
  return count - n;
}

/** Checks the new states for NaN, which would otherwise spread through the network unnoticed. @throws UserError */
export function requireFiniteStates({ count, statesBefore, statesAfter, strengths }: PulseBatchRecord, model: string) {
  const i = statesAfter.subarray(0, count).findIndex(Number.isNaN);
  const s = strengths[i]!;
  if (i >= 0)
    throw new UserError(
      `${model} ${Number.isNaN(s) ? 'got a pulse of strength NaN from the rule' : `changed g from ${statesBefore[i]} to NaN by a pulse of strength ${s}`}; pulse strengths and states must be numbers.`,
    );
}
