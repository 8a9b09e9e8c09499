import { signal } from '@preact/signals';
import { zipSync } from 'fflate';
import { useEffect, useState } from 'preact/hooks';
import { formatStateLink, formatTrainCommand, getDeviceFileName, needsDeviceFile } from '../address.ts';
import { formatDeviceFile, getDeviceName } from '../devices.ts';
import { saveFile } from '../parts/figure.tsx';
import { Button, ErrorBox } from '../parts/form.tsx';
import { type DeviceIndex, getChosenDevice, labState } from '../state.ts';
import { trainers } from '../trainer.ts';
import { showUserErrors, type WorkerClient } from '../workerClient.ts';
import { networkResult, networkWorker } from './network.tsx';

const errorMessage = signal<string | undefined>(undefined);

function CopyableText({ text, label }: { readonly text: string; readonly label: string }) {
  const [status, setStatus] = useState('');
  useEffect(() => setStatus(''), [text]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setStatus('Copied.');
    } catch {
      setStatus('The browser does not let the page copy; select the text and copy it.');
    }
  };
  return (
    <>
      <pre>{text}</pre>
      <p class="actions">
        <Button text={label} onClick={copy} />
        <span role="status" class="hint">
          {status}
        </span>
      </p>
    </>
  );
}

async function saveRun(worker: WorkerClient, directory: string, name: string) {
  const files = await worker.call('filesIn', directory).result;
  saveFile(`${name}.zip`, zipSync({ [name]: files }) as Uint8Array<ArrayBuffer>, 'application/zip');
}

export default function Share() {
  const { devices, learn, network } = labState.value;
  const sides = devices.length === 2 ? ([0, 1] as const) : ([0] as const);
  const attempt = (work: Promise<void>) => {
    errorMessage.value = undefined;
    void showUserErrors(work, errorMessage);
  };
  const saveDevice = async (side: DeviceIndex) =>
    saveFile(getDeviceFileName(side), await formatDeviceFile(getChosenDevice(side)!), 'application/yaml');
  return (
    <>
      <h3>Link</h3>
      <CopyableText text={formatStateLink({ ...labState.value, view: 'learn' })} label="Copy link" />
      <h3>Command</h3>
      {sides.map((side) => {
        const { result, worker } = trainers[side];
        return (
          <article key={side} aria-label={getDeviceName(side)}>
            <h4>{getDeviceName(side)}</h4>
            <CopyableText text={formatTrainCommand(learn, side)} label="Copy command" />
            <p class="actions">
              {getChosenDevice(side) && (
                <Button text={`Save ${getDeviceFileName(side)}`} onClick={() => attempt(saveDevice(side))} />
              )}
              {result.value && worker && (
                <Button
                  text="Save the run directory (.zip)"
                  onClick={() => attempt(saveRun(worker, '/run', side === 0 ? 'mnist' : 'mnist-2'))}
                />
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
          <Button text="Save network.yaml" onClick={() => saveFile('network.yaml', network, 'application/yaml')} />
        )}
        {networkResult.value && (
          <Button
            text="Save the network's run (.zip)"
            onClick={() => attempt(saveRun(networkWorker, '/network', 'network'))}
          />
        )}
      </p>
      <CopyableText text="memspike run network.yaml --out run" label="Copy network command" />
      <ErrorBox text={errorMessage.value} />
    </>
  );
}
