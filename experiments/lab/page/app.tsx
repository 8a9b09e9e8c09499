import { effect, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { UserError } from '../../../core/declare/errors.ts';
import { fromAddress, toAddress } from './address.ts';
import { loadManifest } from './images.ts';
import { FaultBox } from './parts/fault.tsx';
import { change, ROOMS, type Room, state } from './state.ts';

const LOADERS: Readonly<Record<Room, () => Promise<{ readonly default: ComponentType }>>> = {
  device: () => import('./rooms/device.tsx'),
  learn: () => import('./rooms/learn.tsx'),
  draw: () => import('./rooms/draw.tsx'),
  network: () => import('./rooms/network.tsx'),
  share: () => import('./rooms/share.tsx'),
};
const TITLES: Readonly<Record<Room, string>> = {
  device: 'Device',
  learn: 'Learn',
  draw: 'Draw',
  network: 'Network',
  share: 'Share',
};

const loaded = signal<Partial<Record<Room, ComponentType>>>({});
/** A fault of the address, or of a room that cannot be loaded. */
const fault = signal<string | undefined>(undefined);

function open(hash: string): void {
  try {
    fault.value = undefined;
    state.value = fromAddress(hash) ?? state.value;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    fault.value = error.message;
  }
}

async function load(room: Room): Promise<void> {
  try {
    const { default: component } = await LOADERS[room]();
    loaded.value = { ...loaded.value, [room]: component };
  } catch {
    fault.value = `The room ${TITLES[room]} cannot be loaded; is the lab still served? Reload the page.`;
  }
}

open(location.hash);
addEventListener('hashchange', () => open(location.hash));
effect(() => {
  const address = toAddress(state.value);
  if (address !== location.hash) history.replaceState(null, '', address || location.pathname);
});
effect(() => {
  const { room } = state.value;
  if (!loaded.peek()[room]) void load(room);
});
loadManifest().catch(() => {}); // told where images are wanted

const noSimd = signal(false);
/** Module with one function that uses a SIMD instruction: v128.const, drop. */
const SIMD = [
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  4,
  1,
  96,
  0,
  0,
  3,
  2,
  1,
  0,
  10,
  23,
  1,
  21,
  0,
  253,
  12,
  ...Array(16).fill(0),
  26,
  11,
];
noSimd.value = typeof WebAssembly === 'undefined' || !WebAssembly.validate(Uint8Array.from(SIMD));

export function App() {
  const { room } = state.value;
  const Shown = loaded.value[room];
  return (
    <>
      <header>
        <h1>memspike lab</h1>
        <p>
          What would a network of <em>my</em> device learn?
        </p>
        <nav aria-label="Rooms">
          {ROOMS.map((name) => (
            <button
              key={name}
              type="button"
              aria-current={name === room ? 'page' : undefined}
              onClick={() => change({ room: name })}
            >
              {TITLES[name]}
            </button>
          ))}
        </nav>
      </header>
      <FaultBox text={fault.value} />
      {noSimd.value && (
        <p class="fault" role="alert" data-simd>
          This browser has no WebAssembly SIMD, which the simulator needs: use a browser released since 2023.
        </p>
      )}
      <main>{Shown ? <Shown /> : <p class="hint">Loading the room.</p>}</main>
      <footer>
        <details>
          <summary>Cite</summary>
          <p>
            memspike: event-driven simulator of spiking neural networks whose synapses are memristors, version{' '}
            {MEMSPIKE_VERSION}, the lab. Network and rule after Querlioz, Bichler, Dollfus and Gamrat 2013,
            doi:10.1109/TNANO.2013.2250995.
          </p>
        </details>
      </footer>
    </>
  );
}

declare const MEMSPIKE_VERSION: string;
