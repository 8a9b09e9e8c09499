import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CurveSeries } from '../../experiments/look/plots/chart.ts';
import { renderCurves } from '../../experiments/look/plots/chart.ts';
import { svgToPng } from '../../experiments/look/plots/write.ts';
import type { FigureOptions } from './figure.ts';
import { nsPerDenseEvent } from './figures/dense.ts';
import { measureLog } from './figures/log.ts';
import { nsPerFanOut } from './figures/scheduler.ts';
import { KINDS, measureSparse } from './figures/sparse.ts';

/** One row of a growth table: what grew, and the figures there. */
export interface Row {
  readonly size: number;
  readonly [figure: string]: number;
}

export interface Growth {
  readonly title: string;
  /** Name of the size, for the head of the table. */
  readonly size: string;
  readonly rows: readonly Row[];
}

/** From a toy to what memory holds: 100 million synapses, a million spikes in flight, ten million in a log. */
export function measureGrowth(options: FigureOptions, say: (line: string) => void): readonly Growth[] {
  const over = (title: string, size: string, sizes: readonly number[], row: (n: number) => Omit<Row, 'size'>) => ({
    title,
    size,
    rows: sizes.map((n) => {
      say(`${title}: ${n.toLocaleString('en')}`);
      return { size: n, ...row(n) } as Row;
    }),
  });
  const { tiny } = options;
  return [
    over('Dense, 784 inputs, f32', 'neurons', tiny ? [10, 20] : [100, 200, 400, 800, 1600, 3200, 6400], (neurons) => ({
      'ns/event, whole images': nsPerDenseEvent({ ...options, neurons, precision: 'f32', training: false }),
      'ns/event, training': nsPerDenseEvent({ ...options, neurons, precision: 'f32', training: true }),
      'MB, weights': (784 * neurons * 4) / 1e6,
    })),
    over('Sparse, in-degree 1,000', 'neurons', tiny ? [1000] : [1000, 3000, 10_000, 30_000, 100_000], (neurons) => {
      const measured = Object.entries(KINDS).map(([kind, { precision, weight }]) => {
        const inDegree = tiny ? 10 : 1000;
        const events = tiny ? 1e4 : Math.max(1e8, 3 * neurons * inDegree);
        return { kind, ...measureSparse({ ...options, neurons, inDegree, precision, weight, events }) };
      });
      return {
        'million synapses': measured[0]!.synapses / 1e6,
        ...Object.fromEntries(measured.map(({ kind, nsPerEvent }) => [`ns/event, ${kind}`, nsPerEvent])),
        ...Object.fromEntries(measured.map(({ kind, bytesPerSynapse }) => [`bytes/synapse, ${kind}`, bytesPerSynapse])),
        'bytes/neuron': measured[0]!.bytesPerRow,
        ...Object.fromEntries(measured.map(({ kind, bytes }) => [`MB, ${kind}`, bytes / 1e6])),
        ...Object.fromEntries(measured.map(({ kind, buildSeconds }) => [`build (s), ${kind}`, buildSeconds])),
      };
    }),
    over('Spikes in flight', 'spikes', tiny ? [1] : [1, 10, 100, 1000, 10_000, 100_000, 1_000_000], (inFlight) => ({
      'ns/fan-out, 1 lane': nsPerFanOut(inFlight, 1, options),
      'ns/fan-out, 64 lanes': nsPerFanOut(inFlight, 64, options),
    })),
    over('Spike log', 'spikes', tiny ? [1000] : [100_000, 1_000_000, 10_000_000], (spikes) => {
      const { nsPerSpike, bytesPerSpike, shareOfRun } = measureLog(spikes);
      return { 'ns/spike': nsPerSpike, 'bytes/spike': bytesPerSpike, 'share of the run, %': 100 * shareOfRun };
    }),
  ];
}

/** Time per event and memory over size, one line a table column in ns or MB: `growth` and `growth-memory`, each SVG and PNG. */
export function drawGrowth(growths: readonly Growth[], directory: string): void {
  const draw = (file: string, title: string, x: string, y: string, unit: string) => {
    const svg = renderCurves({
      title,
      x: { label: x, log: true },
      y: { label: y, log: true },
      series: growths.flatMap((growth) => seriesOf(growth, unit)),
    });
    writeFileSync(join(directory, `${file}.svg`), svg);
    writeFileSync(join(directory, `${file}.png`), svgToPng(svg, 1400));
  };
  draw('growth', 'Time per event over size', 'neurons, or spikes in flight or logged', 'time per event (ns)', 'ns/');
  draw('growth-memory', 'Memory of the synapses over size', 'neurons', 'memory (MB)', 'MB, ');
}

/** The columns of a table that begin with `unit`. */
function seriesOf({ title, rows }: Growth, unit: string): CurveSeries[] {
  return Object.keys(rows[0]!)
    .filter((figure) => figure.startsWith(unit))
    .map((figure) => ({
      name: `${title.split(',')[0]} (${figure.replace(unit, '')})`,
      points: rows.map((row) => ({ x: row.size, y: row[figure]! })),
    }));
}

/** A table in Markdown. */
export function tableOf({ title, size, rows }: Growth): string[] {
  const figures = Object.keys(rows[0]!).filter((name) => name !== 'size');
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    line([size, ...figures]),
    line(['---', ...figures].map(() => '---:')),
    ...rows.map((row) =>
      line([row.size.toLocaleString('en'), ...figures.map((name) => String(+row[name]!.toPrecision(3)))]),
    ),
  ];
}
