import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ProgressState } from '../../../run/progress.ts';
import type { Mistake, NetworkTold } from '../../worker/network.ts';
import { examples, withPresets } from '../devices.ts';
import { FaultBox } from '../parts/fault.tsx';
import { ChoiceField } from '../parts/number.tsx';
import { Fault, Remote, type Running } from '../remote.ts';
import { change, state } from '../state.ts';
import type { Editor } from './network/editor.ts';
import { Outcome } from './network/outcome.tsx';

const CHECK_AFTER_MS = 300;
const FIRST = 'network';
const EXAMPLES = [
  ['network', 'a first network'],
  ['winnerTakeAll', 'winner-take-all'],
  ['memristiveNeurons', 'memristive neurons'],
] as const;

/** The worker that runs networks. */
export const remote = new Remote();
const readyRemote = withPresets(remote);

const mistake = signal<Mistake | null>(null);
const fault = signal<string | undefined>(undefined);
const progress = signal<Omit<ProgressState, 'text'> | undefined>(undefined);
const running = signal<Running<NetworkTold | null> | undefined>(undefined);
export const result = signal<NetworkTold | undefined>(undefined);

async function told(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    fault.value = error.message;
  }
}

async function run(text: string): Promise<void> {
  fault.value = undefined;
  result.value = undefined;
  progress.value = undefined;
  await told(async () => {
    await readyRemote();
    running.value = remote.call('run', { text }, (news: { progress: Omit<ProgressState, 'text'> }) => {
      progress.value = news.progress;
    });
    result.value = (await running.value.done) ?? undefined;
  });
  running.value = undefined;
}

/** A network file, its run, and what came of it. */
export default function Network() {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>();
  const timer = useRef(0);
  const check = (text: string) => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(
      () =>
        void told(async () => {
          await readyRemote();
          mistake.value = await remote.call('check', { text }).done;
          editor.current?.mark(mistake.value);
        }),
      CHECK_AFTER_MS,
    );
  };
  const take = (name: string) =>
    void told(async () => {
      const text = (await examples())[`experiments/examples/${name}.yaml`]!;
      editor.current?.replace(text);
    });
  useEffect(() => {
    let gone = false;
    void (async () => {
      const { editor: make } = await import('./network/editor.ts');
      if (gone) return;
      editor.current = make(box.current!, state.value.network ?? '', (network) => {
        change({ network: network === '' ? undefined : network });
        check(network);
      });
      if (state.value.network === undefined) take(FIRST);
      else check(state.value.network);
    })().catch(() => {
      fault.value = 'The editor cannot be loaded; is the lab still served? Reload the page.';
    });
    return () => {
      gone = true;
      clearTimeout(timer.current);
      editor.current?.end();
    };
  }, []);
  const now = progress.value;
  const written = state.value.network; // by the editor, which may be on its way yet
  return (
    <section aria-labelledby="network-title">
      <h2 id="network-title">Network</h2>
      <p class="lead">A network file as memspike run takes it. Mistakes are told while you write, at their line.</p>
      <div class="network">
        <div>
          <div class="settings">
            <ChoiceField
              label="Example"
              value={'' as string}
              options={[['', 'choose one'], ...EXAMPLES] as [string, string][]}
              onChange={(name) => name && take(name)}
            />
          </div>
          <div ref={box} class="editor" />
          <FaultBox text={mistake.value ? mistake.value.text : undefined} />
          <p class="actions">
            <button
              type="button"
              class="main"
              disabled={written === undefined || running.value !== undefined || mistake.value !== null}
              onClick={() => void run(written!)}
            >
              Run
            </button>
            {running.value && (
              <button type="button" onClick={() => running.value?.stop()}>
                Stop
              </button>
            )}
          </p>
          {running.value && (
            <p role="status">
              <progress aria-label="simulating" max={Math.max(1, now?.total ?? 1)} value={now?.done ?? 0} />
              {now
                ? ` ${Math.round(now.done).toLocaleString('en')} of ${Math.round(now.total).toLocaleString('en')} ms`
                : ' Beginning'}
            </p>
          )}
          <FaultBox text={fault.value} />
        </div>
        <div>{result.value && <Outcome told={result.value} />}</div>
      </div>
    </section>
  );
}
