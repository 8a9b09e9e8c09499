import type { Mapping } from '../../network/config/override.ts';
import type { DeviceChoice } from '../worker/deviceFile.ts';
import { json } from './images.ts';
import { Remote } from './remote.ts';

let fetched: Promise<Record<string, Uint8Array>> | undefined;

async function texts(path: string): Promise<Record<string, Uint8Array>> {
  const files = await json<Record<string, string>>(path);
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`/${name}`, new TextEncoder().encode(text)]));
}

/** The presets, as files of a worker's. */
export function presets(): Promise<Record<string, Uint8Array>> {
  fetched ??= texts('presets.json');
  fetched.catch(() => {
    fetched = undefined;
  });
  return fetched;
}

export const examples = (): Promise<Record<string, string>> => json<Record<string, string>>('examples.json');

/** Gives a worker the presets before its first call; tried again where they could not be fetched. */
export function withPresets(remote: Remote): () => Promise<Remote> {
  let ready: Promise<void> | undefined;
  return async () => {
    ready ??= presets().then((files) => remote.put(files));
    ready.catch(() => {
      ready = undefined;
    });
    await ready;
    return remote;
  };
}

/** The worker that knows devices: it answers while one drags, and trains nothing. */
export const readyBench = withPresets(new Remote());
/** The worker that reads and fits measurements, which may take long. */
export const fitter = new Remote();
export const readyFitter = withPresets(fitter);

/** The text of the device file that a choice comes to. */
export const asFile = async (choice: DeviceChoice): Promise<string> =>
  (await readyBench()).call('deviceYaml', choice).done;

/** The text of the configuration that a training comes to, its device in it. */
export async function asConfig(given: Mapping, choice: DeviceChoice | undefined): Promise<string> {
  const bench = await readyBench();
  const device = choice && (await bench.call('deviceYaml', choice).done);
  return bench.call('mnistYaml', { given, device }).done;
}
