import { signal } from '@preact/signals';
import type { DeviceChoice, DeviceDescription, MeasuredPart } from '../worker/device.ts';
import { prepareDeviceWorker } from './devices.ts';
import { type RunningCall, reportErrors } from './workerClient.ts';

/** Names of the characterisation measurements shown, the fastest first. */
export const SHOWN_MEASUREMENTS = [
  'pulses',
  'writeEnergy',
  'stdp',
  'currentVoltage',
  'pairedPulse',
  'retention',
  'endurance',
] as const;

/** Parameters of one device, and its measured characteristic curves. */
export class DeviceCurves {
  readonly description = signal<DeviceDescription | undefined>(undefined);
  readonly measured = signal<Readonly<Record<string, MeasuredPart>>>({});
  readonly errorMessage = signal<string | undefined>(undefined);
  readonly isWorking = signal(false);
  #requested: DeviceChoice | undefined;
  #running: RunningCall<void> | undefined;

  /** Measures a device; stops the previous measurement. While a measurement runs, only the latest request is kept. */
  measure(choice: DeviceChoice): void {
    if (JSON.stringify(choice) === JSON.stringify(this.#requested)) return;
    this.#requested = choice;
    this.#running?.stop();
    if (!this.isWorking.value) void this.#measureRequested();
  }

  async #measureRequested(): Promise<void> {
    this.isWorking.value = true;
    let choice: DeviceChoice | undefined;
    while (choice !== this.#requested) {
      choice = this.#requested!;
      await reportErrors(this.#measureOnce(choice), this.errorMessage);
    }
    this.isWorking.value = false;
  }

  async #measureOnce(choice: DeviceChoice): Promise<void> {
    const worker = await prepareDeviceWorker();
    this.description.value = await worker.call('describeDevice', choice).done;
    this.errorMessage.value = undefined;
    const request = { choice, devices: 20, parts: SHOWN_MEASUREMENTS };
    this.#running = worker.call('measureDevice', request, (part: MeasuredPart) => {
      this.measured.value = { ...this.measured.value, [part.part]: part };
    });
    await this.#running.done;
  }
}

export const deviceCurves: readonly [DeviceCurves, DeviceCurves] = [new DeviceCurves(), new DeviceCurves()];
type DeviceNames = Readonly<
  Record<'presets' | 'models', readonly { readonly name: string; readonly description: string }[]>
>;
export const deviceNames = signal<DeviceNames | undefined>(undefined);

export async function loadDeviceNames(): Promise<void> {
  deviceNames.value ??= await (await prepareDeviceWorker()).call('listDevices', undefined).done;
}
