import { useRef, useState } from 'preact/hooks';
import type { DeviceChoice } from '../../../worker/device.ts';
import type { FitRequest, FitResult } from '../../../worker/fit.ts';
import { fetchExamples, fitWorker, prepareFitWorker } from '../../devices.ts';
import { ErrorBox } from '../../parts/form.tsx';
import { setDevice } from '../../state.ts';
import { LabError } from '../../workerClient.ts';
import { FitView } from './fit.tsx';
import { ImportFields, type Reading } from './reading.tsx';

/** Largest size of dropped files, bytes. */
const MAX_BYTES = 64 * 2 ** 20;
const EXAMPLE = 'experiments/examples/pulses.csv';

interface DropProps {
  readonly side: 0 | 1;
  readonly choice: DeviceChoice;
}

interface DroppedFiles {
  readonly files: FitRequest['files'];
  readonly onto: DeviceChoice;
}

/** Area on which measurements or a device file are dropped, with the result of the fit. */
export function DropArea({ side, choice }: DropProps) {
  const [isOver, setIsOver] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string>();
  const [workingOn, setWorkingOn] = useState<string>();
  const [result, setResult] = useState<FitResult>();
  const [reading, setReading] = useState<Reading>({ keep: false, options: {} });
  const [dropped, setDropped] = useState<DroppedFiles>();
  const input = useRef<HTMLInputElement>(null);

  async function fitDroppedFiles(names: string, read: () => Promise<DroppedFiles>): Promise<void> {
    setErrorMessage(undefined);
    setResult(undefined);
    setDropped(undefined);
    setWorkingOn(names);
    try {
      const { files, onto } = await read();
      setDropped({ files, onto });
      await prepareFitWorker();
      const { kind, ...options } = reading.options as FitRequest['options'] & Pick<FitRequest, 'kind'>;
      const request = { files, onto, keep: reading.keep, options, kind };
      const fit = await fitWorker.call('fitFiles', request).done;
      setResult(fit);
      setDevice(side, { own: fit.file, set: {} });
    } catch (error) {
      if (error instanceof DOMException) return setErrorMessage(`${names} cannot be read: ${error.message}`);
      if (!(error instanceof LabError)) throw error;
      setErrorMessage(error.message);
    } finally {
      setWorkingOn(undefined);
    }
  }
  const readList = (list: FileList | undefined | null) => {
    const all = [...(list ?? [])];
    if (all.length === 0) return;
    const names = all.map(({ name }) => name).join(', ');
    const size = all.reduce((sum, file) => sum + file.size, 0);
    if (size > MAX_BYTES) {
      setResult(undefined);
      return setErrorMessage(
        `${names} ${all.length === 1 ? 'has' : 'have'} ${Math.round(size / 2 ** 20).toLocaleString('en')} MB, but at most 64 MB are read.`,
      );
    }
    const readFile = async (file: File) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    void fitDroppedFiles(names, async () => ({ files: await Promise.all(all.map(readFile)), onto: choice }));
  };
  const fitExample = () =>
    fitDroppedFiles('pulses.csv', async () => {
      const bytes = new TextEncoder().encode((await fetchExamples())[EXAMPLE]!);
      return { files: [{ name: 'pulses.csv', bytes }], onto: choice };
    });
  return (
    <section
      class="drop"
      aria-label="Your measurement"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        readList(event.dataTransfer?.files);
      }}
    >
      <p>
        Drop a measurement here (CSV, text or .xlsx): conductance or current against pulses, an I-V loop, retention,
        endurance, paired pulses, spike trains, or change against spike timing; or a device file (YAML, JSON). Each of
        several files is one device.
      </p>
      <p class="actions">
        <button type="button" onClick={() => input.current!.click()}>
          Choose a file
        </button>
        <button type="button" disabled={workingOn !== undefined} onClick={() => void fitExample()}>
          Use an example measurement
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Measurement or device file"
          onChange={({ currentTarget }) => readList(currentTarget.files)}
        />
        {dropped && (
          <button
            type="button"
            disabled={workingOn !== undefined}
            onClick={() => void fitDroppedFiles(dropped.files.map(({ name }) => name).join(', '), async () => dropped)}
          >
            Read again
          </button>
        )}
      </p>
      <ImportFields reading={reading} onChange={setReading} />
      {workingOn && (
        <p class="actions">
          <span role="status">Reading and fitting {workingOn}.</span>
          <button type="button" onClick={() => fitWorker.terminate(`Reading ${workingOn} was stopped.`)}>
            Stop reading
          </button>
        </p>
      )}
      <ErrorBox text={errorMessage} />
      {result && <FitView result={result} />}
    </section>
  );
}
