/** Neuristor: a Mott memristor in parallel with a capacitor fires spikes, alone and in a chain. */
import { mott, Network, number, spikeTrains } from '../../index.ts';
import { bisect, defineDemonstration, mapRange } from '../demonstration.ts';

const CHAIN_LENGTH = 20; // number of nodes in the chain
const RUN_DURATION = 5000; // ms, length of a run; rates are measured in its second half
const START = 10; // ms, first pulse
const SECOND_PULSE_DELAYS = [2, 50]; // ms, from a spike to the second pulse
const THRESHOLD = 15; // mV at which the device turns metallic
const EXCITABLE_SUPPLY = 14; // mV, supply of excitable nodes
const GAP = THRESHOLD - EXCITABLE_SUPPLY;
const SUPPLIES = mapRange(60, (k) => k); // supply voltages, mV
const AMPLITUDES = mapRange(31, (k) => ((k + 0.5) * GAP) / 10); // amplitudes of a pulse, mV
const FIXED = { capacitance: 250, resistanceSeries: 0.04, threshold: THRESHOLD }; // pF, GΩ, mV

/** Potential (mV) at which the device turns insulating, and its resistance (GΩ) as a metal. */
type NodeParameters = Readonly<Record<'hold' | 'resistanceOn', number>>;

/** Closed-form firing rate of a neuristor, Hz: 1 / (charging + discharging time); 0 if it is silent or latches. */
function predictRate({ hold, resistanceOn }: NodeParameters, supply: number): number {
  const share = resistanceOn / (resistanceOn + FIXED.resistanceSeries);
  const low = supply * share;
  if (supply <= THRESHOLD || low >= hold) return 0;
  const tau = FIXED.resistanceSeries * FIXED.capacitance;
  const charging = tau * Math.log((supply - hold) / (supply - THRESHOLD));
  const discharging = tau * share * Math.log((THRESHOLD - low) / (hold - low));
  return 1000 / (charging + discharging);
}

/** Simulated firing rate of a neuristor, Hz, from the interspike intervals in the second half of a run. */
function measureRate(node: NodeParameters, supply: number): number {
  const net = new Network({ seed: 0 }); // the network draws no random numbers
  const initial = supply < THRESHOLD ? supply : 0;
  const spikes = net.recordSpikes([net.population('neuristor', mott({ ...FIXED, ...node, size: 1, supply, initial }))]);
  net.run(RUN_DURATION);
  const times = spikes.of('neuristor').times.filter((t) => t > RUN_DURATION / 2);
  return times.length < 2 ? 0 : (1000 * (times.length - 1)) / (times.at(-1)! - times[0]!);
}

type Pulses = readonly (readonly [time: number, amplitude: number])[]; // ms, mV

/** Chain of nodes: pulses excite node 0; each spike excites the next node by `weight`, mV. Returns the node index of each spike. */
function runChain(node: NodeParameters, pulses: Pulses, size = 1, weight = 0) {
  const net = new Network({ seed: 0 });
  const source = net.population('source', spikeTrains({ trains: pulses.map(([t]) => [t]) }));
  const resting = { supply: EXCITABLE_SUPPLY, initial: EXCITABLE_SUPPLY };
  const nodes = net.population('neuristors', mott({ ...FIXED, ...node, size, ...resting }));
  net.projection(source, nodes, { connect: { list: pulses.map(([, w], i) => [i, 0, w]) } });
  const list = mapRange(size - 1, (i) => [i, i + 1, weight]);
  net.projection(nodes, nodes, { name: 'chain', connect: { list }, delay: 1 });
  const spikes = net.recordSpikes([nodes]);
  net.run(START + 100);
  return spikes.of('neuristors').neurons;
}

export default defineDemonstration({
  isDeterministic: true,
  parameters: {
    hold: number({ default: 4.5, min: 0, unit: 'mV', help: 'potential below which the device turns insulating again' }),
    resistanceOn: number({ default: 0.004, min: 1e-4, max: 1, unit: 'GΩ', help: 'resistance in the metallic state' }),
  },
  async simulate(node, context) {
    await context.reportProgress('rate against supply');
    const rates = context.createTable(
      'rates',
      SUPPLIES.flatMap((supply) => [
        { supply, method: 'simulated', rate: measureRate(node, supply) },
        { supply, method: 'closed form', rate: predictRate(node, supply) },
      ]),
    );
    const simulated = rates.values('rate', { method: 'simulated' });
    const predicted = rates.values('rate', { method: 'closed form' });
    const firing = SUPPLIES.filter((supply) => simulated[supply]! > 0);
    const error = Math.max(0, ...firing.map((supply) => Math.abs(simulated[supply]! / predicted[supply]! - 1)));

    await context.reportProgress('single pulses');
    const counts = AMPLITUDES.map((amplitude) => runChain(node, [[START, amplitude]]).length);
    /** Smallest amplitude (mV, to 1e-3) of a second pulse that evokes a spike, for each wait after a spike. */
    const [soon, late] = SECOND_PULSE_DELAYS.map((wait) =>
      bisect(0, THRESHOLD, 1e-3, (amplitude) => {
        const first = [START, THRESHOLD] as const;
        return runChain(node, [first, [START + wait, amplitude]]).length > 1;
      }),
    ) as [number, number];

    await context.reportProgress('a chain');
    const countReached = (weight: number) => new Set(runChain(node, [[START, 2 * GAP]], CHAIN_LENGTH, weight)).size;
    const [reached, reachedWeakly] = [countReached(2 * GAP), countReached(0.9 * GAP)];
    return {
      figures: {
        'lowest supply that oscillates': { unit: 'mV', values: firing[0] ?? Number.NaN },
        'highest supply that oscillates': { unit: 'mV', values: firing.at(-1) ?? Number.NaN },
        'largest rate': { unit: 'Hz', values: Math.max(...simulated) },
        'largest deviation from the closed form': { unit: '1', values: error },
        'smallest pulse that fires': { unit: 'mV', values: AMPLITUDES[counts.findIndex((n) => n > 0)] ?? Number.NaN },
        'smallest second pulse 2 ms after a spike': { unit: 'mV', values: soon },
        'smallest second pulse 50 ms after a spike': { unit: 'mV', values: late },
        'a spike along a chain reaches': { unit: `of ${CHAIN_LENGTH} nodes`, values: reached },
        'with weights below threshold': { unit: `of ${CHAIN_LENGTH} nodes`, values: reachedWeakly },
      },
      expectations: [
        {
          'the node is silent up to the threshold, oscillates above it, and latches far above': simulated.every(
            (rate, i) => rate > 0 === predicted[i]! > 0,
          ),
          'the rate agrees with the closed form within 1e-4': firing.length > 0 && error < 1e-4,
          'all or nothing: a spike above the threshold only': AMPLITUDES.every((w, i) => counts[i] === Number(w > GAP)),
          'refractory: a second spike needs a larger pulse soon after the first': soon > 2 * late,
        },
        {
          'gain: a spike travels along the whole chain': reached === CHAIN_LENGTH,
          'control: no spike travels with weights below threshold': reachedWeakly === 1,
        },
      ],
    };
  },
});
