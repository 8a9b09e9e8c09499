import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { pageBand } from '../../../look/report/band.ts';
import type { Opened, Said } from '../../worker/draw.ts';
import { drawnImage, type Stroke } from '../drawn.ts';
import { bytes } from '../images.ts';
import { FaultBox } from '../parts/fault.tsx';
import { ChoiceField } from '../parts/number.tsx';
import { Raster } from '../parts/raster.tsx';
import { Tile } from '../parts/tile.tsx';
import { Fault, Remote } from '../remote.ts';
import { trainers } from '../trainer.ts';
import { Pad } from './draw/pad.tsx';
import { Digit } from './learn/outcome.tsx';

const own = new Remote();
const strokes = signal<readonly Stroke[]>([]);
const said = signal<Said | undefined>(undefined);
const opened = signal<Opened | undefined>(undefined);
const fault = signal<string | undefined>(undefined);

type Source = 'shipped' | 'a' | 'b';
let busy = false;
let again = false;
/** Whose network is wanted; the worker that is asked, and the one whose network is open. */
let wanted: Source = 'shipped';
let remote = own;
let shown: Remote | undefined;

/** Asks again when the answer is there, if the drawing has changed meanwhile. */
async function ask(): Promise<void> {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      const asked = remote;
      if (asked !== shown) return; // its network is about to be opened, and asked then
      const pixels = drawnImage(strokes.value);
      const answer = strokes.value.length === 0 ? undefined : await asked.call('ask', { pixels }).done;
      if (asked === shown) said.value = answer;
    } while (again);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    fault.value = error.message;
    shown = undefined; // its worker may be gone: the next stroke opens the network anew
  } finally {
    busy = false;
  }
}

async function open(source: Source): Promise<void> {
  const asked = source === 'shipped' ? own : trainers[source === 'a' ? 0 : 1].remote!;
  wanted = source;
  remote = asked;
  shown = undefined;
  said.value = undefined;
  fault.value = undefined;
  try {
    const file = source === 'shipped' ? { bytes: await bytes('digits.bin') } : {};
    const network = await asked.call('openNetwork', file).done;
    if (asked !== remote) return;
    shown = asked;
    opened.value = network;
    await ask();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    fault.value = error.message;
  }
}

const draw = (next: readonly Stroke[]): void => {
  strokes.value = next;
  void (fault.value === undefined ? ask() : open(wanted));
};

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.995 && share >= 0.0005 ? 1 : 0)} %`;

function Answer({ answer, shares }: Said) {
  return (
    <div class="answer">
      <p class="score" aria-live="polite">
        {answer < 0 ? (
          'No neuron answers.'
        ) : (
          <>
            It is a <strong data-answer={answer}>{answer}</strong>
          </>
        )}
      </p>
      <ol class="shares" start={0} aria-label="How sure the neurons are of each digit">
        {shares.map((share, digit) => (
          <li key={digit}>
            <span>{digit}</span>
            <meter aria-label={`digit ${digit}`} min={0} max={1} value={share} />
            <span>{percent(share)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Write a digit, see who answers. */
export default function Draw() {
  const [source, setSource] = useState<Source>('shipped');
  const done = trainers.filter(({ result, stage }) => stage.value === 'done' && result.value);
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    void open('shipped');
  }, []);
  const network = opened.value;
  const now = said.value;
  const sources: [Source, string][] = [
    ['shipped', 'trained beforehand'],
    ...done.map(({ side }): [Source, string] => [side === 0 ? 'a' : 'b', `yours, device ${side === 0 ? 'A' : 'B'}`]),
  ];
  return (
    <section aria-labelledby="draw-title">
      <h2 id="draw-title">Draw</h2>
      <p class="lead">
        Write a digit with mouse, pen or finger. Its pixels fire, neurons answer, and what they stand for decides. Erase
        a stroke, and see the answer change.
      </p>
      <FaultBox text={fault.value} />
      <div class="draw">
        <div>
          <Pad strokes={strokes.value} onChange={draw} />
          <form class="settings" onSubmit={(event) => event.preventDefault()}>
            <ChoiceField
              label="Network"
              value={source}
              options={sources}
              onChange={(next) => {
                setSource(next);
                void open(next);
              }}
            />
          </form>
          {network && (
            <p class="hint">
              {network.neurons} neurons, {network.accuracy.toFixed(2)} % of the test images right.
            </p>
          )}
        </div>
        <div>
          {now ? <Answer {...now} /> : <p class="hint">{network ? 'Nothing is drawn yet.' : 'Loading the network.'}</p>}
        </div>
        <div>
          {now && network && (
            <>
              <h3>Who answers</h3>
              <ul class="digits">
                <li>
                  <Digit pixels={drawnImage(strokes.value)} rows={28} columns={28} label="what the network sees" />
                  seen
                </li>
                {now.heard.slice(0, 6).map(({ neuron, spikes }) => (
                  <li key={neuron}>
                    <Tile {...network} neuron={neuron} />
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
      {now && network && (
        <>
          <h3>Spikes</h3>
          <Raster
            label="Raster of the drawn digit: pixels below, neurons above"
            data={{
              window: [0, now.duration],
              tick: 1e-3,
              marks: [],
              populations: [
                { name: network.inputs === 784 ? 'pixels' : 'features', size: network.inputs },
                { name: 'neurons', size: network.neurons },
              ].map(pageBand),
            }}
            spikes={{ ticks: now.ticks, neurons: now.neurons, populations: now.populations }}
          />
        </>
      )}
    </section>
  );
}
