import { effect, signal } from '@preact/signals';
import { type ComponentType, render } from 'preact';
import { config } from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { formatUrlFragment, parseUrlFragment } from './address.ts';
import { loadDeviceList } from './devices.ts';
import { Button, ErrorBox } from './parts/form.tsx';
import { TrainingStrip } from './parts/trainingStrip.tsx';
import {
  canUndo,
  INITIAL_STATE,
  labState,
  latestStateChange,
  openView,
  resetSettings,
  undoChange,
  VIEWS,
  type View,
} from './state.ts';
import { resumeSavedTrainings } from './trainer.ts';
import { showUserErrors } from './workerClient.ts';

declare const MEMSPIKE_VERSION: string;

config({ jitless: true }); // the content security policy forbids compiling text

const PAGES: Readonly<
  Record<View, { title: string; lead: string; load: () => Promise<{ readonly default: ComponentType }> }>
> = {
  start: {
    title: 'Start',
    lead: 'Neurons with memristive synapses have learned handwritten digits without labels. The simulator runs in this tab and shows them test images, one after the other.',
    load: () => import('./views/start.tsx'),
  },
  device: {
    title: 'Device',
    lead: 'Choose a published device or a model, or drop a measurement. Curves show 20 simulated devices: median and 5 to 95 % band.',
    load: () => import('./views/device.tsx'),
  },
  learn: {
    title: 'Learn',
    lead: 'A network of spiking neurons learns handwritten digits without labels. Its synapses are the chosen device. No data leave your browser.',
    load: () => import('./views/learn.tsx'),
  },
  draw: {
    title: 'Draw',
    lead: 'Write a digit with mouse, pen or finger. Its pixels drive the neurons, and the classes of the neurons that fire decide the answer. Erase a stroke to see the answer change.',
    load: () => import('./views/draw.tsx'),
  },
  network: {
    title: 'Network',
    lead: 'Write a network file for memspike run. Errors are shown at their line while you write.',
    load: () => import('./views/network.tsx'),
  },
  share: {
    title: 'Share',
    lead: 'The link has all settings of the lab and no results. It gives the same results, to the last bit, on every machine.',
    load: () => import('./views/share.tsx'),
  },
};

/** Components of the views that have been opened, and error messages of views that cannot be loaded. */
const openedViews = signal<Partial<Record<View, ComponentType | string>>>({});
const addressError = signal<string | undefined>(undefined);
const deviceListError = signal<string | undefined>(undefined);

function openAddress(hash: string) {
  try {
    addressError.value = undefined;
    labState.value = parseUrlFragment(hash) ?? INITIAL_STATE;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    addressError.value = error.message;
  }
}

async function loadView(view: View) {
  const failure = `The view ${PAGES[view].title} cannot be loaded; is the lab still served? Reload the page.`;
  const opened = await PAGES[view].load().catch(() => ({ default: failure }));
  openedViews.value = { ...openedViews.value, [view]: opened.default };
}

openAddress(location.hash);
addEventListener('hashchange', () => openAddress(location.hash));
effect(() => {
  const address = formatUrlFragment(labState.value);
  const isReplaced = latestStateChange.isContinued;
  latestStateChange.isContinued = true; // a state read from the address makes no new entry in the browser history
  if (address === location.hash) return;
  history[isReplaced ? 'replaceState' : 'pushState'](null, '', address || location.pathname + location.search);
});
effect(() => {
  const { view, devices } = labState.value;
  if (view !== 'start' || devices.length > 0) void showUserErrors(loadDeviceList(), deviceListError);
});
effect(() => {
  const { view } = labState.value;
  document.title = `${PAGES[view].title}: memspike lab`;
  if (typeof openedViews.peek()[view] !== 'function') void loadView(view);
});
resumeSavedTrainings();

function App() {
  const { view } = labState.value;
  const opened = openedViews.value[view];
  const ShownView = typeof opened === 'function' ? opened : undefined;
  const viewError = typeof opened === 'string' ? opened : undefined;
  return (
    <>
      <header>
        <h1>memspike lab</h1>
        <p class="hint">
          How well would a network of <em>my</em> device learn?
        </p>
        <nav class="actions" aria-label="Views">
          {VIEWS.map((name) => (
            <Button
              key={name}
              text={PAGES[name].title}
              aria-current={name === view ? 'page' : undefined}
              onClick={() => openView(name)}
            />
          ))}
          <Button text="Undo change" class="small" disabled={!canUndo.value} onClick={undoChange} />
          <Button text="Reset settings" class="small" onClick={resetSettings} />
          <a href="manual/">Manual</a>
        </nav>
        {view !== 'learn' && <TrainingStrip />}
      </header>
      <ErrorBox text={addressError.value ?? viewError ?? deviceListError.value} />
      <main aria-labelledby="view-title">
        <h2 id="view-title">{PAGES[view].title}</h2>
        <p class="lead">{PAGES[view].lead}</p>
        {ShownView ? <ShownView /> : <p class="hint">Loading the view.</p>}
      </main>
      <footer class="hint">
        <details>
          <summary>Cite</summary>
          <p>
            memspike: event-driven simulator of spiking neural networks whose synapses are memristors, version{' '}
            {MEMSPIKE_VERSION}, lab. Network and rule after Querlioz, Bichler, Dollfus and Gamrat 2013,
            doi:10.1109/TNANO.2013.2250995.
          </p>
        </details>
      </footer>
    </>
  );
}

render(<App />, document.getElementById('lab')!);
