/** Made runs, and what their pages show. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { createLog } from '../../../core/log/create.ts';
import { SPIKES } from '../../../core/log/tables.ts';

/** A finished run whose neuron i % size of `out` fires at every step × i ms; nothing happens after that. */
export function madeRun(
  dir: string,
  name: string,
  spikes: number,
  size: number,
  step: number,
  stop = spikes * step,
): string {
  const run = join(dir, name);
  mkdirSync(run);
  writeFileSync(join(run, 'config.json'), '{ "note": "</script><b>" }');
  writeFileSync(
    join(run, 'run.json'),
    JSON.stringify({ seed: 7, version: '1', configSha256: 'ab', energy: { read: 1e-12 } }),
  );
  const metadata = {
    populations: '["out","none"]',
    sizes: `[${size},3]`,
    tStart: '0',
    tStopPlanned: String(stop),
  };
  const log = createLog(join(run, 'spikes.arrows'), SPIKES, metadata);
  const time = Float64Array.from({ length: spikes }, (_, i) => i * step);
  const neuron = Uint32Array.from({ length: spikes }, (_, i) => i % size);
  log.write({ time, neuron, population: new Uint8Array(spikes) }, spikes);
  log.close();
  return run;
}

export const viewOf = (page: Page) =>
  page.$eval('#raster', (canvas) =>
    canvas
      .getAttribute('aria-label')!
      .match(/[\d.]+/g)!
      .map(Number),
  );
export const tooltipOf = (page: Page) =>
  page.$eval('.tooltip', (element) => ((element as HTMLElement).hidden ? '' : element.textContent));

/** Lets the page draw; one that the browser holds for hidden draws nothing, and is not waited for. */
export const frame = (page: Page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
        setTimeout(resolve, 5000);
      }),
  );
