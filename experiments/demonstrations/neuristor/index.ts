/** A Mott memristor across a capacitor: rate against supply, refractoriness, and a chain of nodes that passes a spike on. */
import { mott, Network, number, spikeTrains } from '../../index.ts';
import { defineDemonstration } from '../demonstration.ts';
import { bisect, inUnit, ResultGrid, ratio } from '../findings.ts';

const CHAIN = 20; // nodes
const DURATION = 5000; // ms that rates are counted over
const START = 10; // ms, first pulse
const WAITS = [2, 5, 10, 20, 50]; // ms, from a spike to the second pulse
const FIXED = { capacitance: 250, resistanceSeries: 0.04 }; // pF, GΩ

/** Thresholds (mV) at which the device turns metallic and insulating, and its resistance (GΩ) as a metal. */
type Node = Readonly<Record<'threshold' | 'hold' | 'resistanceOn', number>>;

const makeOscillator = ({ threshold, hold, resistanceOn }: Node, supply: number, size = 1) =>
  mott({ ...FIXED, size, threshold, hold, resistanceOn, supply, initial: supply < threshold ? supply : 0 });

/** Closed form of the rate, Hz, from the durations of both phases; 0 if the node is silent or latches. */
function predictRate({ threshold, hold, resistanceOn }: Node, supply: number): number {
  const share = resistanceOn / (resistanceOn + FIXED.resistanceSeries);
  const low = supply * share;
  if (supply <= threshold || low >= hold) return 0;
  const tau = FIXED.resistanceSeries * FIXED.capacitance;
  const charging = tau * Math.log((supply - hold) / (supply - threshold));
  const discharging = tau * share * Math.log((threshold - low) / (hold - low));
  return 1000 / (charging + discharging);
}

/** Rate, Hz, from the intervals of the second half of a run. */
function measureRate(node: Node, supply: number): number {
  const net = new Network({ seed: 0 }); // deterministic
  const spikes = net.recordSpikes([net.population('neuristor', makeOscillator(node, supply))]);
  net.run(DURATION);
  const times = spikes.of('neuristor').times.filter((t) => t > DURATION / 2);
  return times.length < 2 ? 0 : (1000 * (times.length - 1)) / (times.at(-1)! - times[0]!);
}

type Pulses = readonly (readonly [time: number, amplitude: number])[]; // ms, mV

/** Runs a chain of excitable nodes; the first gets pulses, each excites the next with `weight` (mV). Returns the spiking node of each spike. */
function runChain(node: Node, supply: number, pulses: Pulses, size = 1, weight = 0) {
  const net = new Network({ seed: 0 });
  const source = net.population('source', spikeTrains({ trains: pulses.map(([t]) => [t]) }));
  const nodes = net.population('neuristors', makeOscillator(node, supply, size));
  net.projection(source, nodes, { connect: { list: pulses.map(([, w], i) => [i, 0, w]) } });
  if (size > 1) {
    const list = Array.from({ length: size - 1 }, (_, i) => [i, i + 1, weight]);
    net.projection(nodes, nodes, { name: 'chain', connect: { list }, delay: 1 });
  }
  const spikes = net.recordSpikes([nodes]);
  net.run(START + 100);
  return spikes.of('neuristors').neurons;
}

export default defineDemonstration({
  name: 'neuristor',
  title: 'A Mott memristor that spikes: threshold, rate, refractoriness, propagation',
  claim: 'A neuristor made of Mott memristors spikes all or nothing, with threshold and gain, without any transistor.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 181 (Pickett et al. 2013, doi:10.1038/nmat3510)',
  parameters: {
    threshold: number({ default: 15, min: 5, max: 1000, unit: 'mV', help: 'potential that turns the device metallic' }),
    hold: number({ default: 4.5, min: 0, unit: 'mV', help: 'potential that turns the device insulating again' }),
    resistanceOn: number({ default: 0.004, min: 1e-4, max: 1, unit: 'GΩ', help: 'resistance of the metallic device' }),
    excitable: number({ default: 14, min: 0, unit: 'mV', help: 'supply of excitable nodes' }),
  },
  deterministic: true,
  async run(p, context) {
    await context.step('rate against supply');
    const rates = new ResultGrid(
      Array.from({ length: 60 }, (_, k) => {
        const supply = (k * p.threshold) / 15;
        return { supply, rate: measureRate(p, supply), closedForm: predictRate(p, supply) };
      }),
      { supply: 'supply (mV)', rate: 'rate (Hz)', closedForm: 'rate in closed form (Hz)' },
    );
    const sources = rates.flatMap(({ supply, rate, closedForm }) => [
      { source: 'simulated', supply, rate },
      { source: 'closed form', supply, rate: closedForm },
    ]);
    const firing = rates.rows.filter(({ rate }) => rate > 0);
    const error = Math.max(0, ...firing.map(({ rate, closedForm }) => Math.abs(rate / closedForm - 1)));

    await context.step('single pulses');
    const gap = p.threshold - p.excitable;
    const amplitudes = Array.from({ length: 31 }, (_, k) => ((k + 0.5) * gap) / 10);
    const counts = amplitudes.map((amplitude) => runChain(p, p.excitable, [[START, amplitude]]).length);
    /** Smallest second pulse that fires at each wait after a spike, to 1e-3 mV. */
    const smallest = WAITS.map((wait) =>
      bisect(0, p.threshold, 1e-3, (amplitude) => {
        const first = [START, p.threshold] as const;
        return runChain(p, p.excitable, [first, [START + wait, amplitude]]).length > 1;
      }),
    );

    await context.step('a chain');
    const countReached = (weight: number) => new Set(runChain(p, p.excitable, [[START, 2 * gap]], CHAIN, weight)).size;
    const [reached, reachedWeakly] = [countReached(2 * gap), countReached(0.9 * gap)];
    const mV = inUnit('mV');
    const nodes = inUnit(`of ${CHAIN} nodes`);
    return {
      figures: {
        'lowest supply that oscillates': mV(firing[0]?.supply ?? Number.NaN),
        'highest supply that oscillates': mV(firing.at(-1)?.supply ?? Number.NaN),
        'largest rate': inUnit('Hz')(Math.max(...rates.values('rate'))),
        'largest deviation from the closed form': ratio(error),
        'smallest pulse that fires': mV(amplitudes[counts.findIndex((n) => n > 0)] ?? Number.NaN),
        'smallest second pulse 2 ms after a spike': mV(smallest[0]!),
        'smallest second pulse 50 ms after a spike': mV(smallest.at(-1)!),
        'a spike along a chain reaches': nodes(reached),
        'with weights below threshold': nodes(reachedWeakly),
      },
      expectations: {
        'the node is silent up to the threshold, oscillates above it, and latches far above': rates.rows.every(
          ({ rate, closedForm }) => rate > 0 === closedForm > 0,
        ),
        'the rate agrees with the closed form within 1e-4': firing.length > 0 && error < 1e-4,
        'all or nothing: a spike above the threshold only': amplitudes.every((w, i) => counts[i] === (w > gap ? 1 : 0)),
        'refractory: a second spike needs a larger pulse soon after the first': smallest[0]! > 2 * smallest.at(-1)!,
        'gain: a spike travels along the whole chain': reached === CHAIN,
        'control: no spike travels with weights below threshold': reachedWeakly === 1,
      },
      tables: { rates },
      pictures: { rates: sources.picture({ x: 'supply', y: 'rate', by: ['source'] }) },
    };
  },
});
