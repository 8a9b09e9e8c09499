/** An array that pulses every cell at once: the slow reference of half-select disturb. */
export type Scheme = 'half' | 'third';
/** One cell: a full pulse, or a partial pulse, of a strength at a time; state as a weight. */
export interface ReferenceCell {
  full(strength: number, t: number): void;
  partial(strength: number, t: number): void;
  weight(t: number): number;
}

/** Pulses every cell at once, phase by phase, as the array does in time. */
export class EagerArray {
  readonly cells: ReferenceCell[];
  readonly rows: number;
  readonly columns: number;
  readonly scheme: Scheme;
  constructor(rows: number, columns: number, scheme: Scheme, create: (k: number) => ReferenceCell) {
    this.rows = rows;
    this.columns = columns;
    this.scheme = scheme;
    this.cells = Array.from({ length: rows * columns }, (_, k) => create(k));
  }

  /** Writes one line in parallel: `own(i, j)` is the strength of the pulse to cell (i, j), 0 for all other lines. */
  write(along: 'row' | 'column', line: number, strengths: readonly number[], t: number) {
    for (const sign of [1, -1]) {
      const phase = strengths.map((s) => Math.max(sign * s, 0));
      const longest = Math.max(...phase);
      if (longest === 0) continue;
      for (let i = 0; i < this.rows; i++)
        for (let j = 0; j < this.columns; j++) {
          const cell = this.cells[i * this.columns + j]!;
          const [own, cross] = along === 'column' ? [j, i] : [i, j];
          const s = phase[cross]!;
          const partial = (strength: number) => strength !== 0 && cell.partial(sign * strength, t);
          if (own === line) {
            if (s > 0) cell.full(sign * s, t);
            partial(longest - s);
          } else {
            partial(s);
            if (this.scheme === 'third') partial(s - longest);
          }
        }
    }
  }

  writeSerially(along: 'row' | 'column', line: number, strengths: readonly number[], t: number) {
    strengths.forEach((s, k) => {
      this.write(
        along,
        line,
        strengths.map((_, m) => (m === k ? s : 0)),
        t,
      );
    });
  }
}
