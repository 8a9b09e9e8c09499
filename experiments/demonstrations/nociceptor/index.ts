/**
 * An artificial nociceptor: a volatile threshold switch that warns of harmful stimuli. Its four properties are measured one
 * by one: threshold, relaxation, no adaptation, and sensitisation after an injury, until that has healed.
 * Source: definitions of doi:10.1038/s41467-017-02572-3; devices in Cao et al., Nanoscale Horiz. 2023, 8, 716, refs 33 and 132.
 * Run: memspike demo nociceptor --out DIR
 * Expect: no spikes below a threshold and more with stronger stimuli above it; injured: a lower threshold (allodynia) and more
 *         spikes (hyperalgesia); equal answers to equal stimuli; all as before after a minute.
 */
import { MemoryTable, Network, nociceptor, number, object, spikeTrains } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration } from '../demonstration.ts';
import { column } from '../findings.ts';

type Pulse = readonly [time: number, amplitude: number]; // ms, mV

const START = 10; // ms
const [PULSES, PERIOD] = [20, 5]; // of a stimulus: pulses, and ms between them
const AMPLITUDES = Array.from({ length: 41 }, (_, k) => k / 2); // mV
const WAITS = Array.from({ length: 49 }, (_, k) => 5 * 10 ** (k / 10.5)); // ms
const REPEATS = 50;

const stimulus = (from: number, amplitude: number): Pulse[] =>
  Array.from({ length: PULSES }, (_, k) => [from + k * PERIOD, amplitude]);

interface Model {
  readonly allodynia: number;
  readonly hyperalgesia: number;
  readonly facilitation: number;
  readonly recovery: number;
}

/** When each of as many neurons as there are lists of pulses spikes. */
function spikes(pulses: readonly (readonly Pulse[])[], { allodynia, hyperalgesia, facilitation, recovery }: Model) {
  const net = new Network({ seed: 0 }); // nothing is drawn
  const all = pulses.flatMap((list, neuron) => list.map(([time, amplitude]) => ({ neuron, time, amplitude })));
  const source = net.population('source', spikeTrains({ trains: all.map(({ time }) => [time]) }));
  const params = { allodynia, hyperalgesia, facilitation, recovery };
  const neurons = net.population('nociceptors', nociceptor({ size: pulses.length, ...params }));
  net.projection(source, neurons, { connect: { list: all.map((p, i) => [i, p.neuron, p.amplitude]) } });
  const rows = new MemoryTable();
  net.recordSpikes([neurons], rows);
  net.run(Math.max(...all.map(({ time }) => time)));
  net.flush();
  const trains = pulses.map((): number[] => []);
  rows.column('neuron').forEach((neuron, i) => void trains[neuron]!.push(rows.column('time')[i]!));
  return trains;
}

const after = (trains: readonly (readonly number[])[], time: number): number[] =>
  trains.map((train) => train.filter((t) => t >= time).length);

/** Spikes that a stimulus of each amplitude makes, `wait` ms after these pulses. */
function answers(before: readonly Pulse[], wait: number, model: Model): number[] {
  const from = START + wait;
  return after(
    spikes(
      AMPLITUDES.map((amplitude) => [...before, ...stimulus(from, amplitude)]),
      model,
    ),
    from,
  );
}

/** The smallest single pulse that fires at each wait after one of `first` mV, by bisection to 1e-4 mV. */
function leastPulse(first: number, model: Model): number[] {
  const [low, high] = [WAITS.map(() => 0), WAITS.map(() => 40)];
  while (high[0]! - low[0]! > 1e-4) {
    const middle = WAITS.map((_, i) => (low[i]! + high[i]!) / 2);
    const tried = WAITS.map((wait, i): Pulse[] => [
      [START, first],
      [START + wait, middle[i]!],
    ]);
    after(spikes(tried, model), START + 1e-3).forEach((fired, i) => {
      (fired > 0 ? high : low)[i] = middle[i]!;
    });
  }
  return high;
}

/** Spikes at each of equal stimuli, one a second. */
function repeated(amplitude: number, model: Model): number[] {
  const starts = Array.from({ length: REPEATS }, (_, k) => START + 1000 * k);
  const [train] = spikes([starts.flatMap((from) => stimulus(from, amplitude))], model) as [number[]];
  return starts.map((from) => train.filter((t) => t >= from && t < from + 1000).length);
}

const thresholdOf = (counts: readonly number[]) => AMPLITUDES[counts.findIndex((n) => n > 0)]!;

export default demonstration({
  name: 'nociceptor',
  title: 'An artificial nociceptor: threshold, relaxation, no adaptation, sensitisation',
  claim:
    'Volatile memristors act as nociceptors: they answer above a threshold, relax, do not adapt, and are sensitised by injury (allodynia, hyperalgesia) until they recover.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, refs 33 and 132; doi:10.1038/s41467-017-02572-3',
  parameters: object({
    noxious: number({ default: 80, min: 0, unit: 'mV', help: 'pulse that injures' }),
    wait: number({ default: 1000, min: 1, unit: 'ms', help: 'between the injury and the test' }),
    allodynia: number({ default: 0.4, min: 0, max: 0.9, help: 'share by which a full injury lowers the threshold' }),
    hyperalgesia: number({ default: 0.5, min: 0, max: 10, help: 'share by which it makes arrivals stronger' }),
    facilitation: number({ default: 0.3, min: 0, max: 0.9, help: 'share by which a spike lowers the threshold' }),
    recovery: number({ default: 1e4, min: 1, unit: 'ms', help: 'how fast an injury heals' }),
  }),
  steps: () => 3,
  async run(p, stage) {
    await stage.step('stimuli of each amplitude');
    const injury: Pulse[] = [[START, p.noxious]];
    const normal = answers([], p.wait, p);
    const injured = answers(injury, p.wait, p);
    const healed = answers(injury, p.wait + 10 * p.recovery, p);
    await stage.step('relaxation and recovery');
    const [spiked, hurt] = [leastPulse(20, p), leastPulse(p.noxious, p)];
    await stage.step('repetition');
    const again = repeated(10, p);

    const [weak, strong] = [AMPLITUDES.indexOf(4), AMPLITUDES.indexOf(8)];
    const resting = leastPulse(0, p).at(-1)!;
    const count = (n: number) => ({ unit: 'spikes a stimulus', values: [n] });
    const mV = (amplitude: number) => ({ unit: 'mV', values: [amplitude] });
    const single = (wait: number, of: readonly number[]) => of[WAITS.findIndex((w) => w >= wait)]!;
    return {
      figures: {
        'threshold of a stimulus': mV(thresholdOf(normal)),
        'threshold of a stimulus, injured': mV(thresholdOf(injured)),
        'threshold of a stimulus, healed': mV(thresholdOf(healed)),
        'response to 8 mV': count(normal[strong]!),
        'response to 8 mV, injured': count(injured[strong]!),
        'response to 8 mV, healed': count(healed[strong]!),
        'threshold of a pulse at rest': mV(resting),
        'threshold of a pulse 10 ms after a spike': mV(single(10, spiked)),
        'threshold of a pulse 1 s after a spike': mV(single(1000, spiked)),
        'first of 50 responses': count(again[0]!),
        'last of 50 responses': count(again.at(-1)!),
      },
      expectations: {
        'threshold: nothing below it, more spikes with stronger stimuli':
          normal[1] === 0 && normal[strong]! > normal[weak]! && normal[weak]! > 0,
        'relaxation: a weaker pulse passes soon after a spike, not a second later':
          single(10, spiked) < 0.9 * resting && single(1000, spiked) > 0.999 * resting,
        'no adaptation: equal responses to equal stimuli': again[0]! > 0 && new Set(again).size === 1,
        'allodynia: a lower threshold while injured': thresholdOf(injured) < thresholdOf(normal),
        'hyperalgesia: stronger responses while injured': injured[strong]! > normal[strong]!,
        'control: recovery, as before the injury': healed.every((n, i) => n === normal[i]),
      },
      tables: {
        amplitudes: {
          amplitude: column('mV', AMPLITUDES),
          normal: column('1', normal, 'uint32'),
          injured: column('1', injured, 'uint32'),
          healed: column('1', healed, 'uint32'),
        },
        recovery: {
          wait: column('ms', WAITS),
          afterSpike: column('mV', spiked),
          afterInjury: column('mV', hurt),
        },
        repetition: {
          stimulus: column(
            '1',
            again.map((_, k) => k + 1),
            'uint32',
          ),
          spikes: column('1', again, 'uint32'),
        },
      },
      pictures: {
        amplitudes: curve({
          title: 'Response of a nociceptor to stimuli of each amplitude',
          subtitle: `${PULSES} pulses, one every ${PERIOD} ms; injured: ${p.wait} ms after a pulse of ${p.noxious} mV`,
          x: { label: 'amplitude of the pulses (mV)' },
          y: { label: 'spikes a stimulus' },
          series: [
            { name: 'before the injury', points: AMPLITUDES.map((x, i) => ({ x, y: normal[i]! })) },
            { name: 'injured', points: AMPLITUDES.map((x, i) => ({ x, y: injured[i]! })) },
            { name: 'healed', scatter: true, points: AMPLITUDES.map((x, i) => ({ x, y: healed[i]! })) },
          ],
        }),
        recovery: curve({
          title: 'Smallest pulse that fires',
          x: { label: 'time since the first pulse (ms)', log: true },
          y: { label: 'amplitude (mV)', domain: [0, 0] },
          series: [
            { name: 'after a harmless pulse (20 mV)', points: WAITS.map((x, i) => ({ x, y: spiked[i]! })) },
            { name: `after a noxious one (${p.noxious} mV)`, points: WAITS.map((x, i) => ({ x, y: hurt[i]! })) },
          ],
          references: [{ name: 'at rest', y: resting }],
        }),
      },
    };
  },
});
