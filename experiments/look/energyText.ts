import type { AssumedPulse } from '../../core/usage.ts';

/** Energies of one event, J, as the introduction of Cao et al., Nanoscale Horiz. 2023, 8, 716 has them. */
export const ENERGY_BANDS = [
  { name: 'brain, an event', low: 1e-15, high: 1e-13 },
  { name: 'RRAM, programming', low: 1e-13, high: 1e-11 },
  { name: 'PCM, programming', low: 1e-11, high: 1e-10 },
] as const;

/** An energy of this run. */
export interface EnergyFigure {
  readonly name: string;
  readonly joules: number;
  /** What it is an energy of, where figures of several kinds have one name. */
  readonly kind?: string;
}

const PREFIXES = ['a', 'f', 'p', 'n', 'µ', 'm', ''];

const SMALL = ['f', 'p', 'n', 'µ', 'm', ''];

/** `100 ns`, `0.25 V`: three digits and an SI prefix. */
function withUnit(value: number, unit: string): string {
  if (value === 0 || (unit === 'V' && value >= 0.01)) return `${Number(value.toPrecision(3))} ${unit}`;
  const at = Math.min(Math.max(Math.floor(Math.log10(value) / 3 + 1e-9) + 5, 0), SMALL.length - 1);
  return `${Number((value / 10 ** (3 * (at - 5))).toPrecision(3))} ${SMALL[at]}${unit}`;
}

/** `assumed 1 V, 100 ns`: how an energy is marked whose pulse nobody told. */
export function describeAssumedPulse({ voltage, time }: AssumedPulse): string {
  const known = [
    ...(voltage === undefined ? [] : [withUnit(voltage, 'V')]),
    ...(time === undefined ? [] : [withUnit(time, 's')]),
  ];
  return `assumed ${known.join(', ')}`;
}

/** `3.2 fJ`: three digits and an SI prefix from atto on. */
export function formatJoules(joules: number): string {
  if (joules === 0) return '0 J';
  const at = Math.min(Math.max(Math.floor(Math.log10(joules) / 3) + 6, 0), PREFIXES.length - 1);
  return `${Number((joules / 10 ** (3 * (at - 6))).toPrecision(3))} ${PREFIXES[at]}J`;
}

/** Where on the scale an energy lies: in a band, below all or above all. */
export function describeEnergyRange(joules: number): string {
  const band = ENERGY_BANDS.find(({ high }) => joules <= high);
  if (band === undefined) return 'above PCM';
  return joules < band.low ? 'below the brain' : `in the range of ${band.name.split(',')[0]}`;
}

/** One line: `a synaptic event took 1.2 fJ, in the range of brain`. */
export const describeEnergies = (figures: readonly EnergyFigure[]): string =>
  figures.map(({ name, joules }) => `${name} ${formatJoules(joules)} (${describeEnergyRange(joules)})`).join(', ');
