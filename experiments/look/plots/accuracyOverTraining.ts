import { curve } from './curve.ts';
import { requireNonEmpty } from './style.ts';

export interface AccuracyPoint {
  /** Number of training images presented so far. */
  readonly images: number;
  /** Percent */
  readonly accuracy: number;
}

export interface AccuracyOverTraining {
  /** Running accuracy on training images, each classified before it changes the weights. */
  readonly points: readonly AccuracyPoint[];
  /** Accuracy on a validation set. */
  readonly validation?: readonly AccuracyPoint[];
  /** Accuracy of random guesses, %. Default: 10. */
  readonly chance?: number;
  readonly title?: string;
  readonly subtitle?: string;
}

/** Draws accuracy against the number of training images, as SVG. */
export function accuracyOverTraining(run: AccuracyOverTraining): string {
  const { points, validation = [], chance = 10, title = 'Accuracy over training', subtitle } = run;
  requireNonEmpty(points.length, 'accuracy over training', 'points');
  const series = [
    { name: 'running, training images', points },
    { name: 'validation', points: validation },
  ];
  return curve({
    title,
    subtitle,
    x: { label: 'training images seen', domain: [0, 0] },
    y: { label: 'accuracy (%)', domain: [0, 100] },
    series: series
      .filter((one) => one.points.length > 0)
      .map(({ name, points }) => ({
        name,
        points: points.map(({ images, accuracy }) => ({ x: images, y: accuracy })),
      })),
    references: [{ name: 'chance', y: chance }],
  });
}
