import { mean } from 'simple-statistics';
import { curve } from '../../look/plots/index.ts';
import { type Findings, overSeedsAt, tableOf, WHOLE } from '../findings.ts';
import { type Pulsed, RULES, type Rule } from './compared.ts';
import { TOLERANCES, WRITTEN_SPREAD } from './flaws.ts';

interface Given {
  readonly pulsed: readonly Pulsed[];
  /** Accuracies on the same devices where weights are written exactly, and where they are learned. */
  readonly exact: Readonly<Record<Rule, readonly number[]>>;
  readonly inPlace: Readonly<Record<Rule, readonly number[]>>;
  readonly names: Readonly<Record<Rule, string>>;
  readonly subtitle: string;
}

/** What the tolerance of writing by pulses costs, and saves. */
export function toleranceFindings({ pulsed, exact, inPlace, names, subtitle }: Given): Findings {
  const of = (rule: Rule, tolerance: number, value: 'accuracy' | 'pulses' | 'joules') =>
    pulsed.filter((t) => t.rule === rule && t.tolerance === tolerance).map((t) => t[value]);
  const [narrow, none] = [TOLERANCES[0]!, TOLERANCES.at(-1)!];
  const some = TOLERANCES.slice(0, -1);
  const x = { label: `tolerance (share of the range), spread ${WRITTEN_SPREAD}`, log: true };
  return {
    figures: Object.fromEntries(
      RULES.flatMap((rule) =>
        some.flatMap((tolerance) => [
          [`${names[rule]}, written within ${tolerance}`, { unit: '%', values: of(rule, tolerance, 'accuracy') }],
          [`${names[rule]}, pulses of a device, ${tolerance}`, { unit: '1', values: of(rule, tolerance, 'pulses') }],
          [`${names[rule]}, joules of a device, ${tolerance}`, { unit: 'J', values: of(rule, tolerance, 'joules') }],
        ]),
      ),
    ),
    expectations: Object.fromEntries(
      RULES.flatMap((rule) => [
        [
          `${names[rule]}: written within ${narrow} it is as accurate, within 2 points, as written exactly`,
          mean(of(rule, narrow, 'accuracy')) > mean(exact[rule]) - 2,
        ],
        [
          `${names[rule]}: the wider the tolerance, the fewer pulses`,
          some.slice(1).every((y, i) => mean(of(rule, y, 'pulses')) < mean(of(rule, some[i]!, 'pulses'))),
        ],
        [
          `${names[rule]}, control: without a pulse accuracy is that of chance, below 20 %`,
          mean(of(rule, none, 'pulses')) === 0 && mean(of(rule, none, 'accuracy')) < 20,
        ],
      ]),
    ),
    tables: {
      tolerance: tableOf(pulsed, {
        rule: { names: RULES },
        tolerance: '1',
        seed: WHOLE,
        accuracy: '%',
        pulses: '1',
        joules: 'J',
      }),
    },
    pictures: {
      ...Object.fromEntries(
        RULES.map((rule) => [
          `${rule}-tolerance`,
          curve({
            title: `Accuracy against the tolerance of writing, ${names[rule]} rule`,
            subtitle,
            x,
            y: { label: 'accuracy (%)', domain: [0, 100] },
            series: [
              { name: 'written by pulses', points: overSeedsAt(some, (y) => of(rule, y, 'accuracy')) },
              { name: 'written exactly', points: overSeedsAt(some, () => exact[rule]) },
              { name: 'trained in place', points: overSeedsAt(some, () => inPlace[rule]) },
            ],
          }),
        ]),
      ),
      pulses: curve({
        title: 'Pulses against the tolerance of writing',
        subtitle,
        x,
        y: { label: 'pulses of a device' },
        series: RULES.map((rule) => ({
          name: names[rule],
          points: overSeedsAt(some, (y) => of(rule, y, 'pulses')),
        })),
      }),
    },
  };
}
