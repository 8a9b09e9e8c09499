/**
 * A network trained on ideal devices and then written into flawed ones, against the same network trained on the flawed ones:
 * stuck devices, device-to-device spread, drift that is the same or differs between devices; and what the tolerance costs when it
 * is written by pulses. Once without labels, once with a rule that corrects errors.
 * Source: Cao et al., Nanoscale Horiz. 2023, 8, 716, section 1.3.
 * Run: memspike demo in-situ --out DIR
 * Expect: trained in place at least as accurate, within 1 point, as written, for either rule, every flaw and every amount. Fewer
 *         pulses at a wider tolerance, and chance without any.
 */
import { mean } from 'simple-statistics';
import { number, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { mnistSchema } from '../../mnist/index.ts';
import { demonstration, learningLayerParams, REPEATED, seedsOf } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { type Compared, compared, type Pulsed, RULES, type Rule, WAYS, type Way } from './compared.ts';
import { AMOUNTS, DRIFT_SPREAD, FLAWS, type Flaw, TOLERANCES, WRITTEN_SPREAD } from './flaws.ts';
import { toleranceFindings } from './tolerance.ts';

const LABELS: Readonly<Record<Flaw, string>> = {
  stuck: 'share of stuck devices, half of them at each end',
  spread: 'relative sd between devices',
  drift: 'time of operation / time constant of drift',
  unevenDrift: `time of operation / mean time constant of drift, whose relative sd is ${DRIFT_SPREAD}`,
};
const TITLES: Readonly<Record<Flaw, string>> = {
  stuck: 'stuck devices',
  spread: 'spread between devices',
  drift: 'even drift',
  unevenDrift: 'uneven drift',
};
const NAMES: Readonly<Record<Way, string>> = {
  inSitu: 'trained on the flawed devices',
  exSitu: 'trained ideal, then written with verification',
  blind: 'trained ideal, then written blindly',
};
const RULE_NAMES: Readonly<Record<Rule, string>> = {
  unsupervised: 'unsupervised',
  errorCorrecting: 'error-correcting',
};

export default demonstration({
  name: 'in-situ',
  title: 'Training on flawed devices against writing trained weights into them',
  claim:
    'In-situ training is more immune to loss of retention, stuck states and variation of devices than ex-situ training.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, section 1.3',
  parameters: object({
    ...learningLayerParams({ neurons: 50, train: 10_000, label: 3000, test: 2000 }),
    gain: number({
      default: 20,
      min: 0,
      unit: 'mV',
      help: 'homeostasis: equal shares at the start of training; chosen for both rules',
    }),
    anneal: number({
      default: 30,
      min: 0,
      help: 'homeostasis: gain is divided by 1 + anneal × progress; chosen for both rules',
    }),
    split: mnistSchema.shape.split,
    ...REPEATED,
  }),
  steps: ({ seeds }) =>
    seeds * RULES.length * (1 + TOLERANCES.length + FLAWS.reduce((sum, flaw) => sum + AMOUNTS[flaw].length, 0)),
  async run(p, stage) {
    const { seeds, ...given } = p;
    const found: Compared[] = [];
    const pulsed: Pulsed[] = [];
    for (const seed of seedsOf(p)) {
      for (const rule of RULES) {
        const of = await compared(rule, { ...given, seed }, AMOUNTS, TOLERANCES, stage);
        found.push(...of.found);
        pulsed.push(...of.pulsed);
      }
    }
    const of = (rule: Rule, way: Way, flaw: Flaw, amount: number) =>
      found
        .filter((t) => t.rule === rule && t.way === way && t.flaw === flaw && t.amount === amount)
        .map((t) => t.accuracy);
    const waysOf = (flaw: Flaw) => WAYS.filter((way) => flaw === 'spread' || way !== 'blind');
    const writtenOf = (flaw: Flaw) => waysOf(flaw).filter((way) => way !== 'inSitu');
    const most = (flaw: Flaw) => AMOUNTS[flaw].at(-1)!;
    const beats = (rule: Rule, way: Way, flaw: Flaw, margin: number) =>
      AMOUNTS[flaw].every(
        (amount) => mean(of(rule, 'inSitu', flaw, amount)) >= mean(of(rule, way, flaw, amount)) - margin,
      );
    const subtitle = `MNIST, ${p.neurons} neurons, ${p.train.toLocaleString('en')} images; mean and sd of ${seeds} seeds`;
    const onSpread = (way: Way) =>
      Object.fromEntries(RULES.map((rule) => [rule, of(rule, way, 'spread', WRITTEN_SPREAD)])) as Record<
        Rule,
        number[]
      >;
    const written = toleranceFindings({
      pulsed,
      exact: onSpread('exSitu'),
      inPlace: onSpread('inSitu'),
      names: RULE_NAMES,
      subtitle,
    });
    return {
      figures: {
        ...Object.fromEntries(
          RULES.flatMap((rule) => [
            [`${RULE_NAMES[rule]}, ideal devices`, { unit: '%', values: of(rule, 'inSitu', 'stuck', 0) }],
            ...FLAWS.flatMap((flaw) =>
              waysOf(flaw).map((way) => [
                `${RULE_NAMES[rule]}, ${TITLES[flaw]} ${most(flaw)}, ${NAMES[way]}`,
                { unit: '%', values: of(rule, way, flaw, most(flaw)) },
              ]),
            ),
          ]),
        ),
        ...written.figures,
      },
      expectations: {
        ...Object.fromEntries(
          RULES.flatMap((rule) => [
            ...FLAWS.flatMap((flaw) =>
              writtenOf(flaw).map((way) => [
                `${RULE_NAMES[rule]}, ${TITLES[flaw]}: in place at least as accurate, within 1 point, as ${NAMES[way]}`,
                beats(rule, way, flaw, 1),
              ]),
            ),
            ...FLAWS.map((flaw) => [
              `${RULE_NAMES[rule]}, ${TITLES[flaw]}: costs what was written at least 3 points at its largest`,
              writtenOf(flaw).some((way) => mean(of(rule, way, flaw, most(flaw))) < mean(of(rule, way, flaw, 0)) - 3),
            ]),
          ]),
        ),
        ...written.expectations,
      },
      tables: {
        ...written.tables,
        accuracy: tableOf(found, {
          rule: { names: RULES },
          flaw: { names: FLAWS },
          amount: '1',
          way: { names: WAYS },
          seed: WHOLE,
          accuracy: '%',
        }),
      },
      pictures: {
        ...Object.fromEntries(
          RULES.flatMap((rule) =>
            FLAWS.map((flaw) => [
              `${rule}-${flaw}`,
              curve({
                title: `Accuracy against ${TITLES[flaw]}, ${RULE_NAMES[rule]} rule`,
                subtitle,
                x: { label: LABELS[flaw] },
                y: { label: 'accuracy (%)', domain: [0, 100] },
                series: waysOf(flaw).map((way) => ({
                  name: NAMES[way],
                  points: overSeedsAt([0, ...AMOUNTS[flaw]], (amount) => of(rule, way, flaw, amount)),
                })),
              }),
            ]),
          ),
        ),
        ...written.pictures,
      },
    };
  },
});
