import { addSaveButtons } from './buttons.ts';
import type { PageData, SpikeColumns } from './data.ts';
import { followLiveRun } from './live.ts';
import { RasterView } from './rasterView.ts';
import { ReceptiveFieldsView } from './receptiveFieldsView.ts';
import { Tooltip } from './tooltip.ts';
import { unpackBytes, unpackSpikes } from './unpack.ts';
import { enableWrongAnswerFilter } from './wrongAnswers.ts';

const data = JSON.parse(document.getElementById('data')!.textContent!) as PageData;
const tooltip = new Tooltip();

const NO_SPIKES: SpikeColumns = {
  ticks: new Uint32Array(),
  neurons: new Uint32Array(),
  populationIndices: new Uint8Array(),
};

const canvas = (id: string) => document.getElementById(id) as HTMLCanvasElement;

async function startViews(): Promise<void> {
  let raster: RasterView | undefined;
  let fields: ReceptiveFieldsView | undefined;
  if (data.raster) {
    const spikes = data.isLive ? NO_SPIKES : await unpackSpikes('spikes');
    const view = new RasterView(canvas('raster'), data.raster, spikes, tooltip);
    raster = view;
    if (data.raster.hasImages) view.setImagePresentations(await unpackSpikes('images'));
    for (const box of document.querySelectorAll<HTMLInputElement>('input[data-population]'))
      box.addEventListener('change', () => view.showPopulation(Number(box.dataset.population), box.checked));
  }
  if (data.fields) {
    const { rowsPerField, columnsPerField, neuronCount } = data.fields;
    const levels = data.isLive
      ? new Uint8Array(rowsPerField * columnsPerField * neuronCount)
      : await unpackBytes('levels');
    fields = new ReceptiveFieldsView(canvas('fields'), data.fields, levels, tooltip);
  }
  addSaveButtons();
  enableWrongAnswerFilter();
  if (data.isLive) followLiveRun(raster, fields);
  document.documentElement.dataset.ready = 'true';
}

// The data of the page are unpacked after the first paint, so that the page can be read meanwhile.
requestAnimationFrame(() => setTimeout(startViews));
