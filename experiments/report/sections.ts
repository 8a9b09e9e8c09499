import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { DEVICES, WEIGHTS } from '../../core/log/tables.ts';
import { LogTable } from '../logs/table.ts';
import { analyseSpikes } from '../look/analyse/analyseSpikes.ts';
import { describeMeasureSettings, renderAnalysisPictures, tabulateMeasures } from '../look/analyse/write.ts';
import { readImageOnsetMarks, selectImagePresentations } from '../look/imageLog.ts';
import { loadSpikes, type SpikeSelection } from '../look/raster/spikes.ts';
import { drawWeightsAnalysis } from '../look/weights/pictures.ts';
import { analyseWeights } from '../look/weights/weights.ts';
import type { RasterData, RasterStrip } from './client/data.ts';
import { embedPicture, type Html, html, makeSection, packSpikes, renderDataTable, type Section } from './page.ts';
import { addStripColours } from './stripColours.ts';

// Limits on the amount of data in a report page, so that it opens quickly.
const MAX_SPIKES = 2_000_000;
const MAX_LOG_BYTES = 2e8;
const MAX_PROJECTIONS = 4;
const MIN_TICK_MS = 1e-3;

const WEIGHT_LOGS = Object.entries({ 'weights.arrows': WEIGHTS, 'devices.arrows': DEVICES });

export function makeRasterSection(path: string, selection: SpikeSelection) {
  const spikes = loadSpikes(path, selection);
  const total = spikes.times.length;
  const n = Math.min(total, MAX_SPIKES);
  const [from, end] = spikes.window;
  const to = n < total ? spikes.times[n - 1]! : end;
  const tick = Math.max(MIN_TICK_MS, (to - from) / 2 ** 32);
  const ticksOf = (times: ArrayLike<number>) => Uint32Array.from(times, (time) => Math.round((time - from) / tick));
  const populations = spikes.populations.map(addStripColours);
  const images = selectImagePresentations(path, [from, to]);
  const rest = n < total ? `, the first of ${total.toLocaleString('en')} (choose others with --from and --to)` : '';
  const body = renderRasterBody(populations, `${n.toLocaleString('en')} spikes${rest}`);
  const hasImages = images.length > 0;
  const packedImages = packSpikes({
    ticks: ticksOf(images.map(({ onsetTime }) => onsetTime)),
    neurons: Uint32Array.from(images, ({ classLabel: label, prediction }) => 256 * label + prediction),
    populationIndices: new Uint8Array(images.length),
  });
  const marks = readImageOnsetMarks(path, [from, to]);
  return {
    section: makeSection('spikes-section', 'Spikes', body),
    data: { window: [from, to], tickLength: tick, populations, marks, hasImages } satisfies RasterData,
    /** Image presentations in the packed format of spikes: the neuron index is class × 256 + prediction. */
    images: hasImages ? packedImages : null,
    packed: packSpikes({
      ticks: ticksOf(spikes.times.subarray(0, n)),
      neurons: spikes.neurons.subarray(0, n),
      populationIndices: spikes.population.subarray(0, n),
    }),
    isTruncated: n < total,
    requireIntact: spikes.requireIntact,
  };
}

export const renderRasterBody = (
  populations: readonly RasterStrip[],
  content: string,
): Html => html`<div class="controls">${populations.map(
  (p, i) =>
    html`<label><input type="checkbox" data-population="${i}" checked><span class="swatch" style="--on-light:${p.colour};--on-dark:${p.colourOnDark}"></span>${p.name}</label>`,
)}</div>
<canvas id="raster" tabindex="0" role="img" aria-describedby="raster-hint"></canvas>
<p class="hint" id="raster-hint">${content}. Wheel or drag: zoom and pan. Keys: ← → pan, + − zoom, 0 whole window, comma and full stop from spike to spike.</p>`;

export function makeStatisticsSection(run: string, { from, to }: SpikeSelection): Section {
  const makeStatistics = (body: Html) => makeSection('statistics', 'Statistics', body);
  try {
    const analysis = analyseSpikes(run, { from, to, distances: false });
    const figures = Object.entries(renderAnalysisPictures(analysis)).map(([name, svg]) => embedPicture(svg, name));
    const notes = [describeMeasureSettings(analysis), ...analysis.notes].map(
      (note) => html`<p class="hint">${note}</p>`,
    );
    return makeStatistics(html`${renderDataTable(tabulateMeasures(analysis))}${notes}${figures}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return makeStatistics(html`<p>${error.message}</p>`);
  }
}

function listProjections(path: string, spec: typeof WEIGHTS): string[] {
  const table = new LogTable(path, {}, spec);
  return [...table.readGroupIds()].map((id) => table.idColumn?.names[id] ?? String(id));
}

/**
 * Draws recorded weights and devices; `add` receives each picture. @param excluded names of pictures that the page draws itself
 * @throws UserError, after all intact logs are drawn, if a log is damaged
 */
export function drawWeightPictures(run: string, excluded: ReadonlySet<string>, add: (picture: Html) => void): void {
  const logs = WEIGHT_LOGS.filter(([file]) => existsSync(join(run, file)));
  const bytes = logs.reduce((sum, [file]) => sum + statSync(join(run, file)).size, 0);
  if (bytes > MAX_LOG_BYTES) {
    const size = `${Math.round(bytes / 1e6)} MB`;
    add(html`<p>The log of weights has ${size}: run memspike weights first, and this page shows its pictures.</p>`);
    return;
  }
  const projections = [...new Set(logs.flatMap(([file, table]) => listProjections(join(run, file), table)))];
  const rest = projections.slice(MAX_PROJECTIONS);
  if (rest.length > 0) add(html`<p>Not drawn here: ${rest.join(', ')} (memspike weights --projection).</p>`);
  for (const projection of projections.slice(0, MAX_PROJECTIONS)) {
    const analysis = analyseWeights(run, { projection });
    for (const [name, svg] of Object.entries(drawWeightsAnalysis(analysis)))
      if (!excluded.has(`${name}.svg`)) add(embedPicture(svg, `${projection} ${name}`));
    analysis.requireIntact();
  }
}
