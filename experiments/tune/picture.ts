import { mean } from 'simple-statistics';
import { plural } from '../../core/declare/show.ts';
import { parallelCoordinates } from '../look/plots/parallelCoordinates.ts';
import { describeDifference } from '../statistics/estimate.ts';
import type { RunResult } from '../sweep/results.ts';
import type { Tunable } from './space.ts';
import type { Tuning } from './tuning.ts';

/** Every candidate as a line through what was tried, to its accuracy with the most images that it came to. SVG. */
export function tuningPicture(tuning: Tuning, tunables: readonly Tunable[], results: readonly RunResult[]): string {
  const { device, rule, neurons, trials, accuracy, gain } = tuning;
  const last = new Map<string, RunResult>();
  const images = ({ run }: RunResult) => run.parameters.images as number;
  for (const result of results.toSorted((a, b) => images(a) - images(b)))
    last.set(tunables.map(({ name }) => result.run.parameters[name]).join(' '), result);
  const shown = [...last.values()].filter(({ metrics }) => Number.isFinite(metrics[0]));
  const label = (name: string, unit: string) => (unit === '' ? name : `${name} (${unit})`);
  return parallelCoordinates({
    title: `${device}: ${rule} tuned on the validation split`,
    subtitle: `${plural(trials, 'candidate')}, ${plural(neurons, 'neuron')}; with other seeds common recipe ${mean([...accuracy.common]).toFixed(1)} %, best ${mean([...accuracy.best]).toFixed(1)} %: ${describeDifference(gain, 'points', 'not significantly different')}`,
    axes: [
      ...tunables.map(({ name, unit, log }) => ({
        label: label(name, unit),
        values: shown.map(({ run }) => run.parameters[name] as number),
        log,
      })),
      { label: 'images', values: shown.map(images) },
      { label: 'accuracy (%)', values: shown.map(({ metrics }) => metrics[0]!) },
    ],
  });
}
