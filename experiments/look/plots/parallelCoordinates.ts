import * as Plot from '@observablehq/plot';
import { pictureWidth } from './look.ts';
import { renderPixelPlot } from './panel.ts';
import { SEQUENTIAL_RAMP } from './ramp.ts';
import { composePicture, FONT_SIZE, MUTED_COLOUR, requireNonEmpty, TEXT_COLOUR, wrapText } from './style.ts';

export interface ParallelAxis {
  /** Name with its unit. */
  readonly label: string;
  /** One value per line: numbers, or texts for an axis of names. */
  readonly values: readonly (number | string)[];
  readonly log?: boolean;
}

export interface ParallelCoordinates {
  readonly title: string;
  readonly subtitle?: string;
  /** The last axis sets the colours of the lines. */
  readonly axes: readonly ParallelAxis[];
}

const TOP = 30;
const HEIGHT = 300;
/** Smallest and largest distance between axes, px. */
const GAP = { min: 64, max: 200 };
const LABEL_LINE = 14;
const TICK_COUNT = 5;
/** Smallest distance between tick labels, px. */
const MIN_TICK_DISTANCE = 13;

/** Parallel coordinates: one line per point through its values on all axes, darker and on top with larger values on the last axis. SVG. */
export function parallelCoordinates({ title, subtitle, axes }: ParallelCoordinates): string {
  const count = axes[0]?.values.length ?? 0;
  requireNonEmpty(count, 'parallel coordinates', 'points');
  const gap = Math.min(GAP.max, Math.max(GAP.min, pictureWidth() / axes.length));
  const labels = axes.map(({ label }) => wrapText(label, FONT_SIZE, gap - 6, 'bold'));
  const top = TOP + LABEL_LINE * (Math.max(...labels.map(({ length }) => length)) - 1);
  const placed = axes.map((axis, a) => ({ x: gap / 2 + a * gap, label: labels[a]!.join('\n'), ...scaleOf(axis) }));
  const last = placed.at(-1)!;
  const shares = axes.at(-1)!.values.map((value) => last.share(value));
  const order = shares.map((_, i) => i).sort((i, j) => shares[i]! - shares[j]!);
  const y = (share: number) => top + HEIGHT * (1 - share);
  const corners = order.flatMap((line) =>
    placed.map(({ x, share }, a) => ({ line, x, y: y(share(axes[a]!.values[line]!)) })),
  );
  const ticks = placed.flatMap(({ x, ticks: own }) =>
    dropOverlapping(own).map(({ share, text }) => ({ x, y: y(share), text })),
  );
  const width = gap * axes.length;
  const svg = renderPixelPlot(width, top + HEIGHT + 20, [
    Plot.line(corners, {
      x: 'x',
      y: 'y',
      z: 'line',
      stroke: (c) => `rgb(${SEQUENTIAL_RAMP[Math.round(40 + 200 * shares[c.line]!)]!.join(',')})`,
      strokeOpacity: count > 100 ? 0.5 : 0.85,
      strokeWidth: count > 100 ? 1 : 1.6,
    }),
    Plot.ruleX(placed, { x: 'x', y1: top, y2: top + HEIGHT, stroke: MUTED_COLOUR }),
    Plot.text(placed, { x: 'x', y: top - 10, text: 'label', fontWeight: 'bold', lineAnchor: 'bottom' }),
    Plot.text(ticks, {
      x: 'x',
      y: 'y',
      dx: 6,
      text: 'text',
      textAnchor: 'start',
      fontSize: 11,
      fill: TEXT_COLOUR,
      stroke: 'white',
      strokeWidth: 3,
    }),
  ]);
  return composePicture(width, top + HEIGHT + 24, { title, subtitle }, [{ x: 0, y: 0, svg }]);
}

interface Tick {
  readonly share: number;
  readonly text: string;
}

interface Scale {
  /** Position on the axis, from 0 at the bottom to 1 at the top. */
  share(value: number | string): number;
  readonly ticks: readonly Tick[];
}

/** Ticks whose labels do not overlap, starting at the bottom. */
function dropOverlapping(ticks: readonly Tick[]): Tick[] {
  const kept: Tick[] = [];
  for (const tick of ticks.toSorted((a, b) => a.share - b.share)) {
    if (HEIGHT * (tick.share - (kept.at(-1)?.share ?? -1)) >= MIN_TICK_DISTANCE) kept.push(tick);
  }
  return kept;
}

const formatTick = (value: number): string => String(Number(value.toPrecision(3)));

function scaleOf({ values, log = false }: ParallelAxis): Scale {
  if (!values.every((v) => typeof v === 'number')) {
    const names = [...new Set(values.map(String))];
    const share = (value: number | string) =>
      names.length > 1 ? names.indexOf(String(value)) / (names.length - 1) : 0.5;
    return { share, ticks: names.map((text) => ({ share: share(text), text })) };
  }
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const at = log ? Math.log : (v: number) => v;
  const share = (value: number | string) => (high > low ? (at(Number(value)) - at(low)) / (at(high) - at(low)) : 0.5);
  const distinct = [...new Set(values)];
  const shown =
    distinct.length <= TICK_COUNT + 2
      ? distinct
      : Array.from({ length: TICK_COUNT }, (_, i) => {
          const s = i / (TICK_COUNT - 1);
          return log ? low * (high / low) ** s : low + (high - low) * s;
        });
  return { share, ticks: shown.map((value) => ({ share: share(value), text: formatTick(value) })) };
}
