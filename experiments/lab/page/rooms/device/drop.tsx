import { useRef, useState } from 'preact/hooks';
import type { FitTold } from '../../../worker/fit.ts';
import { bench, examples, readyBench } from '../../devices.ts';
import { FaultBox } from '../../parts/fault.tsx';
import { Fault } from '../../remote.ts';
import { setDevice } from '../../state.ts';
import { Fit } from './fit.tsx';

/** Larger files are no measurement of a device. */
const LARGEST = 64 * 2 ** 20;
const EXAMPLE = 'experiments/examples/pulses.csv';

/** A place to drop a measurement or a device file. */
export function Drop({ side }: { readonly side: 0 | 1 }) {
  const [over, setOver] = useState(false);
  const [fault, setFault] = useState<string>();
  const [working, setWorking] = useState<string>();
  const [told, setTold] = useState<FitTold>();
  const input = useRef<HTMLInputElement>(null);

  async function take(name: string, size: number, read: () => Promise<ArrayBuffer>): Promise<void> {
    setFault(undefined);
    setTold(undefined);
    if (size > LARGEST)
      return setFault(
        `${name} has ${Math.round(size / 2 ** 20).toLocaleString('en')} MB, but 64 MB is the most that is read.`,
      );
    setWorking(name);
    try {
      await readyBench();
      const found = await bench.call('fit', { name, bytes: new Uint8Array(await read()) }).done;
      setTold(found);
      setDevice(side, { own: found.file, set: {} });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      setFault(error.message);
    } finally {
      setWorking(undefined);
    }
  }
  const files = (list: FileList | undefined | null) => {
    const file = list?.[0];
    if (file) void take(file.name, file.size, () => file.arrayBuffer());
  };
  async function example(): Promise<void> {
    const text = new TextEncoder().encode((await examples())[EXAMPLE]!);
    await take('pulses.csv', text.length, async () => text.buffer);
  }
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
        files(event.dataTransfer?.files);
      }}
    >
      <p>
        Drop a measurement here (CSV, text or .xlsx: conductance or current against pulses), or a device file (YAML,
        JSON).
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
          hidden
          aria-label="Measurement or device file"
          onChange={({ currentTarget }) => files(currentTarget.files)}
        />
      </p>
      {working && <p role="status">Reading and fitting {working}.</p>}
      <FaultBox text={fault} />
      {told && <Fit told={told} />}
    </section>
  );
}
