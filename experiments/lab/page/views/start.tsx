import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatTrainedDeviceNames } from '../devices.ts';
import { Button, ErrorBox } from '../parts/form.tsx';
import { getChosenDevice, openView } from '../state.ts';
import { startTrainings, trainers } from '../trainer.ts';
import { runSerially, showUserErrors } from '../workerClient.ts';
import type { DropAreaProps } from './device/drop.tsx';
import { advanceDigitShow, digitShowState, SPIKE_DISPLAY_MS, showNextDigit } from './start/digitShow.ts';
import { CANVAS_HEIGHT, CANVAS_WIDTH, createDigitPainter } from './start/showCanvas.ts';
import { SpreadSlider } from './start/spread.tsx';

/** Canvas pixels per CSS pixel, for sharp pictures on dense displays. */
const PIXEL_DENSITY = 2;
const errorMessage = signal<string | undefined>(undefined);
/** Drop area, loaded after the show has begun, because its module includes the plots of fits. */
const dropArea = signal<ComponentType<DropAreaProps> | undefined>(undefined);

const nextDigit = runSerially(() => {
  errorMessage.value = undefined;
  return showUserErrors(showNextDigit(), errorMessage);
});

async function openStart() {
  if (digitShowState.digit.peek() === undefined) await nextDigit();
  dropArea.value ??= (await import('./device/drop.tsx')).DropArea;
}

function togglePlaying() {
  digitShowState.isPlaying.value = !digitShowState.isPlaying.value;
  if (errorMessage.value !== undefined) void nextDigit();
}

function stepDigit() {
  digitShowState.isPlaying.value = false;
  void nextDigit();
}

function DigitShow() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const network = digitShowState.network.value;
  useEffect(() => {
    if (network === undefined) return;
    const draw = createDigitPainter(canvas.current!, network);
    let [frame, latest] = [0, performance.now()];
    const animate = (now: number) => {
      const { progress, isNextDue } = advanceDigitShow(now - latest);
      latest = now;
      const digit = digitShowState.digit.peek();
      if (digit) draw(digit, progress);
      if (isNextDue && digitShowState.isPlaying.peek()) void nextDigit();
      frame = requestAnimationFrame(animate);
    };
    frame = requestAnimationFrame(animate);
    return () => cancelAnimationFrame(frame);
  }, [network]);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === ' ') togglePlaying();
    else if (event.key === 'ArrowRight') stepDigit();
    else return;
    event.preventDefault();
  };
  const { digit, tally, imageCount, isPlaying } = digitShowState;
  const { shown, correct } = tally.value;
  const present = digit.value;
  const isAnswered = present !== undefined && shown > present.imageIndex;
  const answer = present?.answer.predictedClass;
  return (
    <section aria-label="Network that classifies test images">
      <canvas
        ref={canvas}
        class="show"
        width={PIXEL_DENSITY * CANVAS_WIDTH}
        height={PIXEL_DENSITY * CANVAS_HEIGHT}
        tabindex={0}
        role="img"
        aria-label={`${present ? `Test image ${present.imageIndex + 1}, a ${present.label}.` : 'Loading.'} Left: the image. Right: receptive fields of the neurons, sorted by class. Space pauses, the right arrow key shows the next image.`}
        onKeyDown={onKey}
      />
      <p class="score" data-shown={shown}>
        {isAnswered ? (
          <>
            Answer <strong>{answer! < 0 ? 'none' : answer}</strong>, label {present.label}:{' '}
            {answer === present.label ? 'correct' : 'wrong'}.{' '}
          </>
        ) : (
          'Spikes of the pixels travel to all neurons. '
        )}
        <strong>
          {correct} of {shown}
        </strong>{' '}
        correct
      </p>
      <p class="actions">
        <Button text={isPlaying.value ? 'Pause' : 'Play'} disabled={!network} onClick={togglePlaying} />
        <Button text="Next image" disabled={!network} onClick={stepDigit} />
      </p>
      <p class="hint">
        {network
          ? `${network.neuronCount} neurons; the first ${imageCount.value} of ${network.testCount.toLocaleString('en')} test images, in their order. Of all test images, ${network.accuracy.toFixed(2)} % are correct. An image is presented for ${network.presentationTime} ms, shown in ${SPIKE_DISPLAY_MS / 1000} s. A lit receptive field is a neuron that has fired.`
          : 'Loading the network.'}
      </p>
      <ErrorBox text={errorMessage.value} />
    </section>
  );
}

export default function Start() {
  useEffect(() => void showUserErrors(openStart(), errorMessage), []);
  const DropArea = dropArea.value;
  const device = getChosenDevice(0);
  return (
    <div class="start">
      <DigitShow />
      <div>
        <SpreadSlider />
        <h3>What would your device learn?</h3>
        {DropArea ? (
          <DropArea side={0} choice={device ?? { model: 'exponential', set: {} }} hidden={false} />
        ) : (
          <p class="hint">Loading.</p>
        )}
        <p class="actions">
          {device && (
            <Button
              text={`Train ${formatTrainedDeviceNames()}`}
              class="main"
              disabled={trainers.some((trainer) => trainer.isBusy)}
              onClick={() => startTrainings()}
            />
          )}
          <Button text={device ? 'Show its curves' : 'Choose a published device'} onClick={() => openView('device')} />
        </p>
      </div>
    </div>
  );
}
