import type { AssumedPulse } from '../../core/usage.ts';
import { formatWithPrefix } from './plots/prefix.ts';

/** Published energies per event in brain and memory technologies, J: Cao et al., Nanoscale Horiz. 2023, 8, 716. */
export const TECHNOLOGY_ENERGY_RANGES = [
  { name: 'brain, an event', low: 1e-15, high: 1e-13 },
  { name: 'RRAM, programming', low: 1e-13, high: 1e-11 },
  { name: 'PCM, programming', low: 1e-11, high: 1e-10 },
] as const;

/** Energy of a named event, such as one write, in J. */
export interface EventEnergy {
  readonly name: string;
  readonly joules: number;
  /** Kind of event, to distinguish energies with the same name. */
  readonly kind?: string;
}

/** Describes an assumed write pulse: `assumed 1 V, 100 ns`. */
export function describeAssumedPulse({ voltage, time }: AssumedPulse, label = 'assumed'): string {
  const volts = (value: number) =>
    value >= 0.01 ? `${Number(value.toPrecision(3))} V` : formatWithPrefix(value, 'V', 3);
  const parts = [voltage !== undefined && volts(voltage), time !== undefined && formatWithPrefix(time, 's', 3)];
  return `${label} ${parts.filter(Boolean).join(', ')}`;
}

/** Pulses assumed for write energies (`assumed`) and for read energies (`assumedRead`). */
export interface AssumedPulses {
  readonly assumed?: AssumedPulse | null | undefined;
  readonly assumedRead?: AssumedPulse | null | undefined;
}

/** Describes assumed pulses: `assumed 1 V, 100 ns; assumed read 0.1 V, 10 ns`; empty if none is assumed. */
export function describeAssumedPulses({ assumed, assumedRead }: AssumedPulses): string {
  const write = assumed ? [describeAssumedPulse(assumed)] : [];
  return [...write, ...(assumedRead ? [describeAssumedPulse(assumedRead, 'assumed read')] : [])].join('; ');
}

export const formatJoules = (joules: number): string => formatWithPrefix(joules, 'J', 3);

export function describeTechnologyRange(joules: number): string {
  const band = TECHNOLOGY_ENERGY_RANGES.find(({ high }) => joules <= high);
  if (band === undefined) return 'above PCM';
  return joules < band.low ? 'below the brain' : `in the range of ${band.name.split(',')[0]}`;
}

/** Describes energies: `a synaptic event 1.2 fJ (in the range of brain)`. */
export const describeEnergies = (figures: readonly EventEnergy[]): string =>
  figures.map(({ name, joules }) => `${name} ${formatJoules(joules)} (${describeTechnologyRange(joules)})`).join(', ');
