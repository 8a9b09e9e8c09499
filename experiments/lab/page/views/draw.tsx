import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Classification, OpenedNetwork } from '../../worker/classify.ts';
import { Button, ChoiceField, ErrorBox } from '../parts/form.tsx';
import { PixelImage } from '../parts/pixelImage.tsx';
import { Raster } from '../parts/raster.tsx';
import type { DeviceIndex } from '../state.ts';
import { drawStrokes, rasteriseStrokes, type Stroke } from '../strokes.ts';
import { trainers } from '../trainer.ts';
import { runSerially, showUserErrors, WorkerClient } from '../workerClient.ts';

const ownWorker = new WorkerClient();
const strokes = signal<readonly Stroke[]>([]);
const classification = signal<Classification | undefined>(undefined);
const openedNetwork = signal<OpenedNetwork | undefined>(undefined);
const errorMessage = signal<string | undefined>(undefined);
/** Network that classifies: `shipped` with the lab, or the network of training 0 or 1. */
const source = signal<'shipped' | '0' | '1'>('shipped');
/** Worker in which the network is open, and the strokes that this worker has classified. */
let [openWorker, classifiedStrokes]: [WorkerClient?, (readonly Stroke[])?] = [];

async function openAndClassify() {
  const worker = source.value === 'shipped' ? ownWorker : trainers[Number(source.value) as DeviceIndex].worker!;
  if (worker === openWorker && strokes.value === classifiedStrokes) return;
  if (worker !== openWorker) {
    classification.value = undefined;
    openedNetwork.value = await worker.call('openNetwork', { isTrained: worker !== ownWorker }).result;
    openWorker = worker;
  }
  classifiedStrokes = strokes.value;
  const pixels = rasteriseStrokes(strokes.value);
  classification.value = strokes.value.length > 0 ? await worker.call('classify', { pixels }).result : undefined;
}

const classifyDrawing = runSerially(async () => {
  errorMessage.value = undefined;
  await showUserErrors(openAndClassify(), errorMessage);
  if (errorMessage.value !== undefined) openWorker = undefined; // the worker may have ended
});

const changeStrokes = (next: readonly Stroke[]) => {
  strokes.value = next;
  void classifyDrawing();
};

const formatProbability = (p: number): string => `${(100 * p).toFixed(p < 0.995 && p >= 0.0005 ? 1 : 0)} %`;

/** Reason why a drawing is not accepted as a digit; undefined for accepted drawings. */
function explainDoubt({ predictedClass, margin, match, limits }: Classification): string | undefined {
  if (predictedClass < 0) return 'no neuron fires';
  if (limits === undefined) return undefined;
  const reach = (limit: number) => `${limit.toFixed(2)}, which 95 % of the correctly classified training images reach`;
  if (match < limits.match)
    return `the drawing resembles no digit that the network has learned (similarity ${match.toFixed(2)}, below ${reach(limits.match)})`;
  if (margin < limits.margin)
    return `the votes for ${predictedClass} lead by ${margin.toFixed(2)} of all votes, below ${reach(limits.margin)}`;
  return undefined;
}

function Answer(classification: Classification) {
  const { predictedClass: answer, probabilities } = classification;
  const doubt = explainDoubt(classification);
  if (doubt !== undefined)
    return (
      <div class="answer">
        <p class="score" aria-live="polite">
          <strong data-answer="not sure">not sure</strong>
        </p>
        <p class="hint">{doubt}.</p>
      </div>
    );
  return (
    <div class="answer">
      <p class="score" aria-live="polite">
        Answer: <strong data-answer={answer}>{answer}</strong>
      </p>
      <ol class="shares" start={0} aria-label="Probability of each digit">
        {probabilities.map((probability, digit) => (
          <li key={digit}>
            <span>{digit}</span>
            <meter aria-label={`digit ${digit}`} min={0} max={1} value={probability} />
            <span>{formatProbability(probability)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

export default function Draw() {
  const done = trainers.filter(({ result, stage }) => stage.value === 'done' && result.value);
  useEffect(() => void classifyDrawing(), []);
  const network = openedNetwork.value;
  const answer = classification.value;
  const sources: [typeof source.value, string][] = [
    ['shipped', 'trained in advance'],
    ...done.map(({ deviceIndex, deviceName }): [typeof source.value, string] => [
      deviceIndex === 0 ? '0' : '1',
      `yours: ${deviceName}`,
    ]),
  ];
  return (
    <>
      <ErrorBox text={errorMessage.value} />
      <div class="draw">
        <div>
          <DrawingPad strokes={strokes.value} onChange={changeStrokes} />
          <form class="settings" onSubmit={(event) => event.preventDefault()}>
            <ChoiceField
              label="Network"
              value={source.value}
              options={sources}
              onChange={(next) => {
                source.value = next;
                void classifyDrawing();
              }}
            />
          </form>
          {network && (
            <p class="hint">
              {network.neuronCount} neurons, {network.accuracy.toFixed(2)} % of the test images correct.
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
                  <PixelImage
                    pixels={rasteriseStrokes(strokes.value)}
                    rows={28}
                    columns={28}
                    label="input of the network"
                  />
                  input
                </li>
                {answer.activeNeurons.slice(0, 6).map(({ neuron, spikes }) => (
                  <li key={neuron}>
                    <PixelImage
                      pixels={network.weightBytes.filter((_, i) => i % network.neuronCount === neuron)}
                      rows={network.rows}
                      columns={network.columns}
                      label={`receptive field of neuron ${neuron}`}
                    />
                    {network.neuronClasses[neuron]! < 0 ? '–' : network.neuronClasses[neuron]}
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
            populations={[
              { name: network.inputCount === 784 ? 'pixels' : 'features', size: network.inputCount },
              { name: 'neurons', size: network.neuronCount },
            ]}
            {...answer.raster}
          />
        </>
      )}
    </>
  );
}

type PadProps = { readonly strokes: readonly Stroke[]; readonly onChange: (strokes: readonly Stroke[]) => void };

const SIDE = 320;
const PEN_WIDTH = 24;
/** Distance from the pointer within which a stroke is erased, as a fraction of the side of the pad. */
const ERASER_RADIUS = 0.06;
const ring = (cx: number, cy: number, rx: number, ry: number): Stroke =>
  Array.from({ length: 25 }, (_, i) => ({
    x: cx + rx * Math.sin((i / 12) * Math.PI),
    y: cy - ry * Math.cos((i / 12) * Math.PI),
  }));
const line = (...xy: readonly number[]): Stroke =>
  Array.from({ length: xy.length / 2 }, (_, i) => ({ x: xy[2 * i]!, y: xy[2 * i + 1]! }));
const DIGIT_STROKES: Readonly<Record<string, readonly Stroke[]>> = {
  0: [ring(0.5, 0.5, 0.2, 0.3)],
  1: [line(0.52, 0.2, 0.48, 0.8)],
  2: [line(0.33, 0.34, 0.4, 0.24, 0.52, 0.2, 0.64, 0.27, 0.65, 0.4, 0.5, 0.58, 0.32, 0.78, 0.7, 0.78)],
  3: [line(0.33, 0.25, 0.6, 0.22, 0.66, 0.34, 0.5, 0.48, 0.66, 0.58, 0.66, 0.72, 0.5, 0.8, 0.32, 0.75)],
  4: [line(0.35, 0.2, 0.3, 0.52, 0.68, 0.5), line(0.64, 0.22, 0.6, 0.82)],
  7: [line(0.3, 0.25, 0.7, 0.25, 0.48, 0.8)],
};

const distanceTo = (stroke: Stroke, x: number, y: number): number =>
  stroke.reduce((least, p) => Math.min(least, Math.hypot(p.x - x, p.y - y)), Infinity);

function DrawingPad({ strokes, onChange }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const stroke = useRef<{ x: number; y: number }[]>();
  const [isErasing, setErasing] = useState(false);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    context.clearRect(0, 0, SIDE, SIDE);
    context.strokeStyle = getComputedStyle(canvas.current!).color;
    drawStrokes(context, strokes, PEN_WIDTH, SIDE);
  }, [strokes]);
  const positionOf = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  const erase = (event: PointerEvent) => {
    const { x, y } = positionOf(event);
    const remaining = strokes.filter((stroke) => distanceTo(stroke, x, y) > ERASER_RADIUS);
    if (remaining.length < strokes.length) onChange(remaining);
  };
  const startStroke = (event: PointerEvent) => {
    event.preventDefault();
    canvas.current!.setPointerCapture(event.pointerId);
    stroke.current = [positionOf(event)];
    if (isErasing) erase(event);
    else onChange([...strokes, stroke.current]);
  };
  const continueStroke = (event: PointerEvent) => {
    if (stroke.current === undefined) return;
    if (isErasing) return erase(event);
    stroke.current = [...stroke.current, positionOf(event)];
    onChange([...strokes.slice(0, -1), stroke.current]);
  };
  const endStroke = () => {
    stroke.current = undefined;
  };
  const onKey = (event: KeyboardEvent) => {
    const digit = DIGIT_STROKES[event.key];
    if (digit) onChange(digit);
    else if (event.key === 'Backspace') onChange(strokes.slice(0, -1));
    else if (event.key === 'Delete') onChange([]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <canvas
        ref={canvas}
        class="pad"
        width={SIDE}
        height={SIDE}
        tabindex={0}
        role="img"
        aria-label="Pad for drawing a digit; keys 0, 1, 2, 3, 4 and 7 draw one, Backspace removes the last stroke"
        data-erasing={isErasing}
        onPointerDown={startStroke}
        onPointerMove={continueStroke}
        onPointerUp={endStroke}
        onPointerCancel={endStroke}
        onKeyDown={onKey}
      />
      <p class="actions">
        <Button text="Eraser" aria-pressed={isErasing} onClick={() => setErasing(!isErasing)} />
        <Button text="Undo" disabled={strokes.length === 0} onClick={() => onChange(strokes.slice(0, -1))} />
        <Button text="Clear" disabled={strokes.length === 0} onClick={() => onChange([])} />
      </p>
    </>
  );
}
