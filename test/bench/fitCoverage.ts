/**
 * Coverage of the 95 % intervals of `device fit` over measurements made from known devices, as in docs/guide/fitting.md:
 * `node dist/test/bench/fitCoverage.js [number of sets, default 200] [number of the first set, default 0]`.
 */
import { CounterRandom } from '../../core/random/random.ts';
import { DIRECTIONS, type Direction, type Train } from '../../experiments/devices/fit/import/trains.ts';
import { clip } from '../../experiments/devices/fit/lists.ts';
import { fitPulses } from '../../experiments/devices/fit/statistics/fitPulses.ts';
import type { StepFamilyName } from '../../experiments/devices/fit/statistics/stepFamilies.ts';
import { formatColumns } from '../../experiments/output/formatColumns.ts';
import { scaleTruth } from '../experiments/devices/fit/made.ts';
import { exponentialStep, neuroSimStep, type Step, softBoundStep } from '../experiments/devices/fit/measured.ts';

interface KnownDevice {
  readonly model: StepFamilyName;
  readonly step: Step;
  readonly params: Readonly<Record<string, number>>;
}

const RANGE = { gMin: 2e-6, gMax: 50e-6 };
const DEVICES: readonly KnownDevice[] = [
  { model: 'softBound', step: softBoundStep(0.07, 0.055), params: { ...RANGE, etaUp: 0.07, etaDown: 0.055 } },
  {
    model: 'exponential',
    step: exponentialStep(0.07, 2.5, 0.06, 2),
    params: { ...RANGE, alphaUp: 0.07, betaUp: 2.5, alphaDown: 0.06, betaDown: 2 },
  },
  {
    model: 'neuroSim',
    step: neuroSimStep(1.5, 3, 60, 60),
    params: { ...RANGE, nonlinearityUp: 1.5, nonlinearityDown: -3, pulsesUp: 60, pulsesDown: 60 },
  },
];

/** Protocols: trains from the bounds, trains that continue from each other, and continued trains of half the length. */
const PROTOCOLS = ['reset to the bounds', 'continued', 'continued, short'] as const;
type Protocol = (typeof PROTOCOLS)[number];
const PULSE_COUNTS: Readonly<Record<Protocol, number>> = {
  'reset to the bounds': 60,
  continued: 60,
  'continued, short': 30,
};
const DEVICE_COUNTS = [1, 6];
/** Relative standard deviations: between devices, of a step, of a reading. */
const [SPREAD, STEP_NOISE, READ_NOISE] = [0.1, 0.1, 0.01];

/** Trains of made devices (8 cycles of one device, or 3 cycles of each of several devices) and their mean range, S. */
function makeTrains({ step }: KnownDevice, protocol: Protocol, devices: number, set: number) {
  const random = new CounterRandom(set, 'coverage');
  let draws = 0;
  const normal = () => random.normal(draws++, 0);
  const factor = () => (devices > 1 ? Math.exp(Math.sqrt(Math.log1p(SPREAD ** 2)) * normal()) : 1);
  const made = { gMin: 0, gMax: 0 };
  const trains = Array.from({ length: devices }, (_, d) => {
    const [gMin, gMax] = [RANGE.gMin * factor(), RANGE.gMax * factor()];
    made.gMin += gMin / devices;
    made.gMax += gMax / devices;
    const amounts: Record<Direction, number> = { up: factor(), down: factor() };
    let g = 0;
    return Array.from({ length: devices > 1 ? 3 : 8 }, (_, cycle) =>
      DIRECTIONS.map((direction): Train => {
        if (protocol === 'reset to the bounds') g = direction === 'up' ? 0 : 1;
        const elapsed = Array.from({ length: PULSE_COUNTS[protocol] + 1 }, (_, n) => n);
        const conductance = elapsed.map((n) => {
          if (n > 0) g = clip(g + step(g, direction === 'up') * amounts[direction] * (1 + STEP_NOISE * normal()));
          return (gMin + (gMax - gMin) * g) * (1 + READ_NOISE * normal());
        });
        return { device: `D${d}`, cycle: String(cycle), direction, elapsed, first: 0, conductance };
      }),
    );
  }).flat(2);
  return { trains, made };
}

interface Tally {
  readonly name: string;
  sets: number;
  held: number;
  total: number;
  open: number;
  readonly missed: Map<string, number>;
}

function tally(sets: number, first: number): Tally[] {
  const cells = DEVICES.flatMap((device) =>
    PROTOCOLS.flatMap((protocol) => DEVICE_COUNTS.map((count) => ({ device, protocol, count }))),
  );
  const tallies = cells.map(({ device, protocol, count }): Tally => {
    const name = `${device.model}, ${protocol}, ${count === 1 ? '1 device' : `${count} devices`}`;
    return { name, sets: 0, held: 0, total: 0, open: 0, missed: new Map() };
  });
  for (let set = first; set < first + sets; set++) {
    const at = set % cells.length;
    const { device, protocol, count } = cells[at]!;
    const one = tallies[at]!;
    const { trains, made } = makeTrains(device, protocol, count, set);
    const { models } = fitPulses(trains);
    const { ci } = models[device.model];
    const truth = scaleTruth(device, made, models[device.model]);
    one.sets++;
    console.error(`${set}: ${one.name}`);
    for (const [name, ends] of Object.entries(ci)) {
      if (ends === null) continue;
      const isHeld = ends[0] <= truth[name]! && truth[name]! <= ends[1];
      one.total++;
      if (isHeld) one.held++;
      else one.missed.set(name, (one.missed.get(name) ?? 0) + 1);
      if (ends[1] === Infinity || (name === 'gMin' && ends[0] === 0)) one.open++;
    }
  }
  return tallies;
}

const [sets, first] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 0)];
const tallies = tally(sets, first).filter(({ total }) => total > 0);
const percent = (held: number, total: number) => `${((100 * held) / total).toFixed(1)} %`;
const sumOf = (key: 'sets' | 'held' | 'total' | 'open') => tallies.reduce((sum, one) => sum + one[key], 0);
console.log(
  formatColumns([
    ['measurement', 'sets', 'intervals', 'hold the truth', 'open', 'missed'],
    ...tallies.map(({ name, sets: own, held, total, open, missed }) => [
      name,
      String(own),
      String(total),
      percent(held, total),
      String(open),
      [...missed].map(([parameter, count]) => `${parameter} ${count}`).join(', '),
    ]),
    [
      'all',
      ...(['sets', 'total'] as const).map((key) => String(sumOf(key))),
      percent(sumOf('held'), sumOf('total')),
      String(sumOf('open')),
      '',
    ],
  ]),
);
