import { column, type LeftOut, longColumns, type Part, rangeAxis } from '../part.ts';
import { beginning, type Pulse, pulsed, runTo, type Specimen, state, stateAxis } from '../specimens.ts';
import { banded, longForm, means, median } from '../spread.ts';

/** ms between pulses */
const PERIOD = 100;

interface Train {
  /** Whether it begins above the lowest state, from which no pulse leads away. */
  readonly lifted: boolean;
  /** Before the first pulse, then after each: of every device. */
  readonly states: readonly (readonly number[])[];
  /** J of each write, of every device. */
  readonly joules: readonly (readonly number[])[];
}

const trains = new WeakMap<Specimen, Train>();

/** `pulses` full pulses upwards from the lowest state (or a little above it, see `beginning`), then as many downwards, read after each. */
function measured(specimen: Specimen): Train {
  const before = trains.get(specimen);
  if (before) return before;
  const { pulses } = specimen;
  const train: Pulse[] = Array.from({ length: 2 * pulses }, (_, i) => ({ t: PERIOD * (i + 1), up: i < pulses }));
  const start = beginning(specimen);
  const b = pulsed(specimen, train, start);
  runTo(b, 0);
  const spent = () => b.projections.map(({ devices }) => devices!.energy.write);
  const states = [state(b)];
  const joules: number[][] = [];
  let last = spent();
  for (const { t } of train) {
    runTo(b, t);
    states.push(state(b));
    const now = spent();
    joules.push(now.map((j, i) => j - last[i]!));
    last = now;
  }
  const found = { lifted: start !== 'low', states, joules };
  trains.set(specimen, found);
  return found;
}

/** LTP and LTD: conductance against pulse number, potentiating pulses first. */
export function ltpLtd(specimen: Specimen): Part {
  const { pulses } = specimen;
  const { states, lifted } = measured(specimen);
  const axis = stateAxis(specimen);
  const { unit } = axis;
  const up = states.slice(0, pulses + 1);
  const down = states.slice(pulses);
  const counted = (rows: readonly (readonly number[])[]) => longForm([...rows.keys()], rows);
  const both = [counted(up), counted(down)];
  const ends = { lowest: median(states[0]!), highest: median(states[pulses]!), afterLtd: median(states.at(-1)!) };
  const series = [
    { name: 'potentiation', points: up.map((values, i) => banded(i, values)) },
    { name: 'depression', points: down.map((values, i) => banded(pulses + i, values)) },
    ...means([...states.keys()], states),
  ];
  const directions = both.flatMap((t, i) => t.device.map(() => 1 - i));
  const from = lifted ? ', from above the bound: there its window is 0' : '';
  return {
    title: `LTP and LTD: ${pulses} pulses each way${from}`,
    columns: {
      device: { type: 'uint32', unit: '1', values: both.flatMap((t) => t.device) },
      cycle: { type: 'uint32', unit: '1', values: both.flatMap((t) => t.device.map(() => 0)) },
      direction: { ...column('1', directions, 'uint8'), names: ['down', 'up'] },
      pulse: { type: 'uint32', unit: '1', values: both.flatMap((t) => t.x) },
      [unit === 'S' ? 'conductance' : 'weight']: { type: 'float64', unit, values: both.flatMap((t) => t.y) },
    },
    chart: { x: { label: 'pulse number' }, y: rangeAxis(axis, series), series },
    summary: {
      ...ends,
      ...(lifted && {
        begins: "just above the lowest state, where the model's window function is 0 and no pulse moves a device",
      }),
    },
  };
}

/** What each write of the same train costs. */
export function writeEnergy(specimen: Specimen): Part | LeftOut {
  const { joules } = measured(specimen);
  const known = joules.flat().filter((j) => !Number.isNaN(j));
  if (known.length === 0) return { leftOut: 'the model has no conductance, so writes cost nothing that is known' };
  if (known.every((j) => j === 0)) return { leftOut: 'writes cost nothing with this writeVoltage and writeTime' };
  const { pulses } = specimen;
  const numbers = joules.map((_, i) => i + 1);
  const points = joules.map((values, i) => banded(i + 1, values));
  return {
    title: 'Write energy of each pulse',
    columns: longColumns(['pulse', '1', 'uint32'], ['energy', 'J'], numbers, joules),
    chart: {
      x: { label: 'pulse number' },
      y: { label: 'energy (J)', domain: [0, 0] },
      series: [
        { name: 'potentiation', points: points.slice(0, pulses) },
        { name: 'depression', points: points.slice(pulses) },
      ],
    },
    summary: {
      medianUp: median(joules.slice(0, pulses).flat()),
      medianDown: median(joules.slice(pulses).flat()),
    },
  };
}
