import type { EditorView } from '@codemirror/view';
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { CopyFormat } from '../../../liveExamples/formatExampleCopy.ts';
import { fetchJson } from '../../browser/fetch.ts';
import type { NetworkFileError, NetworkResult, NetworkUpdate } from '../../worker/network.ts';
import type { NetworkGraph } from '../../worker/networkText.ts';
import { Curves, Figure, saveFile } from '../parts/figure.tsx';
import { Button, ChoiceField, ErrorBox, Hints, Progress } from '../parts/form.tsx';
import { Raster } from '../parts/raster.tsx';
import { Table } from '../parts/table.tsx';
import { changeState, labState } from '../state.ts';
import { type CallHandle, showUserErrors, WorkerClient } from '../workerClient.ts';
import type { SchemaGuide } from './network/editor.ts';
import { describeGraph, drawGraph } from './network/graph.ts';

const FIRST_EXAMPLE = 'learning';
const EXAMPLES = [
  ['learning', 'a first network that learns'],
  ['network', 'every part of a network file'],
  ['winnerTakeAll', 'winner-take-all'],
  ['memristiveNeurons', 'memristive neurons'],
  ['papers/microcircuit', 'cortical microcircuit, a tenth (whole: scale: 1, 1.3 GB)'],
] as const;

export const networkWorker = new WorkerClient();

const fileError = signal<NetworkFileError | null>(null);
const graph = signal<NetworkGraph | null>(null);
const exported = signal<{ readonly format: CopyFormat; readonly text: string } | undefined>(undefined);
const errorMessage = signal<string | undefined>(undefined);
const progress = signal<NetworkUpdate['progress']>(undefined);
const live = signal<NetworkUpdate['live']>(undefined);
const running = signal<CallHandle<NetworkResult | null> | undefined>(undefined);
export const networkResult = signal<NetworkResult | undefined>(undefined);

async function runNetwork(text: string) {
  for (const shown of [errorMessage, networkResult, progress, live]) shown.value = undefined;
  running.value = networkWorker.call('runNetworkFile', { text }, (update: NetworkUpdate) => {
    if (update.progress) progress.value = update.progress;
    if (update.live) live.value = update.live;
  });
  networkResult.value = (await showUserErrors(running.value.result, errorMessage)) ?? undefined;
  live.value = running.value = undefined;
}

const EXPORT_FILES: Readonly<Record<CopyFormat, string>> = {
  TypeScript: 'network.ts',
  YAML: 'network.yaml',
  command: 'network.sh',
  Python: 'network.py',
};

const loadSchemaGuide = async (): Promise<SchemaGuide> => ({
  schemaWords: await networkWorker.call('listSchemaWords', undefined).result,
  suggest: (text, position) => networkWorker.call('suggestEntries', { text, position }).result,
  explainEntry: (text, position) => networkWorker.call('explainEntry', { text, position }).result,
  async findFirstError(text) {
    const found = await showUserErrors(networkWorker.call('checkNetworkFile', { text }).result, errorMessage);
    fileError.value = found?.error ?? null;
    if (found?.graph) graph.value = found.graph;
    return fileError.value;
  },
});

async function exportNetwork(text: string, format: CopyFormat) {
  const program = await showUserErrors(networkWorker.call('exportNetwork', { text, format }).result, errorMessage);
  exported.value = program === undefined ? undefined : { format, text: program };
}

/** Buttons that show the network as a program or command, with a button that saves the text. */
function ExportView({ text }: { readonly text: string }) {
  const shown = exported.value;
  return (
    <>
      <p class="actions">
        Export as{' '}
        {(Object.keys(EXPORT_FILES) as CopyFormat[]).map((format) => (
          <Button key={format} text={format} class="small" onClick={() => exportNetwork(text, format)} />
        ))}
      </p>
      {shown && (
        <>
          <pre>{shown.text}</pre>
          <Button
            text={`Save ${EXPORT_FILES[shown.format]}`}
            onClick={() => saveFile(EXPORT_FILES[shown.format], shown.text, 'text/plain')}
          />
        </>
      )}
    </>
  );
}

function NetworkResultView({ result }: { readonly result: NetworkResult }) {
  const { facts, spikes, potentials, weights } = result;
  const curves = [
    ['potentials', 'Potentials', 'potential (mV from rest)', potentials],
    ['weights', 'Weights: median and 5 to 95 % band over synapses', 'weight', weights],
  ] as const;
  return (
    <div class="result">
      <Table
        caption="Populations"
        columns={['population', 'spikes', 'mean rate (Hz)']}
        rows={Object.entries(facts.populations).map(([name, { spikes: count, rate }]) => [
          name,
          count.toLocaleString('en'),
          rate.toPrecision(3),
        ])}
      />
      <Hints lines={facts.warnings} />
      <p class="hint">
        spikesSha256 <code data-spikes={facts.spikesSha256}>{facts.spikesSha256}</code>
      </p>
      {spikes ? <Raster label="Raster of the run" {...spikes} /> : <p class="hint">No spikes were recorded.</p>}
      {curves.map(
        ([name, title, label, series]) =>
          series.length > 0 && (
            <Curves key={name} name={name} title={title} x={{ label: 'time (ms)' }} y={{ label }} series={series} />
          ),
      )}
    </div>
  );
}

export default function Network() {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>();
  const replaceText = (text: string) =>
    editor.current?.dispatch({ changes: { from: 0, to: editor.current.state.doc.length, insert: text } });
  const openExample = async (name: string) =>
    replaceText((await fetchJson<Record<string, string>>('examples.json'))[`experiments/examples/${name}.yaml`]!);
  useEffect(() => {
    let isClosed = false;
    void (async () => {
      const [{ openEditor }, guide] = await Promise.all([import('./network/editor.ts'), loadSchemaGuide()]);
      if (isClosed) return;
      editor.current = openEditor(box.current!, labState.value.network ?? '', guide, (network) => {
        changeState({ network: network === '' ? undefined : network }, 'network');
        exported.value = undefined;
      });
      if (labState.value.network === undefined) void showUserErrors(openExample(FIRST_EXAMPLE), errorMessage);
    })().catch(() => {
      errorMessage.value = 'The editor cannot be loaded; is the lab still served? Reload the page.';
    });
    return () => {
      isClosed = true;
      editor.current?.destroy();
    };
  }, []);
  const network = labState.value.network;
  useEffect(() => {
    // The latest text, not the text at the latest rendering, because keys may be typed faster than the page is rendered.
    const current = labState.peek().network;
    if (!editor.current || (current ?? '') === editor.current.state.doc.toString()) return; // differs after Back, Undo or Reset
    if (current === undefined) void showUserErrors(openExample(FIRST_EXAMPLE), errorMessage);
    else replaceText(current);
  }, [network]);
  const text = labState.value.network; // undefined until the editor is loaded
  return (
    <div class="network">
      <div>
        <div class="settings">
          <ChoiceField
            label="Example"
            value={'' as string}
            options={[['', 'choose one'], ...EXAMPLES] as [string, string][]}
            onChange={(name) => name && void showUserErrors(openExample(name), errorMessage)}
          />
        </div>
        <div ref={box} class="editor" />
        <ErrorBox text={fileError.value?.message} />
        <p class="actions">
          <Button
            text="Run"
            class="main"
            disabled={text === undefined || running.value !== undefined || fileError.value !== null}
            onClick={() => runNetwork(text!)}
          />
          {running.value && <Button text="Stop" onClick={() => running.value?.control('stop')} />}
        </p>
        {running.value && <Progress label="simulating" state={progress.value} />}
        <ErrorBox text={errorMessage.value} />
        {text !== undefined && fileError.value === null && <ExportView text={text} />}
      </div>
      <div>
        <div class="graph">
          {graph.value && <Figure name="graph" title={describeGraph(graph.value)} svg={drawGraph(graph.value)} />}
        </div>
        {live.value && (
          <div class="live">
            <p class="hint">{live.value.progress}</p>
            <Raster label="Spikes of the last 200 ms" populations={live.value.populations} {...live.value.raster} />
          </div>
        )}
        {networkResult.value && <NetworkResultView result={networkResult.value} />}
      </div>
    </div>
  );
}
