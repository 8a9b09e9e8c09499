import { useRef, useState } from 'preact/hooks';
import type { DeviceChoice } from '../../../worker/deviceFile.ts';
import type { FitArgs, FitTold } from '../../../worker/fit.ts';
import { fitter as bench, examples, readyFitter as readyBench } from '../../devices.ts';
import { FaultBox } from '../../parts/fault.tsx';
import { ChoiceField } from '../../parts/number.tsx';
import { Fault } from '../../remote.ts';
import { setDevice } from '../../state.ts';
import { Fit } from './fit.tsx';
import { AS_TOLD, type Reading, ReadingFields } from './reading.tsx';

/** Larger files are no measurement of a device. */
const LARGEST = 64 * 2 ** 20;
/** No sheet has no name. */
const ALL = '';
const EXAMPLE = 'experiments/examples/pulses.csv';

interface DropProps {
  readonly side: 0 | 1;
  /** The device at hand. */
  readonly choice: DeviceChoice;
}

/** Files that were taken, and the device that they were added to. */
interface Taken {
  readonly files: FitArgs['files'];
  readonly onto: DeviceChoice;
  /** Of a workbook, once they are known, and the one to read alone. */
  readonly sheets?: readonly string[];
  readonly sheet?: string;
}

/** A place to drop measurements or a device file. */
export function Drop({ side, choice }: DropProps) {
  const [over, setOver] = useState(false);
  const [fault, setFault] = useState<string>();
  const [working, setWorking] = useState<string>();
  const [told, setTold] = useState<FitTold>();
  const [reading, setReading] = useState<Reading>(AS_TOLD);
  const [taken, setTaken] = useState<Taken>();
  const input = useRef<HTMLInputElement>(null);

  async function attempt(names: string, read: () => Promise<Taken>): Promise<void> {
    setFault(undefined);
    setTold(undefined);
    setTaken(undefined);
    setWorking(names);
    try {
      const { files, onto, sheets: known, sheet = ALL } = await read();
      setTaken({ files, onto });
      await readyBench();
      const sheets = known ?? (await bench.call('sheets', files).done);
      setTaken({ files, onto, sheets, sheet });
      const { kind, keep, decimal } = reading;
      const options = {
        ...reading.options,
        ...(decimal !== 'as told' && { decimal }),
        ...(sheet !== ALL && { sheet }),
      };
      const asked = { files, onto, keep, options, kind: kind === 'as told' ? undefined : kind };
      const found = await bench.call('fit', asked).done;
      setTold(found);
      setDevice(side, { own: found.file, set: {} });
    } catch (error) {
      if (error instanceof DOMException) return setFault(`${names} cannot be read: ${error.message}`);
      if (!(error instanceof Fault)) throw error;
      setFault(error.message);
    } finally {
      setWorking(undefined);
    }
  }
  const take = (list: FileList | undefined | null) => {
    const all = [...(list ?? [])];
    if (all.length === 0) return;
    const names = all.map(({ name }) => name).join(', ');
    const size = all.reduce((sum, file) => sum + file.size, 0);
    if (size > LARGEST) {
      setTold(undefined);
      return setFault(
        `${names} ${all.length === 1 ? 'has' : 'have'} ${Math.round(size / 2 ** 20).toLocaleString('en')} MB, but 64 MB is the most that is read.`,
      );
    }
    const bytesOf = async (file: File) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    void attempt(names, async () => ({ files: await Promise.all(all.map(bytesOf)), onto: choice }));
  };
  const example = () =>
    attempt('pulses.csv', async () => {
      const bytes = new TextEncoder().encode((await examples())[EXAMPLE]!);
      return { files: [{ name: 'pulses.csv', bytes }], onto: choice };
    });
  return (
    <section
      class="drop"
      aria-label="Your measurement"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <p>
        Drop a measurement here (CSV, text or .xlsx): conductance or current against pulses, a loop of current and
        voltage, retention, endurance, paired or trains of spikes, change against spike timing; or a device file (YAML,
        JSON). Of several files each is a device.
      </p>
      <p class="actions">
        <button type="button" onClick={() => input.current!.click()}>
          Choose a file
        </button>
        <button type="button" disabled={working !== undefined} onClick={() => void example()}>
          Take an example measurement
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Measurement or device file"
          onChange={({ currentTarget }) => take(currentTarget.files)}
        />
        {taken && (
          <button
            type="button"
            disabled={working !== undefined}
            onClick={() => void attempt(taken.files.map(({ name }) => name).join(', '), async () => taken)}
          >
            Read it again
          </button>
        )}
      </p>
      {taken?.sheets && taken.sheets.length > 1 && (
        <ChoiceField
          label="Sheet of the workbook, then read it again"
          value={taken.sheet ?? ALL}
          options={[[ALL, 'all that hold readings'], ...taken.sheets]}
          onChange={(sheet) => setTaken({ ...taken, sheet })}
        />
      )}
      <ReadingFields reading={reading} onChange={setReading} />
      {working && (
        <p class="actions">
          <span role="status">Reading and fitting {working}.</span>
          <button type="button" onClick={() => bench.end(`Reading ${working} was stopped.`)}>
            Stop reading
          </button>
        </p>
      )}
      <FaultBox text={fault} />
      {told && <Fit told={told} />}
    </section>
  );
}
