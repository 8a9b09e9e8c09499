import { type Zippable, zipSync } from 'fflate';
import { useState } from 'preact/hooks';
import { fileName, linkTo, needsFile, trainCommand } from '../commands.ts';
import { asConfig, asFile } from '../devices.ts';
import { FaultBox } from '../parts/fault.tsx';
import { Fault, type Remote } from '../remote.ts';
import { save } from '../save.ts';
import { deviceOf, settingsOf, state } from '../state.ts';
import { trainers } from '../trainer.ts';
import { result as networkResult, remote as networks } from './network.tsx';

const NAMES = ['A', 'B'] as const;

function Copied({ text, label }: { readonly text: string; readonly label: string }) {
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
              ? 'The browser does not let the page copy; mark the text and copy it.'
              : ''}
        </span>
      </p>
    </>
  );
}

/** A run directory as one file. */
async function saveRun(remote: Remote, directory: string, name: string): Promise<void> {
  const files = await remote.call('files', directory).done;
  const inside: Zippable = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${name}/${path}`, bytes]));
  save(`${name}.zip`, zipSync(inside, { level: 6 }) as Uint8Array<ArrayBuffer>, 'application/zip');
}

/** What others need to see the same. */
export default function Share() {
  const [fault, setFault] = useState<string>();
  const { devices, learn, network } = state.value;
  const sides = devices.length === 2 ? ([0, 1] as const) : ([0] as const);
  const attempt = (work: () => Promise<void>) => async () => {
    setFault(undefined);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      setFault(error.message);
    }
  };
  const configName = (side: 0 | 1) => (side === 0 ? 'mnist.yaml' : 'mnist-b.yaml');
  const saveConfig = (side: 0 | 1) =>
    attempt(async () => save(configName(side), await asConfig(settingsOf(learn), deviceOf(side)), 'application/yaml'));
  const saveDevice = (side: 0 | 1) =>
    attempt(async () => save(fileName(side), await asFile(deviceOf(side)!), 'application/yaml'));
  return (
    <section aria-labelledby="share-title">
      <h2 id="share-title">Share</h2>
      <p class="lead">
        The address holds all that is set here and nothing else; who opens it computes the same, to the last bit.
      </p>
      <h3>Link</h3>
      <Copied text={linkTo({ ...state.value, room: 'learn' })} label="Copy link" />
      <h3>Command</h3>
      {sides.map((side) => {
        const { result, remote } = trainers[side];
        return (
          <article key={side} aria-label={`Device ${NAMES[side]}`}>
            {sides.length === 2 && <h4>Device {NAMES[side]}</h4>}
            <Copied text={trainCommand(learn, side)} label="Copy command" />
            <p class="actions">
              {deviceOf(side) && (
                <button type="button" onClick={() => void saveDevice(side)()}>
                  Save {fileName(side)}
                </button>
              )}
              {result.value && remote && (
                <button
                  type="button"
                  onClick={() => void attempt(() => saveRun(remote, '/run', `mnist-${NAMES[side].toLowerCase()}`))()}
                >
                  Save the run directory (.zip)
                </button>
              )}
            </p>
            {needsFile(side) && <p class="hint">The command reads {fileName(side)}: save it beside.</p>}
            {result.value && (
              <p class="hash">
                {result.value.accuracy.toFixed(2)} %, weightsSha256 <code>{result.value.facts.weightsSha256}</code>: the
                command gives the same.
              </p>
            )}
          </article>
        );
      })}
      <h3>Files</h3>
      <p class="actions">
        {sides.map((side) => (
          <button key={side} type="button" onClick={() => void saveConfig(side)()}>
            Save {configName(side)}
          </button>
        ))}
        {network !== undefined && (
          <button type="button" onClick={() => save('network.yaml', network, 'application/yaml')}>
            Save network.yaml
          </button>
        )}
        {networkResult.value && (
          <button type="button" onClick={() => void attempt(() => saveRun(networks, '/network', 'network'))()}>
            Save the network's run (.zip)
          </button>
        )}
      </p>
      <p class="hint">
        mnist.yaml has the device in it, for memspike mnist --config mnist.yaml; network.yaml is for memspike run
        network.yaml --out run.
      </p>
      <FaultBox text={fault} />
    </section>
  );
}
