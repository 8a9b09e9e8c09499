/**
 * A perceptron on a passive crossbar learns to tell three letters of 3 × 3 pixels apart, trained in place by pulses of one size
 * whose signs follow the gradient (Manhattan rule): epochs until no pattern is wrong, against the spread between devices and the
 * size of their steps.
 * Source: Prezioso et al. 2015, doi:10.1038/nature14441, a 12 × 12 array of Al2O3/TiO2−x, ref. 182 of Cao et al., Nanoscale
 *         Horiz. 2023, 8, 716.
 * Run: memspike demo perceptron --out DIR
 * Expect: every array learns within some tens of epochs, also with spread, which costs epochs; small steps cost more. With labels
 *         that no plane can tell apart none learns.
 */
import { mean } from 'simple-statistics';
import { integer, object } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { demonstration, REPEATED, seedsOf } from '../demonstration.ts';
import { overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { PATTERNS, type Trial, trained, type UpdateRule } from './array.ts';

const SPREADS = [0, 0.1, 0.2, 0.4, 0.8];
const STEPS = [0.01, 0.03, 0.1, 0.3];
const RULES: readonly UpdateRule[] = ['sign', 'proportional'];
const NAMES = { sign: 'pulses of one size', proportional: 'pulses as strong as the gradient' };
/** Step of the device while its spread is varied (assumed). */
const STEP = 0.03;

export default demonstration({
  name: 'perceptron',
  title: 'Three letters on a crossbar, trained in place by pulses of one size',
  claim: 'A perceptron on a 12 × 12 crossbar without transistors is trained in situ to tell 3 × 3 letters apart.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, ref. 182 (Prezioso et al. 2015, doi:10.1038/nature14441)',
  parameters: object({
    epochs: integer({ default: 200, min: 10, max: 10_000, help: 'after which an array counts as not having learned' }),
    ...REPEATED,
    seeds: integer({ default: 20, min: 1, max: 1000, help: 'arrays; their seeds follow one another' }),
  }),
  steps: () => RULES.length + 2,
  async run(p, stage) {
    const rows: { rule: UpdateRule; spread: number; step: number; seed: number; epochs: number; learned: number }[] =
      [];
    const curves = new Map<UpdateRule, number[][]>();
    const one = (given: Omit<Trial, 'epochs' | 'seed'>) =>
      seedsOf(p).map((seed) => {
        const errors = trained({ ...given, epochs: p.epochs, seed });
        const learned = errors.at(-1) === 0 ? 1 : 0;
        const { rule, spread, step } = given;
        if (!given.shuffled) rows.push({ rule, spread, step, seed, epochs: errors.length - learned, learned });
        return { errors, learned };
      });
    for (const rule of RULES) {
      await stage.step(NAMES[rule]);
      for (const spread of SPREADS) {
        const found = one({ rule, spread, step: STEP, shuffled: false });
        if (spread === 0.2)
          curves.set(
            rule,
            found.map(({ errors }) => errors),
          );
      }
    }
    await stage.step('sizes of steps');
    for (const step of STEPS.filter((step) => step !== STEP)) one({ rule: 'sign', spread: 0.2, step, shuffled: false });
    await stage.step('labels that cannot be learned');
    const control = one({ rule: 'sign', spread: 0, step: STEP, shuffled: true });
    const of = (rule: UpdateRule, spread: number, step: number, key: 'epochs' | 'learned') =>
      rows.filter((r) => r.rule === rule && r.spread === spread && r.step === step).map((r) => r[key]);
    const longest = Math.max(...[...curves.values()].flat().map((errors) => errors.length));
    const wrongAt = (rule: UpdateRule, epoch: number) => curves.get(rule)!.map((errors) => errors[epoch] ?? 0);
    const xs = Array.from({ length: Math.min(longest, 60) }, (_, epoch) => epoch);
    return {
      figures: {
        'epochs, no spread': { unit: 'epochs', values: of('sign', 0, STEP, 'epochs') },
        'epochs, spread 0.2': { unit: 'epochs', values: of('sign', 0.2, STEP, 'epochs') },
        'epochs, spread 0.8': { unit: 'epochs', values: of('sign', 0.8, STEP, 'epochs') },
        'arrays that learned, spread 0.8': { unit: 'share', values: of('sign', 0.8, STEP, 'learned') },
        'arrays that learned, spread 0.8, proportional': {
          unit: 'share',
          values: of('proportional', 0.8, STEP, 'learned'),
        },
        'epochs, steps of 0.3': { unit: 'epochs', values: of('sign', 0.2, 0.3, 'epochs') },
        'control: arrays that learned shuffled labels': {
          unit: 'share',
          values: control.map(({ learned }) => learned),
        },
      },
      expectations: {
        'every array without spread learns': of('sign', 0, STEP, 'learned').every((learned) => learned === 1),
        'every array with a spread of 20 % learns': of('sign', 0.2, STEP, 'learned').every((learned) => learned === 1),
        'spread costs epochs: more at 80 % than without':
          mean(of('sign', 0.8, STEP, 'epochs')) > mean(of('sign', 0, STEP, 'epochs')),
        'the smaller the steps, the more epochs': STEPS.slice(1).every(
          (step, k) => mean(of('sign', 0.2, step, 'epochs')) < mean(of('sign', 0.2, STEPS[k]!, 'epochs')),
        ),
        'control: no array learns labels that no plane tells apart': control.every(({ learned }) => learned === 0),
      },
      tables: {
        arrays: tableOf(rows, {
          rule: { names: RULES },
          spread: '1',
          step: '1',
          seed: WHOLE,
          epochs: WHOLE,
          learned: WHOLE,
        }),
      },
      pictures: {
        spread: curve({
          title: 'Epochs until no pattern is wrong',
          subtitle: `${PATTERNS.length} patterns, mean and sd of ${p.seeds} arrays; ${p.epochs} where one did not learn`,
          x: { label: 'relative sd between devices' },
          y: { label: 'epochs', domain: [0, 0] },
          series: RULES.map((rule) => ({
            name: NAMES[rule],
            points: overSeedsAt(SPREADS, (spread) => of(rule, spread, STEP, 'epochs')),
          })),
        }),
        steps: curve({
          title: 'Epochs against the size of a step',
          subtitle: `pulses of one size, spread 0.2, mean and sd of ${p.seeds} arrays`,
          x: { label: 'step, share of the way to the bound', log: true },
          y: { label: 'epochs', domain: [0, 0] },
          series: [{ name: NAMES.sign, points: overSeedsAt(STEPS, (step) => of('sign', 0.2, step, 'epochs')) }],
        }),
        errors: curve({
          title: 'Wrong patterns over training',
          subtitle: `of ${PATTERNS.length}, spread 0.2, mean and sd of ${p.seeds} arrays`,
          x: { label: 'epoch' },
          y: { label: 'wrong patterns', domain: [0, 0] },
          series: RULES.map((rule) => ({
            name: NAMES[rule],
            points: overSeedsAt(xs, (epoch) => wrongAt(rule, epoch)),
          })),
        }),
      },
    };
  },
});
