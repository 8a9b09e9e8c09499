import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { addStripColours } from '../../../report/colouredBand.ts';
import type { Classification, OpenedNetwork } from '../../worker/classify.ts';
import { fetchBytes } from '../devices.ts';
import { ChoiceField, ErrorBox } from '../parts/form.tsx';
import { Digit, ReceptiveField } from '../parts/pixelImage.tsx';
import { Raster } from '../parts/raster.tsx';
import { renderStrokes, type Stroke } from '../strokes.ts';
import { trainers } from '../trainer.ts';
import { LabError, reportErrors, WorkerClient } from '../workerClient.ts';
import { DrawingPad } from './draw/pad.tsx';

const ownWorker = new WorkerClient();
const strokes = signal<readonly Stroke[]>([]);
const classification = signal<Classification | undefined>(undefined);
const openedNetwork = signal<OpenedNetwork | undefined>(undefined);
const errorMessage = signal<string | undefined>(undefined);

type Source = 'shipped' | 'a' | 'b';
let isBusy = false;
let hasChanged = false;
/** Chosen network, its worker, and the worker whose network is open. */
let chosenSource: Source = 'shipped';
let chosenWorker = ownWorker;
let openWorker: WorkerClient | undefined;

/** Classifies the drawing, and again if it changes meanwhile. */
async function classifyDrawing(): Promise<void> {
  if (isBusy) {
    hasChanged = true;
    return;
  }
  isBusy = true;
  try {
    do {
      hasChanged = false;
      const worker = chosenWorker;
      if (worker !== openWorker) return; // openNetwork classifies once the network is open
      const pixels = renderStrokes(strokes.value);
      const answer = strokes.value.length === 0 ? undefined : await worker.call('classify', { pixels }).done;
      if (worker === openWorker) classification.value = answer;
    } while (hasChanged);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    errorMessage.value = error.message;
    openWorker = undefined; // the worker may have ended: the next stroke opens the network again
  } finally {
    isBusy = false;
  }
}

async function openNetwork(source: Source): Promise<void> {
  const worker = source === 'shipped' ? ownWorker : trainers[source === 'a' ? 0 : 1].worker!;
  chosenSource = source;
  chosenWorker = worker;
  openWorker = undefined;
  classification.value = undefined;
  errorMessage.value = undefined;
  const file = source === 'shipped' ? { bytes: await fetchBytes('digits.bin') } : {};
  const network = await worker.call('openNetwork', file).done;
  if (worker !== chosenWorker) return;
  openWorker = worker;
  openedNetwork.value = network;
  await classifyDrawing();
}

const showNetwork = (source: Source): void => void reportErrors(openNetwork(source), errorMessage);

const changeStrokes = (next: readonly Stroke[]): void => {
  strokes.value = next;
  if (errorMessage.value === undefined) void classifyDrawing();
  else showNetwork(chosenSource);
};

const formatPercent = (share: number): string => `${(100 * share).toFixed(share < 0.995 && share >= 0.0005 ? 1 : 0)} %`;

function Answer({ answer, probabilities }: Classification) {
  return (
    <div class="answer">
      <p class="score" aria-live="polite">
        {answer < 0 ? (
          'No neuron fires.'
        ) : (
          <>
            Answer: <strong data-answer={answer}>{answer}</strong>
          </>
        )}
      </p>
      <ol class="shares" start={0} aria-label="Probability of each digit">
        {probabilities.map((probability, digit) => (
          <li key={digit}>
            <span>{digit}</span>
            <meter aria-label={`digit ${digit}`} min={0} max={1} value={probability} />
            <span>{formatPercent(probability)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** View in which a network classifies drawn digits. */
export default function Draw() {
  const [source, setSource] = useState<Source>('shipped');
  const done = trainers.filter(({ result, stage }) => stage.value === 'done' && result.value);
  const isOpened = useRef(false);
  useEffect(() => {
    if (isOpened.current) return;
    isOpened.current = true;
    showNetwork('shipped');
  }, []);
  const network = openedNetwork.value;
  const answer = classification.value;
  const sources: [Source, string][] = [
    ['shipped', 'trained in advance'],
    ...done.map(({ name }): [Source, string] => [name, `yours, device ${name.toUpperCase()}`]),
  ];
  return (
    <section aria-labelledby="draw-title">
      <h2 id="draw-title">Draw</h2>
      <p class="lead">
        Write a digit with mouse, pen or finger. Its pixels drive the neurons, and the classes of the neurons that fire
        decide the answer. Erase a stroke to see the answer change.
      </p>
      <ErrorBox text={errorMessage.value} />
      <div class="draw">
        <div>
          <DrawingPad strokes={strokes.value} onChange={changeStrokes} />
          <form class="settings" onSubmit={(event) => event.preventDefault()}>
            <ChoiceField
              label="Network"
              value={source}
              options={sources}
              onChange={(next) => {
                setSource(next);
                showNetwork(next);
              }}
            />
          </form>
          {network && (
            <p class="hint">
              {network.neurons} neurons, {network.accuracy.toFixed(2)} % of the test images correct.
            </p>
          )}
        </div>
        <div>
          {answer ? <Answer {...answer} /> : <p class="hint">{network ? 'Draw a digit.' : 'Loading the network.'}</p>}
        </div>
        <div>
          {answer && network && (
            <>
              <h3>Most active neurons</h3>
              <ul class="digits">
                <li>
                  <Digit pixels={renderStrokes(strokes.value)} rows={28} columns={28} label="input of the network" />
                  input
                </li>
                {answer.activeNeurons.slice(0, 6).map(({ neuron, spikes }) => (
                  <li key={neuron}>
                    <ReceptiveField {...network} neuron={neuron} />
                    {network.classes[neuron]! < 0 ? '–' : network.classes[neuron]}
                    <br />
                    <span class="hint">
                      {spikes} {spikes === 1 ? 'spike' : 'spikes'}
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      </div>
      {answer && network && (
        <>
          <h3>Spikes</h3>
          <Raster
            label="Raster of the drawn digit: pixels below, neurons above"
            data={{
              window: [0, answer.duration],
              tick: 1e-3,
              marks: [],
              populations: [
                { name: network.inputs === 784 ? 'pixels' : 'features', size: network.inputs },
                { name: 'neurons', size: network.neurons },
              ].map(addStripColours),
            }}
            spikes={{ ticks: answer.ticks, neurons: answer.neurons, populations: answer.populations }}
          />
        </>
      )}
    </section>
  );
}
