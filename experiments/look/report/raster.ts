import { imagesIn, stimulusMarks } from '../raster/marks.ts';
import { loadSpikes, type SpikeSelection } from '../raster/spikes.ts';
import { pageBand } from './band.ts';
import type { Band, RasterData } from './client/data.ts';
import { type Html, html, type Section } from './html.ts';
import { packSpikes } from './pack.ts';

/** A page of more would be slow to open. */
const MOST_SPIKES = 2_000_000;
const LEAST_TICK_MS = 1e-3;

interface RasterSection {
  readonly section: Section;
  readonly data: RasterData;
  readonly packed: string;
  /** The images shown, packed like spikes: class × 256 + answer in place of the neuron; null where there are none. */
  readonly images: string | null;
  /** Whether there are more spikes than are shown. */
  readonly shortened: boolean;
  /** Tells that the log is cut or damaged. */
  requireWhole(): void;
}

/** The spikes of a run or log for the page's raster; of very many only the first two million. UserError if there are none. */
export function rasterSection(path: string, selection: SpikeSelection): RasterSection {
  const spikes = loadSpikes(path, selection);
  const all = spikes.times.length;
  const n = Math.min(all, MOST_SPIKES);
  const [from, end] = spikes.window;
  const to = n < all ? spikes.times[n - 1]! : end;
  const tick = Math.max(LEAST_TICK_MS, (to - from) / 2 ** 32);
  const ticks = new Uint32Array(n);
  for (let i = 0; i < n; i++) ticks[i] = Math.round((spikes.times[i]! - from) / tick);
  const populations = spikes.populations.map(pageBand);
  const images = imagesIn(path, [from, to]);
  const left = n < all ? `, the first of ${all.toLocaleString('en')} (choose others with --from and --to)` : '';
  const body = rasterBody(populations, `${n.toLocaleString('en')} spikes${left}`);
  return {
    section: { id: 'spikes-section', title: 'Spikes', body },
    data: { window: [from, to], tick, populations, marks: stimulusMarks(path, [from, to]), images: images.length > 0 },
    images:
      images.length === 0
        ? null
        : packSpikes({
            ticks: Uint32Array.from(images, ({ time }) => Math.round((time - from) / tick)),
            neurons: Uint32Array.from(images, ({ label, answer }) => 256 * label + answer),
            populations: new Uint8Array(images.length),
          }),
    packed: packSpikes({
      ticks,
      neurons: spikes.neurons.subarray(0, n),
      populations: spikes.population.subarray(0, n),
    }),
    shortened: n < all,
    requireWhole: spikes.requireWhole,
  };
}

/** What the script's raster needs on a page: a box a population, the canvas, and how to use it. */
export const rasterBody = (
  populations: readonly Band[],
  what: string,
): Html => html`<div class="controls">${populations.map(
  (p, i) =>
    html`<label><input type="checkbox" data-population="${i}" checked><span class="swatch" style="--on-light:${p.colour};--on-dark:${p.colourOnDark}"></span>${p.name}</label>`,
)}</div>
<canvas id="raster" tabindex="0" role="img" aria-describedby="raster-hint"></canvas>
<p class="hint" id="raster-hint">${what}. Wheel or drag: zoom and pan. Keys: ← → pan, + − zoom, 0 all, comma and full stop from spike to spike.</p>`;
