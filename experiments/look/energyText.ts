import type { AssumedPulse } from '../../core/usage.ts';

/** Energies per event, J, from the introduction of Cao et al., Nanoscale Horiz. 2023, 8, 716. */
export const ENERGY_BANDS = [
  { name: 'brain, an event', low: 1e-15, high: 1e-13 },
  { name: 'RRAM, programming', low: 1e-13, high: 1e-11 },
  { name: 'PCM, programming', low: 1e-11, high: 1e-10 },
] as const;

/** Energy per event on the scale. */
export interface EnergyFigure {
  readonly name: string;
  readonly joules: number;
  /** Kind of the energy, if energies of several kinds have the same name. */
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

/** Mark of energies with an assumed write pulse: `assumed 1 V, 100 ns`. */
export function describeAssumedPulse({ voltage, time }: AssumedPulse): string {
  const known = [
    ...(voltage === undefined ? [] : [withUnit(voltage, 'V')]),
    ...(time === undefined ? [] : [withUnit(time, 's')]),
  ];
  return `assumed ${known.join(', ')}`;
}

/** Energy with three digits and an SI prefix: `3.2 fJ`. */
export function formatJoules(joules: number): string {
  if (joules === 0) return '0 J';
  const at = Math.min(Math.max(Math.floor(Math.log10(joules) / 3) + 6, 0), PREFIXES.length - 1);
  return `${Number((joules / 10 ** (3 * (at - 6))).toPrecision(3))} ${PREFIXES[at]}J`;
}

/** Position of an energy on the scale: in a band, below all bands or above all bands. */
export function describeEnergyRange(joules: number): string {
  const band = ENERGY_BANDS.find(({ high }) => joules <= high);
  if (band === undefined) return 'above PCM';
  return joules < band.low ? 'below the brain' : `in the range of ${band.name.split(',')[0]}`;
}

/** Line for several energies: `a synaptic event 1.2 fJ (in the range of brain)`. */
export const describeEnergies = (figures: readonly EnergyFigure[]): string =>
  figures.map(({ name, joules }) => `${name} ${formatJoules(joules)} (${describeEnergyRange(joules)})`).join(', ');
