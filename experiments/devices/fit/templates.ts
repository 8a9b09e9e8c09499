import type { MeasurementKind } from './kinds/measurementType.ts';

interface Template {
  /** Comment lines of the CSV template that say how to fill it in. */
  readonly comments: readonly string[];
  /** Header with units, and example rows to replace. */
  readonly rows: readonly string[];
}

/** Combines columns of equal length to CSV rows. */
const zip = (...columns: readonly (readonly (number | string)[])[]): string[] =>
  columns[0]!.map((_, i) => columns.map((column) => column[i]).join());

const SWEEP = [0, 0.3, 0.6, 0.9, 1.2, 0.9, 0.6, 0.3, 0, -0.3, -0.6, -0.9, -1.2, -0.9, -0.6, -0.3, 0];

/** Example rows are as few as `device fit` needs for the kind of measurement. */
const TEMPLATES = {
  pulses: {
    comments: [
      'One row per reading after a pulse. direction: up or down. pulse: number within its train.',
      'More devices or cycles: more rows with other numbers. One write voltage and width per direction.',
    ],
    rows: [
      'device,cycle,direction,pulse,conductance (uS),voltage (V),width (us)',
      ...[10, 13, 15.5, 17.4, 19].map((g, i) => `1,1,up,${i + 1},${g},1.2,100`),
      ...[15.8, 13.4, 11.7, 10.6, 10].map((g, i) => `1,1,down,${i + 1},${g},-1,100`),
    ],
  },
  iv: {
    comments: ['One row per point of at least one full loop, in the order of the measurement.'],
    rows: [
      'time (s),voltage (V),current (uA)',
      ...zip(
        SWEEP.map((_, i) => i / 100),
        SWEEP,
        [0, 3, 6.2, 12, 60, 81, 54, 27, 0, -27, -54, -70, -30, -10, -6, -3, 0],
      ),
    ],
  },
  retention: {
    comments: ['One row per reading after writing one state. More devices: a column device.'],
    rows: [
      'time (s),conductance (uS)',
      ...zip([1, 100, 1000, 2000, 5000, 10_000, 20_000], [20, 19.8, 18.2, 16.7, 13.7, 11.4, 10.2]),
    ],
  },
  endurance: {
    comments: ['One row per tested cycle (one set and one reset pulse), with the conductance of both levels.'],
    rows: [
      'cycle,high conductance (uS),low conductance (uS)',
      ...zip([1, 100, 1000, 3000, 6000, 10_000], [20, 20, 19.8, 19, 16.5, 12.2], [1, 1, 1.1, 1.3, 2, 4]),
    ],
  },
  ppf: {
    comments: ['One row per interval between two equal pulses. ratio: second response divided by the first.'],
    rows: ['interval (ms),ratio', ...zip([10, 20, 50, 100, 200, 500], [1.62, 1.52, 1.31, 1.14, 1.03, 1])],
  },
  stdp: {
    comments: ['One row per spike pair. dt: postsynaptic minus presynaptic spike time. dw: relative weight change.'],
    rows: [
      'dt (ms),dw (%)',
      ...zip([-80, -40, -20, -10, 10, 20, 40, 80], [-1.2, -6.5, -15.7, -24.6, 36.4, 22, 8.1, 1.1]),
    ],
  },
} satisfies Partial<Record<MeasurementKind, Template>>;

export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as (keyof typeof TEMPLATES)[];

/** CSV template of a measurement: comments, header with units, and example rows, which `device fit` reads. */
export function renderTemplate(name: (typeof TEMPLATE_NAMES)[number]): string {
  const { comments, rows }: Template = TEMPLATES[name];
  const first = ['memspike template: replace the example rows by your readings; units in the header may be changed.'];
  return `${[...[...first, ...comments].map((line) => `# ${line}`), ...rows].join('\n')}\n`;
}
