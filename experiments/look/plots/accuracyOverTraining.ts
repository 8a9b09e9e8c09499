import { curve } from './curve.ts';
import { requireNonEmpty } from './style.ts';

export interface AccuracyPoint {
  /** Training images seen so far. */
  readonly images: number;
  /** Percent */
  readonly accuracy: number;
}

export interface AccuracyOverTraining {
  /** Running accuracy; each image is predicted before it is learned. */
  readonly points: readonly AccuracyPoint[];
  /** Accuracy on held-out images. */
  readonly validation?: readonly AccuracyPoint[];
  /** Chance level, percent. Default: 10. */
  readonly chance?: number;
  readonly title?: string;
  readonly subtitle?: string;
}

/** Accuracy over the number of training images. SVG. */
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
