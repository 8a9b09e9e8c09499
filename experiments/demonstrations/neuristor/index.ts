/**
 * A neuristor without transistors: a Mott memristor across a capacitor. It spikes all or nothing, at a rate that the supply
 * sets, is refractory, and hands spikes on along a chain without loss.
 * Source: Pickett, Medeiros-Ribeiro & Williams 2013, doi:10.1038/nmat3510, in Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 181.
 * Run: memspike demo neuristor --out DIR
 * Expect: silence up to a supply of the threshold, then a rate that rises as the closed form says, then latching; below, one
 *         spike at pulses above 1 mV and none at smaller ones.
 */
import { MemoryTable, mott, Network, number, object, spikeTrains } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration } from '../demonstration.ts';
import { column } from '../findings.ts';

const CHAIN = 20;
const DURATION = 5000; // ms that rates are counted over
const START = 10; // ms: first pulse
const WAITS = Array.from({ length: 60 }, (_, k) => k + 2); // ms: the device is insulating again

interface Node {
  readonly threshold: number;
  readonly hold: number;
  readonly resistanceOn: number;
}

const FIXED = { capacitance: 250, resistanceSeries: 0.04 }; // pF, GΩ

const oscillator = ({ threshold, hold, resistanceOn }: Node, supply: number, size = 1) =>
  mott({ ...FIXED, size, threshold, hold, resistanceOn, supply, initial: supply < threshold ? supply : 0 });

/** Hz, from the waits of both phases; 0 where it is silent or latches. */
function predicted({ threshold, hold, resistanceOn }: Node, supply: number): number {
  const share = resistanceOn / (resistanceOn + FIXED.resistanceSeries);
  const low = supply * share;
  if (supply <= threshold || low >= hold) return 0;
  const tau = FIXED.resistanceSeries * FIXED.capacitance;
  const charging = tau * Math.log((supply - hold) / (supply - threshold));
  const discharging = tau * share * Math.log((threshold - low) / (hold - low));
  return 1000 / (charging + discharging);
}

/** Hz, from the intervals of the second half of a run. */
function measured(node: Node, supply: number): number {
  const net = new Network({ seed: 0 }); // nothing is drawn
  const neuron = net.population('neuristor', oscillator(node, supply));
  const rows = new MemoryTable();
  net.recordSpikes([neuron], rows);
  net.run(DURATION);
  net.flush();
  const times = rows.column('time').filter((t) => t > DURATION / 2);
  return times.length < 2 ? 0 : (1000 * (times.length - 1)) / (times.at(-1)! - times[0]!);
}

/** A chain of excitable nodes; the first gets pulses [ms, mV], each hands its spikes on with `weight`. Its spikes and potential. */
function chain(node: Node, supply: number, pulses: readonly (readonly [number, number])[], size = 1, weight = 0) {
  const net = new Network({ seed: 0 });
  const source = net.population('source', spikeTrains({ trains: pulses.map(([t]) => [t]) }));
  const nodes = net.population('neuristors', oscillator(node, supply, size));
  net.projection(source, nodes, { connect: { list: pulses.map(([, w], i) => [i, 0, w]) } });
  if (size > 1) {
    const list = Array.from({ length: size - 1 }, (_, i) => [i, i + 1, weight]);
    net.projection(nodes, nodes, { name: 'chain', connect: { list }, delay: 1 });
  }
  const [spikes, trace] = [new MemoryTable(), new MemoryTable()];
  net.recordSpikes([nodes], spikes);
  net.recordPotential(nodes, [0], { every: 0.1 }, trace);
  net.run(START + 100);
  net.flush();
  return {
    neurons: spikes.column('neuron'),
    potential: trace.column('time').map((time, i) => ({ time: time - START, v: trace.column('potential')[i]! })),
  };
}

/** The smallest second pulse that fires at each wait after a spike, to 1e-3 mV. */
function refractoriness(node: Node, supply: number): number[] {
  return WAITS.map((wait) => {
    let [low, high] = [0, node.threshold];
    while (high - low > 1e-3) {
      const middle = (low + high) / 2;
      const fired = chain(node, supply, [
        [START, node.threshold],
        [START + wait, middle],
      ]).neurons.length;
      if (fired > 1) high = middle;
      else low = middle;
    }
    return high;
  });
}

export default demonstration({
  name: 'neuristor',
  title: 'A Mott memristor that spikes: threshold, rate, refractoriness, propagation',
  claim: 'A neuristor made of Mott memristors spikes all or nothing, with threshold and gain, without any transistor.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 181 (Pickett et al. 2013, doi:10.1038/nmat3510)',
  parameters: object({
    threshold: number({
      default: 15,
      min: 5,
      max: 1000,
      unit: 'mV',
      help: 'potential at which the device turns metallic',
    }),
    hold: number({ default: 4.5, min: 0, unit: 'mV', help: 'potential at which it turns insulating again' }),
    resistanceOn: number({ default: 0.004, min: 1e-4, max: 1, unit: 'GΩ', help: 'of the metallic device' }),
    excitable: number({ default: 14, min: 0, unit: 'mV', help: 'supply of the nodes that wait for pulses' }),
  }),
  steps: () => 3,
  async run(p, stage) {
    await stage.step('rate against supply');
    const supplies = Array.from({ length: 60 }, (_, k) => (k * p.threshold) / 15);
    const rates = supplies.map((supply) => measured(p, supply));
    const forms = supplies.map((supply) => predicted(p, supply));
    const firing = supplies.filter((_, i) => rates[i]! > 0);
    const error = Math.max(...rates.map((f, i) => (f > 0 && forms[i]! > 0 ? Math.abs(f / forms[i]! - 1) : 0)));

    await stage.step('single pulses');
    const gap = p.threshold - p.excitable;
    const amplitudes = Array.from({ length: 31 }, (_, k) => ((k + 0.5) * gap) / 10);
    const answers = amplitudes.map((w) => chain(p, p.excitable, [[START, w]]).neurons.length);
    const traces = [0.9, 1.1, 2].map((factor) => ({
      w: factor * gap,
      ...chain(p, p.excitable, [[START, factor * gap]]),
    }));
    const least = refractoriness(p, p.excitable);

    await stage.step('a chain');
    const first = [[START, 2 * gap]] as const;
    const reached = (weight: number) => new Set(chain(p, p.excitable, first, CHAIN, weight).neurons).size;
    const passes = reached(2 * gap);
    const dies = reached(0.9 * gap);

    const mV = (x: number) => ({ unit: 'mV', values: [x] });
    const nodes = (n: number) => ({ unit: `of ${CHAIN} nodes`, values: [n] });
    return {
      figures: {
        'lowest supply that oscillates': mV(firing[0] ?? Number.NaN),
        'highest supply that oscillates': mV(firing.at(-1) ?? Number.NaN),
        'largest rate': { unit: 'Hz', values: [Math.max(...rates)] },
        'largest deviation from the closed form': { unit: '1', values: [error] },
        'smallest pulse that fires': mV(amplitudes[answers.findIndex((n) => n > 0)] ?? Number.NaN),
        'smallest second pulse 2 ms after a spike': mV(least[0]!),
        'smallest second pulse 50 ms after a spike': mV(least[WAITS.findIndex((w) => w >= 50)]!),
        'a spike along a chain reaches': nodes(passes),
        'with weights below threshold': nodes(dies),
      },
      expectations: {
        'silent up to the threshold, oscillating above it, latched far above': rates.every(
          (rate, i) => rate > 0 === forms[i]! > 0,
        ),
        'the rate is the closed form to 1e-4': firing.length > 0 && error < 1e-4,
        'all or nothing: no spike below the threshold, one above it': amplitudes.every(
          (w, i) => answers[i] === (w > gap ? 1 : 0),
        ),
        'refractory: right after a spike it takes a larger pulse': least[0]! > 2 * least.at(-1)!,
        'gain: a spike runs along the whole chain': passes === CHAIN,
        'control: it does not where weights are below threshold': dies === 1,
      },
      tables: {
        rates: { supply: column('mV', supplies), rate: column('Hz', rates), closedForm: column('Hz', forms) },
        pulses: { amplitude: column('mV', amplitudes), spikes: column('1', answers, 'uint32') },
        refractoriness: { wait: column('ms', WAITS), amplitude: column('mV', least) },
      },
      pictures: {
        rates: curve({
          title: 'Rate of a Mott oscillator against its supply',
          subtitle: `device metallic from ${p.threshold} mV until ${p.hold} mV`,
          x: { label: 'supply (mV)' },
          y: { label: 'rate (Hz)' },
          series: [
            { name: 'simulated', scatter: true, points: supplies.map((x, i) => ({ x, y: rates[i]! })) },
            { name: 'closed form', points: supplies.map((x, i) => ({ x, y: forms[i]! })) },
          ],
        }),
        spikes: curve({
          title: `A waiting node (supply ${p.excitable} mV) and one pulse`,
          x: { label: 'time since the pulse (ms)' },
          y: { label: 'potential (mV)', domain: [0, 0] },
          series: traces.map(({ w, potential }) => ({
            name: `pulse of ${Number(w.toPrecision(3))} mV`,
            points: potential.filter(({ time }) => time > -10 && time < 60).map(({ time, v }) => ({ x: time, y: v })),
          })),
        }),
        refractoriness: curve({
          title: 'Smallest pulse that fires after a spike',
          x: { label: 'time since the spike (ms)' },
          y: { label: 'amplitude (mV)', domain: [0, 0] },
          series: [{ name: 'second pulse', points: WAITS.map((x, i) => ({ x, y: least[i]! })) }],
          references: [{ name: 'at rest', y: gap }],
        }),
      },
    };
  },
});
