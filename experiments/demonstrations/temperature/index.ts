/**
 * Retention against temperature: a device whose state is kept by a barrier, from 80 to 420 K; what an Arrhenius plot tells of
 * devices that differ; and what storage at a temperature leaves of a layer that has learned digits.
 * Source: Cr/CuSe/Au, 80 to 420 K and 10^6 s, Cao et al., Nanoscale Horiz. 2023, 8, 716, Table 1 and ref. 110.
 * Run: memspike demo temperature --out DIR
 * Expect: nothing is lost at 80 K, everything at 420 K; the plot gives the barrier of equal devices and less where barriers
 *         scatter; without a barrier temperature does not matter.
 */
import { mean } from 'simple-statistics';
import { number, object, Stream } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, learningLayerParams, perSeed, REPEATED } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { trainedLayer } from '../trainedLayer.ts';
import { arrhenius, BARRIER, barriers, fading, populationLeft, retentionTime, TAU } from './fading.ts';

const PLOTTED = [200, 220, 240, 260, 280, 300, 320, 340, 360, 380, 400, 420]; // K
const STORED = [80, 300, 330, 345, 360, 375, 420]; // K
const WARM = 360;
const SHOWN = STORED.slice(1); // K, in the picture
const OVEN = 360; // K: from here on retention is short enough to be waited for
const COLD = 80;
const ROOM = 300;
const HOT = 420;
const DEVICES = 60; // of a population whose barriers scatter
const LARGEST_GAIN = 100; // of an amplifier

/** Whether its barriers are equal, and whether what is read is amplified by what was lost on average. */
const WAYS = ['equal', 'equalAmplified', 'scattered', 'scatteredAmplified'] as const;
type Way = (typeof WAYS)[number];
const NAMES: Record<Way, string> = {
  equal: 'equal barriers',
  equalAmplified: 'equal, amplified',
  scattered: 'barriers that scatter',
  scatteredAmplified: 'scattering, amplified',
};

export default demonstration({
  name: 'temperature',
  title: 'Retention from 80 to 420 K: barriers, Arrhenius plots, and what storage leaves of a layer',
  claim: 'A Cr/CuSe/Au memristor works from 80 to 420 K, and keeps its state for 10^6 s.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, Table 1 and ref. 110',
  parameters: object({
    spread: number({ default: 0.05, min: 0, max: 1, unit: 'eV', help: 'sd of the barriers of devices that differ' }),
    hours: number({ default: 3, min: 0.001, unit: 'h', help: 'storage of the layer' }),
    ...learningLayerParams({ neurons: 100, train: 20_000, label: 2000, test: 1000 }),
    ...REPEATED,
  }),
  steps: ({ seeds }) => seeds * (2 + STORED.length),
  async run(p, stage) {
    const seconds = 3600 * p.hours;
    const runs = await perSeed(p, async (seed) => {
      await stage.step(`seed ${seed}: retention`);
      const energies = barriers(DEVICES, p.spread, seed);
      const times = (given: readonly number[]) =>
        PLOTTED.map((temperature) => ({ temperature, seconds: retentionTime(populationLeft(given, temperature)) }));
      const layer = await trainedLayer(p, seed, stage);
      const stream = new Stream(seed, 'temperature/devices');
      const own = Uint8Array.from(layer.learned.weights, () => stream.below(DEVICES));
      /** Weights after storage by devices with these barriers. */
      const after = (temperature: number, given: readonly number[], amplified: boolean): Float32Array => {
        const left = given.map((energy) => fading({ energy, temperature })(seconds));
        const gain = amplified ? Math.min(1 / mean(left), LARGEST_GAIN) : 1;
        return Float32Array.from(layer.learned.weights, (w, k) => w * left[own[k]! % left.length]! * gain);
      };
      const fresh = await layer.accuracyOf(Float32Array.from(layer.learned.weights));
      const stored: Record<Way, number>[] = [];
      for (const temperature of STORED) {
        await stage.step(`seed ${seed}: ${temperature} K`);
        const found = {} as Record<Way, number>;
        for (const way of WAYS) {
          const given = way.startsWith('equal') ? [BARRIER] : energies;
          found[way] = await layer.accuracyOf(after(temperature, given, way.endsWith('Amplified')));
        }
        stored.push(found);
      }
      const indifferent: number[] = [];
      for (const temperature of [COLD, HOT]) indifferent.push(await layer.accuracyOf(after(temperature, [0], false)));
      return {
        indifferent,
        seed,
        equal: times([BARRIER]),
        scattered: times(energies),
        mean: mean(energies),
        fresh,
        stored,
      };
    });
    const fits = (which: 'equal' | 'scattered') =>
      runs.map((run) => arrhenius(run[which].filter(({ temperature }) => temperature >= OVEN)));
    const time = (which: 'equal' | 'scattered', temperature: number) =>
      runs.map((run) => run[which][PLOTTED.indexOf(temperature)]!.seconds);
    const stored = (way: Way, temperature: number) => runs.map((run) => run.stored[STORED.indexOf(temperature)]![way]);
    const fresh = runs.map((run) => run.fresh);
    const foretold = fits('scattered').map((fit, k) => fit.at(ROOM) / time('scattered', ROOM)[k]!);
    const eV = (values: readonly number[]) => ({ unit: 'eV', values });
    const s = (values: readonly number[]) => ({ unit: 's', values });
    const percent = (values: readonly number[]) => ({ unit: '%', values });
    return {
      figures: {
        'barrier that 10^6 s at 300 K imply': eV([BARRIER]),
        'slope of the Arrhenius plot above 360 K, equal barriers': eV(fits('equal').map(({ energy }) => energy)),
        'slope, barriers that scatter': eV(fits('scattered').map(({ energy }) => energy)),
        'retention at 300 K, equal barriers': s(time('equal', ROOM)),
        'retention at 300 K, barriers that scatter': s(time('scattered', ROOM)),
        'what the plot foretells for 300 K, over that': { unit: '1', values: foretold },
        'retention at 420 K, equal barriers': s(time('equal', HOT)),
        'accuracy at first': percent(fresh),
        'after storage at 80 K': percent(stored('equal', COLD)),
        'after storage at 360 K, equal barriers': percent(stored('equal', WARM)),
        'after storage at 360 K, equal barriers, amplified': percent(stored('equalAmplified', WARM)),
        'after storage at 360 K, barriers that scatter': percent(stored('scattered', WARM)),
        'after storage at 360 K, barriers that scatter, amplified': percent(stored('scatteredAmplified', WARM)),
        'after storage at 420 K': percent(stored('equal', HOT)),
        'control: after storage at 420 K, no barrier': percent(runs.map((run) => run.indifferent[1]!)),
      },
      expectations: {
        'the plot gives the barrier of equal devices (by construction)': fits('equal').every(
          ({ energy }) => Math.abs(energy / BARRIER - 1) < 1e-3,
        ),
        'control: of devices that differ it gives less than the mean barrier': fits('scattered').every(
          ({ energy }, k) => energy < runs[k]!.mean,
        ),
        'which does not keep it from telling their retention at 300 K within a factor of 2': foretold.every(
          (ratio) => ratio > 0.5 && ratio < 2,
        ),
        'storage at 80 K costs nothing, at 420 K the layer is lost':
          stored('equal', COLD).every((a, k) => a === fresh[k]) && stored('equal', HOT).every((a) => a < 20),
        'control: without a barrier 420 K cost what 80 K cost': runs.every(
          ({ indifferent }) => indifferent[0] === indifferent[1],
        ),
        'what equal devices lose at 360 K a gain gives back to within a point': stored('equalAmplified', WARM).every(
          (a, k) => a > fresh[k]! - 1 && stored('equal', WARM)[k]! < fresh[k]! - 1,
        ),
        'control: to devices that differ it does not': stored('scatteredAmplified', WARM).every(
          (a, k) => a < fresh[k]! - 1,
        ),
      },
      tables: {
        retention: tableOf(
          runs.flatMap((run) =>
            PLOTTED.map((temperature, k) => ({
              ...{ seed: run.seed, temperature },
              equal: run.equal[k]!.seconds,
              scattered: run.scattered[k]!.seconds,
            })),
          ),
          { seed: WHOLE, temperature: 'K', equal: 's', scattered: 's' },
        ),
        storage: tableOf(
          runs.flatMap((run) => STORED.map((temperature, k) => ({ seed: run.seed, temperature, ...run.stored[k]! }))),
          { seed: WHOLE, temperature: 'K', equal: '%', equalAmplified: '%', scattered: '%', scatteredAmplified: '%' },
        ),
      },
      pictures: {
        retention: curve({
          title: 'Time until a tenth of the state is lost',
          subtitle: `mean and sd of ${p.seeds} seeds; barrier ${BARRIER.toFixed(2)} eV, where it scatters sd ${p.spread} eV`,
          x: { label: '1000 / temperature (1/K)' },
          y: { label: 'retention (s)', log: true },
          series: [
            ...(['equal', 'scattered'] as const).map((which) => ({
              name: NAMES[which],
              points: overSeedsAt(
                PLOTTED.map((t) => 1000 / t),
                (_, k) => runs.map((run) => run[which][k]!.seconds),
              ),
            })),
            { name: 'no barrier (control)', points: PLOTTED.map((t) => ({ x: 1000 / t, y: -TAU * Math.log(0.9) })) },
          ],
        }),
        storage: curve({
          title: `Accuracy of a layer after ${p.hours} h at a temperature`,
          subtitle: `${p.neurons} neurons, MNIST without labels, mean and sd of ${p.seeds} seeds`,
          x: { label: 'temperature (K)' },
          y: { label: 'accuracy (%)', domain: [0, 100] },
          series: WAYS.map((way) => ({
            name: NAMES[way],
            points: overSeedsAt(SHOWN, (temperature) => stored(way, temperature)),
          })),
        }),
      },
    };
  },
});
