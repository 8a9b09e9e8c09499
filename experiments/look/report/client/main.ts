import { addButtons } from './buttons.ts';
import type { PageData, SpikeColumns } from './data.ts';
import { FieldsView } from './fieldsView.ts';
import { follow } from './live.ts';
import { RasterView } from './rasterView.ts';
import { Tooltip } from './tooltip.ts';
import { unpack, unpackSpikes } from './unpack.ts';
import { filterWrong } from './wrongView.ts';

const data = JSON.parse(document.getElementById('data')!.textContent!) as PageData;
const tooltip = new Tooltip();
addEventListener('keydown', (event) => event.key === 'Escape' && tooltip.hide());

/** Before the first update of a live page. */
const NONE: SpikeColumns = { ticks: new Uint32Array(0), neurons: new Uint32Array(0), populations: new Uint8Array(0) };

const canvas = (id: string) => document.getElementById(id) as HTMLCanvasElement;

/** After the first paint: the page can be read before its many bytes are unpacked. */
async function start(): Promise<void> {
  let raster: RasterView | undefined;
  let fields: FieldsView | undefined;
  if (data.raster) {
    const view = new RasterView(
      canvas('raster'),
      data.raster,
      data.live ? NONE : await unpackSpikes('spikes'),
      tooltip,
    );
    raster = view;
    if (data.raster.images) view.markImages(await unpackSpikes('images'));
    for (const box of document.querySelectorAll<HTMLInputElement>('input[data-population]'))
      box.addEventListener('change', () => view.toggle(Number(box.dataset.population), box.checked));
  }
  if (data.fields) {
    const { rows, columns, neurons } = data.fields;
    const levels = data.live ? new Uint8Array(rows * columns * neurons) : await unpack('levels');
    fields = new FieldsView(canvas('fields'), data.fields, levels, tooltip);
  }
  addButtons();
  filterWrong();
  if (data.live) follow(raster, fields);
  document.documentElement.dataset.ready = 'true';
}

requestAnimationFrame(() => setTimeout(start));
