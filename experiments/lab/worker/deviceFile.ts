import type { Mapping } from '../../network/config/override.ts';

/** A device as the page has it: a preset, a model or a file of one's own, and what was changed of it, by path. */
export interface DeviceChoice {
  readonly preset?: string | undefined;
  readonly model?: string | undefined;
  readonly own?: Mapping | undefined;
  /** Values by their paths in the device file, `device.gMax`; null takes a part away. */
  readonly set: Mapping;
}
