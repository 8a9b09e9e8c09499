import { type Snapshot, save } from '../../core/checkpoint/state.ts';
import type { Factories } from '../../core/factories.ts';
import type { Population } from '../../core/graph/population.ts';
import { Network } from '../../core/network.ts';
import { MemoryTable } from '../../core/recorders/memoryTable.ts';
import { lif, poisson, spikeTrains } from '../../neurons/index.ts';
import { ideal } from '../../synapses/devices/index.ts';
import { pairStdp } from '../../synapses/rules/index.ts';

const DURATION = 40;
const ON_GRID = Array.from({ length: 4 }, (_, i) => Array.from({ length: 80 / (i + 1) }, (_, k) => ((i + 1) * k) / 2));

/** User's models under test, by kind (neuron, device, rule …); for other kinds, the test uses a built-in model. */
export interface TestedModels extends Partial<Factories> {
  readonly dendriticDelay?: number;
}

interface TestNetwork {
  readonly net: Network;
  readonly spikes: MemoryTable;
}

/** Creates a small recurrent network with simultaneous spikes and noise. @param isReversed declare in reverse order */
export function createTestNetwork(parts: TestedModels, isReversed = false): TestNetwork {
  const net = new Network({ seed: 11 });
  const get = (name: string): Population => net.populations.get(name)!;
  const declare = (steps: (() => unknown)[]) => {
    for (const step of isReversed ? steps.reverse() : steps) step();
  };
  declare([
    () => net.population('ties', spikeTrains({ trains: ON_GRID })),
    () => net.population('noise', parts.stimulus ?? poisson({ size: 4, rate: 200 })),
    () => net.population('cells', parts.neuron ?? lif({ size: 4, current: 200 })),
    () => net.population('readers', lif({ size: 4, threshold: 6 })),
  ]);
  const synapse = {
    ...(parts.shortTerm && { shortTerm: parts.shortTerm }),
    device: parts.device ?? ideal({ wMax: 8 }),
    rule: parts.rule ?? pairStdp({ aPlus: 0.2, aMinus: 0.2 }),
    dendriticDelay: parts.dendriticDelay ?? 0,
  };
  const list = [0, 1, 2, 3].flatMap((i) =>
    [0, 1, 2, 3].map((j) => [i, j, 0.3 + 0.1 * ((3 * i + j) % 7), 0.5 + (i % 2)]),
  );
  const third = (from: string, delay: number) =>
    parts.modulator && { modulator: { from: get(from), delay, model: parts.modulator } };
  const connect = { list: isReversed ? [...list].reverse() : list };
  declare([
    () => net.projection(get('ties'), get('cells'), { connect, ...synapse, ...third('noise', 0) }),
    () =>
      net.projection(get('noise'), get('cells'), {
        connect: { all: { weight: { uniform: [0.2, 0.9] } } },
        ...synapse,
        ...third('cells', 0.5),
      }),
    () => net.projection(get('ties'), get('cells'), { name: 'drive', connect: { all: { weight: 5 } }, delay: 0.5 }),
    () => net.projection(get('cells'), get('cells'), { connect: { all: { weight: -0.5 } }, delay: 0.5 }),
    () => net.projection(get('cells'), get('readers'), { connect: { all: { weight: 4 } } }),
  ]);
  const spikes = new MemoryTable();
  net.recordSpikes([...net.populations.values()], spikes);
  return { net, spikes };
}

export const formatSpikeRows = (spikes: MemoryTable): string[] => {
  const [neuron, population] = [spikes.column('neuron'), spikes.column('population')];
  return spikes.column('time').map((t, i) => `${t} ${neuron[i]} ${population[i]}`);
};

const encodeArrays = (snapshot: Snapshot): Map<string, string> =>
  new Map([...snapshot].map(([key, a]) => [key, Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString('hex')]));

type RunOutcome = ReturnType<typeof runToEnd>;

export function runToEnd({ net, spikes }: TestNetwork) {
  net.run(DURATION - net.now);
  net.flush();
  return { spikeRows: formatSpikeRows(spikes), endState: encodeArrays(save(net)) };
}

export const readPlasticWeights = ({ net }: TestNetwork): number[] =>
  ['ties->cells', 'noise->cells'].flatMap((name) => [...net.projections.get(name)!.edges.weights!]);

export function describeDifference(a: RunOutcome, b: RunOutcome): string | undefined {
  const array = [...a.endState.keys()].sort().find((key) => a.endState.get(key) !== b.endState.get(key));
  if (array !== undefined) return `in ${array}`;
  const { length } = a.spikeRows;
  const row = length === b.spikeRows.length ? a.spikeRows.findIndex((line, i) => line !== b.spikeRows[i]) : length;
  return row < 0 ? undefined : `in spike ${row}`;
}
