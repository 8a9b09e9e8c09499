import type { NeuronFactory } from '../../core/factories.ts';
import type { Neurons } from '../../core/graph/population.ts';
import { Network } from '../../core/network.ts';
import { MemoryTable } from '../../core/recorders/memoryTable.ts';
import { poisson, spikeTrains } from '../../neurons/index.ts';
import { formatSpikeRows } from './network.ts';
import { collectCheckErrors } from './requirements.ts';

const INHIBITION_TIME = 1.5;

interface DriveOptions {
  readonly hasWinnerTakeAll?: boolean;
  /** True to record each arrival, so that arrivals are processed one by one and not in batches. */
  readonly recordsArrivals?: boolean;
  readonly recordsPotential?: boolean;
}

function createDrivenNeurons(factory: NeuronFactory, options: DriveOptions = {}) {
  const { hasWinnerTakeAll, recordsArrivals, recordsPotential } = options;
  const net = new Network({ seed: 5 });
  const cells = net.population('cells', factory, hasWinnerTakeAll ? { winnerTakeAll: { hold: INHIBITION_TIME } } : {});
  const noise = net.population('noise', poisson({ size: 10, rate: 400 }));
  const ties = net.population('ties', spikeTrains({ trains: [Array.from({ length: 50 }, (_, k) => 2 * k)] }));
  const projection = net.projection(noise, cells, { connect: { all: { weight: { uniform: [-1, 5] } } } });
  net.projection(ties, cells, { connect: { all: { weight: 12 } } });
  const spikes = new MemoryTable();
  net.recordSpikes([cells], spikes);
  if (recordsArrivals) net.recordWeights(projection, { on: 'pre' }, new MemoryTable());
  if (recordsPotential) net.recordPotential(cells, [0, 1, 2, 3], { every: 0.31 }, new MemoryTable());
  return { net, cells: cells as Neurons, spikes };
}

function run(factory: NeuronFactory, options?: DriveOptions): MemoryTable {
  const { net, spikes } = createDrivenNeurons(factory, options);
  net.run(100);
  net.flush();
  return spikes;
}

const haveSameSpikes = (a: MemoryTable, b: MemoryTable) => formatSpikeRows(a).join() === formatSpikeRows(b).join();

function checkWinnerTakeAll(factory: NeuronFactory, label: string) {
  const times = run(factory, { hasWinnerTakeAll: true }).column('time');
  if (times.length <= 2) return [`${label}: winner-take-all leaves ${times.length} spikes in 100 ms, too few.`];
  const early = times.findIndex((t, i) => i > 0 && !(t >= times[i - 1]! + INHIBITION_TIME));
  if (early < 0) return [];
  const inhibition = `though the spike at ${times[early - 1]} ms inhibits all neurons for ${INHIBITION_TIME} ms`;
  return [`${label}: with winner-take-all inhibition it fires at ${times[early]} ms, ${inhibition}.`];
}

function checkReading(factory: NeuronFactory, label: string) {
  const plain = run(factory);
  if (plain.rows <= 4) return [`${label}: it fires ${plain.rows} times in 100 ms, too few spikes for a test.`];
  const readings = [
    [{ recordsPotential: true }, 'recording its potential changes its spikes'],
    [{ recordsArrivals: true }, 'arrivals processed one by one give other spikes than batches'],
  ] as const;
  return readings
    .filter(([options]) => !haveSameSpikes(run(factory, options), plain))
    .map(([, fault]) => `${label}: ${fault}.`);
}

function checkRest(factory: NeuronFactory, label: string) {
  const { net, cells, spikes } = createDrivenNeurons(factory);
  const readPotentials = () => Array.from({ length: cells.size }, (_, j) => cells.model.potential(j, net.now));
  const initial = readPotentials();
  net.run(41.3);
  net.resetDynamicState();
  const potentials = readPotentials();
  const astray = potentials.findIndex((v, j) => v !== 0 && v !== initial[j]);
  if (astray >= 0)
    return [
      `${label}: after resetDynamicState, neuron ${astray} is at ${potentials[astray]} mV, but must be at 0 or at its initial potential, ${initial[astray]} mV.`,
    ];
  net.flush();
  const before = spikes.rows;
  net.run(60);
  net.flush();
  return spikes.rows > before ? [] : [`${label}: it never fires again after a rest.`];
}

export const checkNeuronModel = (factory: NeuronFactory, name: string): string[] =>
  [checkWinnerTakeAll, checkReading, checkRest].flatMap((test) => collectCheckErrors(name, () => test(factory, name)));
