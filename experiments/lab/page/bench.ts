import { signal } from '@preact/signals';
import type { Described, Measured } from '../worker/device.ts';
import type { DeviceChoice } from '../worker/deviceFile.ts';
import { readyBench } from './devices.ts';
import { Fault, type Running } from './remote.ts';

/** Parts that are shown, the quick ones first. */
export const SHOWN = [
  'pulses',
  'writeEnergy',
  'stdp',
  'currentVoltage',
  'pairedPulse',
  'retention',
  'endurance',
] as const;

/** What is known of one device: its parameters, and its curves as far as they are measured. */
export class Bench {
  readonly described = signal<Described | undefined>(undefined);
  readonly measured = signal<Readonly<Record<string, Measured>>>({});
  readonly fault = signal<string | undefined>(undefined);
  readonly working = signal(false);
  #wanted: DeviceChoice | undefined;
  #running: Running<void> | undefined;

  /** Measures a device, and leaves off what it did before. While it works only the last wish is remembered. */
  show(choice: DeviceChoice): void {
    if (JSON.stringify(choice) === JSON.stringify(this.#wanted)) return;
    this.#wanted = choice;
    this.#running?.stop();
    if (!this.working.value) void this.#work();
  }

  async #work(): Promise<void> {
    this.working.value = true;
    let choice: DeviceChoice | undefined;
    while (choice !== this.#wanted) {
      choice = this.#wanted!;
      try {
        const bench = await readyBench();
        this.described.value = await bench.call('describe', choice).done;
        this.fault.value = undefined;
        this.#running = bench.call('measure', { choice, devices: 20, parts: SHOWN }, (news: Measured) => {
          this.measured.value = { ...this.measured.value, [news.part]: news };
        });
        await this.#running.done;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.fault.value = error.message;
      }
    }
    this.working.value = false;
  }
}

export const benches: readonly [Bench, Bench] = [new Bench(), new Bench()];
export type Names = {
  readonly presets: readonly { readonly name: string; readonly what: string }[];
  readonly models: readonly { readonly name: string; readonly what: string }[];
};
export const names = signal<Names | undefined>(undefined);

export async function loadNames(): Promise<void> {
  names.value ??= await (await readyBench()).call('deviceNames', undefined).done;
}
