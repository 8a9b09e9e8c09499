import { scaleLinear } from 'd3-scale';
import type { FieldsData, RasterData } from './data.ts';
import type { FieldsView } from './fieldsView.ts';
import type { RasterView } from './rasterView.ts';
import { fromBase64 } from './unpack.ts';

/** One update of a live page; what is left out has not changed. */
export interface LiveFrame {
  readonly progress: string;
  readonly accuracy?: readonly { readonly images: number; readonly accuracy: number }[];
  readonly raster?: Omit<RasterData, 'populations'> & {
    readonly ticks: readonly number[];
    readonly neurons: readonly number[];
    readonly populationOf: readonly number[];
  };
  /** base64 of a byte a weight. */
  readonly levels?: string;
  readonly fields?: Pick<FieldsData, 'labels' | 'thresholds'>;
  readonly ended?: boolean;
}

/** Shows the updates of a running simulation as they come. */
export function follow(raster: RasterView | undefined, fields: FieldsView | undefined): void {
  const events = new EventSource('events');
  const progress = document.getElementById('progress')!;
  events.onmessage = ({ data }) => {
    const frame = JSON.parse(data) as LiveFrame;
    progress.textContent = frame.progress;
    if (frame.accuracy) drawAccuracy(frame.accuracy);
    if (frame.raster) {
      const { ticks, neurons, populationOf, ...view } = frame.raster;
      raster?.replace(view, {
        ticks: Uint32Array.from(ticks),
        neurons: Uint32Array.from(neurons),
        populations: Uint8Array.from(populationOf),
      });
    }
    if (frame.levels) fields?.draw(fromBase64(frame.levels), frame.fields);
    document.documentElement.dataset.frames = String(Number(document.documentElement.dataset.frames ?? 0) + 1);
    if (frame.ended) events.close();
  };
  events.onerror = () => {
    progress.textContent += ' The run has ended or cannot be reached.';
    events.close();
  };
}

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [760, 224, 44, 38];

function drawAccuracy(points: NonNullable<LiveFrame['accuracy']>): void {
  const svg = document.getElementById('accuracy')!;
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  const last = points.at(-1);
  svg.setAttribute('aria-label', last ? `Accuracy ${last.accuracy} percent after ${last.images} images` : 'Accuracy');
  const x = scaleLinear([0, Math.max(1, last?.images ?? 1)], [LEFT, WIDTH - 30]);
  const y = scaleLinear([0, 100], [HEIGHT - BOTTOM, 10]);
  const line = points.map(({ images, accuracy }) => `${x(images).toFixed(1)},${y(accuracy).toFixed(1)}`).join(' ');
  const text = (at: number, down: number, anchor: string, words: string) =>
    `<text x="${at}" y="${down}" text-anchor="${anchor}">${words}</text>`;
  svg.innerHTML =
    y
      .ticks(5)
      .map(
        (v) =>
          `<line x1="${LEFT}" x2="${WIDTH - 30}" y1="${y(v)}" y2="${y(v)}"/>${text(LEFT - 6, y(v) + 4, 'end', `${v} %`)}`,
      )
      .join('') +
    x
      .ticks(6)
      .map((v) => text(x(v), HEIGHT - BOTTOM + 16, 'middle', v.toLocaleString('en')))
      .join('') +
    text((LEFT + WIDTH - 30) / 2, HEIGHT - 4, 'middle', 'training images, accuracy over the last 1,000') +
    `<polyline points="${line}"/>`;
}
