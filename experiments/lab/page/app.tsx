/** Page of the lab. */
import { effect, signal } from '@preact/signals';
import { type ComponentType, render } from 'preact';
import { config } from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { formatAddress, parseAddress } from './address.ts';
import { loadManifest } from './devices.ts';
import { ErrorBox } from './parts/form.tsx';
import { changeState, state, VIEWS, type View } from './state.ts';

declare const MEMSPIKE_VERSION: string;

config({ jitless: true }); // the content security policy forbids compiling text

const LOADERS: Readonly<Record<View, () => Promise<{ readonly default: ComponentType }>>> = {
  device: () => import('./views/device.tsx'),
  learn: () => import('./views/learn.tsx'),
  draw: () => import('./views/draw.tsx'),
  network: () => import('./views/network.tsx'),
  share: () => import('./views/share.tsx'),
};
const TITLES: Readonly<Record<View, string>> = {
  device: 'Device',
  learn: 'Learn',
  draw: 'Draw',
  network: 'Network',
  share: 'Share',
};

const loadedViews = signal<Partial<Record<View, ComponentType>>>({});
/** Error of the address, or of a view that cannot be loaded. */
const errorMessage = signal<string | undefined>(undefined);

function openAddress(hash: string): void {
  try {
    errorMessage.value = undefined;
    state.value = parseAddress(hash) ?? state.value;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    errorMessage.value = error.message;
  }
}

async function loadView(view: View): Promise<void> {
  try {
    const { default: component } = await LOADERS[view]();
    loadedViews.value = { ...loadedViews.value, [view]: component };
  } catch {
    errorMessage.value = `The view ${TITLES[view]} cannot be loaded; is the lab still served? Reload the page.`;
  }
}

openAddress(location.hash);
addEventListener('hashchange', () => openAddress(location.hash));
effect(() => {
  const address = formatAddress(state.value);
  if (address !== location.hash) history.replaceState(null, '', address || location.pathname);
});
effect(() => {
  const { view } = state.value;
  if (!loadedViews.peek()[view]) void loadView(view);
});
loadManifest().catch(() => {}); // the view Learn shows the error

function App() {
  const { view } = state.value;
  const ShownView = loadedViews.value[view];
  return (
    <>
      <header>
        <h1>memspike lab</h1>
        <p class="hint">
          How well would a network of <em>my</em> device learn?
        </p>
        <nav class="actions" aria-label="Views">
          {VIEWS.map((name) => (
            <button
              key={name}
              type="button"
              aria-current={name === view ? 'page' : undefined}
              onClick={() => changeState({ view: name })}
            >
              {TITLES[name]}
            </button>
          ))}
        </nav>
      </header>
      <ErrorBox text={errorMessage.value} />
      <main>{ShownView ? <ShownView /> : <p class="hint">Loading the view.</p>}</main>
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
