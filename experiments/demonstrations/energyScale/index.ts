/**
 * Energies of every preset on the scale of the review: what a write, a synaptic event, a spike and a training image cost when
 * one and the same network learns digits with that device as its synapse.
 * Source: Cao et al., Nanoscale Horiz. 2023, 8, 716 (introduction): brain 1-100 fJ an event, RRAM 100 fJ-10 pJ and PCM
 *         10-100 pJ a programming.
 * Run: memspike demo energy-scale --out DIR
 * Expect: writes of most presets between 10 fJ and 10 pJ, many below the range of RRAM; synaptic events of
 *         some fJ, as a brain's; an image of some tens of pJ.
 */
import { mean, median } from 'simple-statistics';
import { type EnergyAccount, energyOf, integer, loadDevice, object, presetNames } from '../../index.ts';
import { type EnergyFigure, energyScale } from '../../look/plots/index.ts';
import { type LabelledImages, loadMnist, mnistConfig, trainLayer } from '../../mnist/index.ts';
import { demonstration, finished, REPEATED, seedsOf } from '../demonstration.ts';
import { tableOf, WHOLE } from '../findings.ts';

const KINDS = ['a write', 'a synaptic event', 'a spike', 'an image'] as const;
type Kind = (typeof KINDS)[number];

/** The review's ranges of a programming, J. */
const RRAM = { low: 1e-13, high: 1e-11 };
const BRAIN = { low: 1e-15, high: 1e-13 };

interface Spent {
  readonly preset: string;
  /** J; one a seed. */
  readonly joules: Readonly<Record<Kind, readonly number[]>>;
  /** What the review quotes as switching energies of this device, J. */
  readonly quoted: readonly number[];
  /** Whether the write pulse, or a part of it, is assumed. */
  readonly assumed: boolean;
}

/** J of one event of each kind; null where nothing is known or nothing was written. */
function perEvent(energy: EnergyAccount, images: number): Record<Kind, number> | null {
  const { read, write, halfSelected, perSynapticEvent, perSpike, counts } = energy;
  const writes = counts.writesUp + counts.writesDown;
  if (read === null || write === null || halfSelected === null || writes === 0) return null;
  return {
    'a write': write / writes,
    'a synaptic event': perSynapticEvent!,
    'a spike': perSpike!,
    'an image': (read + write + halfSelected) / images,
  };
}

const PREFIX: Readonly<Record<string, number>> = { fJ: 1e-15, pJ: 1e-12, nJ: 1e-9, J: 1 };

/** Switching energies quoted of a preset, J. */
const quotedEnergies = (preset: string): number[] =>
  loadDevice(preset)
    .quoted.filter(({ parameter }) => parameter.startsWith('switching energy'))
    .map(({ value, unit = 'J' }) => Number(value) * PREFIX[unit]!);

const marked = ({ preset, assumed }: Spent): string => (assumed ? `${preset} *` : preset);

export default demonstration({
  name: 'energy-scale',
  title: 'What every preset costs, between the brain and phase change',
  claim: 'An event takes 1-100 fJ in the brain, programming 100 fJ-10 pJ in RRAM and 10-100 pJ in phase-change memory.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, introduction',
  parameters: object({
    neurons: integer({ default: 50, min: 1, max: 1000, help: 'of the network that learns' }),
    images: integer({ default: 300, min: 1, max: 60_000, help: 'that it learns from' }),
    ...REPEATED,
  }),
  steps: () => presetNames().length,
  async run(p, stage) {
    const { train }: { readonly train: LabelledImages } = loadMnist();
    const found: Spent[] = [];
    for (const preset of presetNames()) {
      await stage.step(preset);
      const spent: Record<Kind, number>[] = [];
      let assumed = false;
      for (const seed of seedsOf(p)) {
        const config = mnistConfig({ neurons: p.neurons, epochs: 1, train: p.images, seed }, preset);
        const { layer } = finished(await trainLayer(config, train, stage));
        const energy = energyOf(layer.net);
        assumed = energy.assumed !== undefined;
        const one = perEvent(energy, p.images);
        if (one !== null) spent.push(one);
      }
      if (spent.length === 0) continue;
      const joules = Object.fromEntries(KINDS.map((kind) => [kind, spent.map((one) => one[kind])]));
      found.push({ preset, joules: joules as Record<Kind, number[]>, quoted: quotedEnergies(preset), assumed });
    }
    const of = ({ joules }: Spent, kind: Kind) => mean([...joules[kind]]);
    found.sort((a, b) => of(a, 'a write') - of(b, 'a write'));
    const within = (kind: Kind, { low, high }: typeof RRAM) =>
      found.filter((one) => of(one, kind) >= low && of(one, kind) <= high).length;
    const typical = (kind: Kind) => ({
      unit: 'J',
      values: seedsOf(p).map((_, i) => median(found.map(({ joules }) => joules[kind][i]!))),
    });
    const count = (n: number) => ({ unit: `of ${found.length} presets`, values: [n] });
    const rows = found.flatMap((one) => seedsOf(p).map((seed, i) => ({ ...one, seed, i })));
    return {
      figures: {
        'a write, median preset': typical('a write'),
        'a synaptic event, median preset': typical('a synaptic event'),
        'a spike, median preset': typical('a spike'),
        'an image, median preset': typical('an image'),
        'writes in the range of the brain': count(within('a write', BRAIN)),
        'writes in the range of RRAM': count(within('a write', RRAM)),
        'writes above that': count(found.filter((one) => of(one, 'a write') > RRAM.high).length),
        'synaptic events in the range of the brain': count(within('a synaptic event', BRAIN)),
        'presets that were never written': { unit: '1', values: [presetNames().length - found.length] },
      },
      expectations: {
        'synaptic events of most presets cost what an event of the brain does':
          within('a synaptic event', BRAIN) > found.length / 2,
        'writes of most presets lie in the range of RRAM': within('a write', RRAM) > found.length / 2,
      },
      tables: {
        presets: tableOf(
          rows.map(({ preset, seed, joules, i }) => ({
            preset,
            seed,
            write: joules['a write'][i]!,
            synapticEvent: joules['a synaptic event'][i]!,
            spike: joules['a spike'][i]!,
            image: joules['an image'][i]!,
          })),
          {
            preset: { names: found.map(({ preset }) => preset) },
            seed: WHOLE,
            write: 'J',
            synapticEvent: 'J',
            spike: 'J',
            image: 'J',
          },
        ),
      },
      pictures: {
        'energy-scale': energyScale(
          found.flatMap((one): EnergyFigure[] => [
            ...KINDS.map((kind) => ({ name: marked(one), kind, joules: of(one, kind) })),
            ...one.quoted.map((joules) => ({ name: marked(one), kind: 'quoted switching energy', joules })),
          ]),
          `Energy of ${found.length} presets, in the order of a write; *: assumed pulse`,
        ),
      },
    };
  },
});
