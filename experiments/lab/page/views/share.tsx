import { signal } from '@preact/signals';
import { type Zippable, zipSync } from 'fflate';
import { useState } from 'preact/hooks';
import { formatLink, formatTrainCommand, getDeviceFileName, needsDeviceFile } from '../commands.ts';
import { fetchDeviceFileText } from '../devices.ts';
import { ErrorBox } from '../parts/form.tsx';
import { saveFile } from '../save.ts';
import { DEVICE_LABELS, getChosenDevice, state } from '../state.ts';
import { trainers } from '../trainer.ts';
import { reportErrors, type WorkerClient } from '../workerClient.ts';
import { networkResult, networkWorker } from './network.tsx';

const errorMessage = signal<string | undefined>(undefined);

function CopyableText({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState<string>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(text);
    } catch {
      setCopied('');
    }
  };
  return (
    <>
      <pre>{text}</pre>
      <p class="actions">
        <button type="button" onClick={() => void copy()}>
          {label}
        </button>
        <span role="status" class="hint">
          {copied === text
            ? 'Copied.'
            : copied === ''
              ? 'The browser does not let the page copy; select the text and copy it.'
              : ''}
        </span>
      </p>
    </>
  );
}

async function saveRun(worker: WorkerClient, directory: string, name: string): Promise<void> {
  const files = await worker.call('filesIn', directory).done;
  const archive: Zippable = Object.fromEntries(
    Object.entries(files).map(([path, bytes]) => [`${name}/${path}`, bytes]),
  );
  saveFile(`${name}.zip`, zipSync(archive, { level: 6 }) as Uint8Array<ArrayBuffer>, 'application/zip');
}

/** View with the link, commands and files that repeat the present state. */
export default function Share() {
  const { devices, learn, network } = state.value;
  const sides = devices.length === 2 ? ([0, 1] as const) : ([0] as const);
  const attempt = (work: Promise<void>) => {
    errorMessage.value = undefined;
    void reportErrors(work, errorMessage);
  };
  const saveDevice = async (side: 0 | 1) =>
    saveFile(getDeviceFileName(side), await fetchDeviceFileText(getChosenDevice(side)!), 'application/yaml');
  return (
    <section aria-labelledby="share-title">
      <h2 id="share-title">Share</h2>
      <p class="lead">
        The link has all settings of the lab and no results. It gives the same results, to the last bit, on every
        machine.
      </p>
      <h3>Link</h3>
      <CopyableText text={formatLink({ ...state.value, view: 'learn' })} label="Copy link" />
      <h3>Command</h3>
      {sides.map((side) => {
        const { result, worker } = trainers[side];
        return (
          <article key={side} aria-label={`Device ${DEVICE_LABELS[side]}`}>
            {sides.length === 2 && <h4>Device {DEVICE_LABELS[side]}</h4>}
            <CopyableText text={formatTrainCommand(learn, side)} label="Copy command" />
            <p class="actions">
              {getChosenDevice(side) && (
                <button type="button" onClick={() => attempt(saveDevice(side))}>
                  Save {getDeviceFileName(side)}
                </button>
              )}
              {result.value && worker && (
                <button
                  type="button"
                  onClick={() => attempt(saveRun(worker, '/run', `mnist-${DEVICE_LABELS[side].toLowerCase()}`))}
                >
                  Save the run directory (.zip)
                </button>
              )}
            </p>
            {needsDeviceFile(side) && (
              <p class="hint">The command reads {getDeviceFileName(side)}: save the file in its directory.</p>
            )}
            {result.value && (
              <p class="hint">
                {result.value.accuracy.toFixed(2)} %, weightsSha256 <code>{result.value.facts.weightsSha256}</code>: the
                command gives the same weights.
              </p>
            )}
          </article>
        );
      })}
      <h3>Network</h3>
      <p class="actions">
        {network !== undefined && (
          <button type="button" onClick={() => saveFile('network.yaml', network, 'application/yaml')}>
            Save network.yaml
          </button>
        )}
        {networkResult.value && (
          <button type="button" onClick={() => attempt(saveRun(networkWorker, '/network', 'network'))}>
            Save the network's run (.zip)
          </button>
        )}
      </p>
      <p class="hint">Use network.yaml with memspike run network.yaml --out run.</p>
      <ErrorBox text={errorMessage.value} />
    </section>
  );
}
