/** Script of pages with live examples: runs them in the worker of the lab, at the first press of Run. */

import type { WorkerClient } from '../../lab/page/workerClient.ts';
import type { LiveExample, SliderValues } from '../../liveExamples/fence.ts';
import type { CopyFormat } from '../../liveExamples/formatExampleCopy.ts';
import type { PictureHashes } from '../../liveExamples/pages.ts';

/** Content of `data-example` of a figure. */
export type ExampleFigureData = PictureHashes & { readonly example: LiveExample };

let worker: Promise<WorkerClient> | undefined;

/** Starts the worker. Worker and simulator are loaded only here, so that pages load fast. */
function startWorker(): Promise<WorkerClient> {
  worker ??= import('../../lab/page/workerClient.ts').then(({ WorkerClient }) => new WorkerClient());
  return worker;
}

const isSame = (a: SliderValues, b: SliderValues): boolean =>
  Object.keys({ ...a, ...b }).every((path) => a[path] === b[path]);

const readValue = (slider: HTMLInputElement): number => Number(slider.valueAsNumber.toPrecision(3));

/** Compares the hash of a computed picture with the recorded hash. */
function compareHash({ hash, other }: PictureHashes, values: SliderValues, computedHash: string): string {
  const atOtherValues = other && isSame(values, other.values) ? other.hash : undefined;
  const recorded = isSame(values, {}) ? hash : atOtherValues;
  if (recorded === undefined) return 'Computed in this page.';
  if (recorded === computedHash) return '✓ Identical to ours: computed in this page, with the same numbers.';
  return '✗ Differs from ours: the numbers computed in this page are not those of the manual. Please report this.';
}

/** Enables the controls of a live example. */
function enableExample(figure: HTMLElement): void {
  const data = JSON.parse(figure.dataset.example!) as ExampleFigureData;
  const { example } = data;
  const image = figure.querySelector('img')!;
  const runButton = figure.querySelector<HTMLButtonElement>('button.run')!;
  const status = figure.querySelector('output.status')!;
  const sliders = [...figure.querySelectorAll<HTMLInputElement>('input[type=range]')];
  let isStarted = false;

  /** Slider values that differ from those in the example file of the page. */
  function readValues(): SliderValues {
    const changed = sliders.filter(({ value, defaultValue }) => Number(value) !== Number(defaultValue));
    return Object.fromEntries(changed.map((slider) => [slider.name, readValue(slider)]));
  }

  const showErrors = (action: () => Promise<void>): Promise<void> =>
    action().catch((error: unknown) => {
      status.textContent = error instanceof Error ? error.message : String(error);
    });

  async function compute(values: SliderValues): Promise<void> {
    status.textContent = 'Computing …';
    const client = await startWorker();
    const { picture, hash } = await client.call('runLiveExample', { example, values }).result;
    const { drawPicture } = await import('../../liveExamples/picture.ts');
    image.loading = 'eager';
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawPicture(picture))}`;
    status.textContent = compareHash(data, values, hash);
    figure.dataset.hash = hash;
    if (!isSame(values, readValues())) await compute(readValues()); // a slider was moved during the computation
  }

  async function run(): Promise<void> {
    if (runButton.disabled) return;
    isStarted = true;
    runButton.disabled = true;
    figure.removeAttribute('data-hash');
    await showErrors(() => compute(readValues()));
    runButton.disabled = false;
  }

  async function copy(format: CopyFormat): Promise<void> {
    const { formatExampleCopy: copyExample } = await import('../../liveExamples/formatExampleCopy.ts');
    const text = copyExample(example, readValues(), format);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      throw new Error('The browser does not let the page copy; select the text of the example.');
    }
    status.textContent = `Copied as ${format}.`;
  }

  async function openLab(link: HTMLAnchorElement): Promise<void> {
    const { formatLabUrlFragment: formatLabState } = await import('./labAddress.ts');
    location.href = new URL(formatLabState(example, readValues())!, link.href).href;
  }

  for (const slider of sliders) {
    slider.addEventListener('input', () => {
      slider.nextElementSibling!.textContent = `${readValue(slider)} ${slider.dataset.unit}`;
      if (!isStarted) status.textContent = 'Press Run to compute the picture for this value.';
    });
    slider.addEventListener('change', () => isStarted && run());
  }
  runButton.addEventListener('click', run);
  for (const button of figure.querySelectorAll<HTMLButtonElement>('button[data-copy]'))
    button.addEventListener('click', () => showErrors(() => copy(button.dataset.copy as CopyFormat)));
  const labLink = figure.querySelector<HTMLAnchorElement>('a.lab');
  labLink?.addEventListener('click', (event) => {
    if (isSame(readValues(), {})) return; // the link in the page has the state of the example file
    event.preventDefault();
    showErrors(() => openLab(labLink));
  });
  for (const control of figure.querySelectorAll<HTMLButtonElement | HTMLInputElement>('[disabled]'))
    control.disabled = false;
}

for (const figure of document.querySelectorAll<HTMLElement>('figure.live-example')) enableExample(figure);
