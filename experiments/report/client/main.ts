import type { PageData } from './data.ts';
import { FieldsView } from './fieldsView.ts';
import { RasterView } from './rasterView.ts';
import { Tooltip } from './tooltip.ts';
import { unpack, unpackSpikes } from './unpack.ts';

const data = JSON.parse(document.getElementById('data')!.textContent!) as PageData;
const tooltip = new Tooltip();
addEventListener('keydown', (event) => event.key === 'Escape' && tooltip.hide());

const canvas = (id: string) => document.getElementById(id) as HTMLCanvasElement;

/** After the first paint: the page can be read before its many bytes are unpacked. */
async function start(): Promise<void> {
  if (data.raster) {
    const view = new RasterView(canvas('raster'), data.raster, await unpackSpikes('spikes'), tooltip);
    for (const box of document.querySelectorAll<HTMLInputElement>('input[data-population]'))
      box.addEventListener('change', () => view.toggle(Number(box.dataset.population), box.checked));
  }
  if (data.fields) new FieldsView(canvas('fields'), data.fields, await unpack('levels'), tooltip);
  document.documentElement.dataset.ready = 'true';
}

requestAnimationFrame(() => setTimeout(start));
