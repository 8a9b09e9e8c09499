/** One line of the page. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export interface FigureOptions {
  /** The large ones too: minutes and gigabytes. */
  readonly full: boolean;
  /** As small as it gets: to see that it runs. */
  readonly tiny: boolean;
}

/** A benchmark: a heading and the figures under it. */
export interface Benchmark {
  readonly title: string;
  measure(options: FigureOptions): readonly Figure[] | Promise<readonly Figure[]>;
}
