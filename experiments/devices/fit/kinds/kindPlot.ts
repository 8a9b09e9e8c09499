export interface Point {
  readonly x: number;
  readonly y: number;
  /** Name of the line that the point belongs to; one line is drawn per group. */
  readonly group?: string;
}

/** Curve of a model. */
interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Axis {
  readonly label: string;
  readonly log?: boolean;
}

/** Content of the picture of a fit, which `kindPicture` draws; data only, because a fit may run without a drawing library. */
export interface KindPlot {
  readonly title: string;
  readonly subtitle: string;
  readonly axes: readonly [x: Axis, y: Axis];
  /** Readings. */
  readonly dots: readonly Point[];
  /** Curves of the models, best model first. */
  readonly curves: readonly Curve[];
}

/** Numbers from `low` to `high` in equal steps, or in equal ratios if `isLog`. */
export const spacedValues = (low: number, high: number, count = 200, isLog = false): number[] =>
  Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1);
    return isLog ? low * (high / low) ** share : low + (high - low) * share;
  });
