/** Script of pages with live examples: runs them in the worker of the lab, at the first press of Run. */

import type { WorkerClient } from '../../lab/page/workerClient.ts';
import type { CopyFormat } from '../../liveExamples/copyExample.ts';
import type { ExampleValues, LiveExample } from '../../liveExamples/fence.ts';
import type { RecordedHashes } from '../../liveExamples/pages.ts';

/** Content of `data-example` of a figure. */
export interface ExampleFigureData extends RecordedHashes {
  readonly example: LiveExample;
}

let worker: Promise<WorkerClient> | undefined;

/** Starts the worker. The worker and the engine are loaded here only. */
function startWorker(): Promise<WorkerClient> {
  worker ??= import('../../lab/page/workerClient.ts').then(({ WorkerClient }) => new WorkerClient());
  return worker;
}

const isSame = (a: ExampleValues, b: ExampleValues): boolean =>
  Object.keys({ ...a, ...b }).every((path) => a[path] === b[path]);

class ExampleFigure {
  readonly #figure: HTMLElement;
  readonly #data: ExampleFigureData;
  readonly #run: HTMLButtonElement;
  readonly #status: HTMLOutputElement;
  readonly #sliders: readonly HTMLInputElement[];
  #isStarted = false;
  #isRunning = false;

  constructor(figure: HTMLElement) {
    this.#figure = figure;
    this.#data = JSON.parse(figure.dataset.example!) as ExampleFigureData;
    this.#run = figure.querySelector('button.run')!;
    this.#status = figure.querySelector('output.status')!;
    this.#sliders = [...figure.querySelectorAll<HTMLInputElement>('input[type=range]')];
    for (const slider of this.#sliders) {
      slider.addEventListener('input', () => this.#showValue(slider));
      slider.addEventListener('change', () => this.#isStarted && this.#start());
    }
    this.#run.addEventListener('click', () => this.#start());
    for (const button of figure.querySelectorAll<HTMLButtonElement>('button[data-copy]'))
      button.addEventListener('click', () => void this.#copy(button.dataset.copy as CopyFormat));
    figure.querySelector<HTMLAnchorElement>('a.lab')?.addEventListener('click', (event) => this.#openLab(event));
    for (const control of figure.querySelectorAll<HTMLButtonElement | HTMLInputElement>('[disabled]'))
      control.disabled = false;
  }

  /** Values of the sliders that differ from the fenced file. */
  get #values(): ExampleValues {
    const changed = this.#sliders.filter(({ value, defaultValue }) => Number(value) !== Number(defaultValue));
    return Object.fromEntries(changed.map((slider) => [slider.name, this.#readValue(slider)]));
  }

  #readValue(slider: HTMLInputElement): number {
    return Number(slider.valueAsNumber.toPrecision(3));
  }

  #showValue(slider: HTMLInputElement) {
    const output = slider.nextElementSibling!;
    output.textContent = `${this.#readValue(slider)} ${slider.dataset.unit}`;
    if (!this.#isStarted) this.#status.textContent = 'Press Run to compute the picture for this value.';
  }

  async #start() {
    if (this.#isRunning) return;
    this.#isRunning = this.#isStarted = true;
    this.#run.disabled = true;
    this.#figure.removeAttribute('data-hash');
    try {
      let values: ExampleValues;
      do {
        values = this.#values;
        await this.#compute(values);
      } while (!isSame(values, this.#values)); // a slider moved meanwhile
    } catch (error) {
      this.#status.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      this.#isRunning = false;
      this.#run.disabled = false;
    }
  }

  async #compute(values: ExampleValues) {
    const { example } = this.#data;
    this.#status.textContent = 'Computing …';
    const client = await startWorker();
    const { picture, hash } = await client.call('runLiveExample', { example, values }).result;
    const { drawPicture } = await import('../../liveExamples/drawPicture.ts');
    const image = this.#figure.querySelector('img')!;
    image.loading = 'eager';
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawPicture(picture))}`;
    this.#status.textContent = this.#compareHash(values, hash);
    this.#figure.dataset.hash = hash;
  }

  #compareHash(values: ExampleValues, hash: string): string {
    const { other } = this.#data;
    const recorded = isSame(values, {})
      ? this.#data.hash
      : other && isSame(values, other.values)
        ? other.hash
        : undefined;
    if (recorded === undefined) return 'Computed in this page.';
    if (recorded === hash) return '✓ Identical to ours: computed in this page, with the same numbers.';
    return '✗ Differs from ours: the numbers computed in this page are not those of the manual. Please report this.';
  }

  async #copy(format: CopyFormat) {
    const { copyExample } = await import('../../liveExamples/copyExample.ts');
    try {
      await navigator.clipboard.writeText(copyExample(this.#data.example, this.#values, format));
      this.#status.textContent = `Copied as ${format}.`;
    } catch {
      this.#status.textContent = 'The browser does not let the page copy; select the text of the example.';
    }
  }

  async #openLab(event: MouseEvent) {
    if (isSame(this.#values, {})) return; // the link in the page has the state of the fenced file
    event.preventDefault();
    const { formatLabState } = await import('./labAddress.ts');
    location.href = new URL(
      formatLabState(this.#data.example, this.#values)!,
      new URL((event.currentTarget as HTMLAnchorElement).href),
    ).href;
  }
}

for (const figure of document.querySelectorAll<HTMLElement>('figure.live-example')) new ExampleFigure(figure);
