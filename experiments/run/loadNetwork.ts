import { withDevices } from '../devices/reference.ts';
import { loadConfig } from '../network/config/load.ts';
import type { Mapping } from '../network/config/override.ts';
import { bareImport, isNirFile, prepareImport, withImport } from '../network/nir/import.ts';
import { type NetworkDescription, networkSchema } from '../network/schema.ts';
import { absolutePaths } from './description.ts';

interface LoadOptions {
  /** Values to override, `path=value`, as `--set` takes them. */
  readonly set?: readonly string[];
  /** Is told what the user should know of a network that is imported. Default: nobody is. */
  readonly tell?: (note: string) => void;
}

/**
 * A network file (YAML or JSON), or a NIR file as one, with all that it names: devices, imported networks, files with their hashes.
 * `buildNetwork` makes a network of it, `runNetwork` runs it into a directory.
 * @throws UserError with the mistakes
 */
export async function loadNetwork(file: string, { set = [], tell }: LoadOptions = {}): Promise<NetworkDescription> {
  await prepareImport(file);
  const bare = isNirFile(file);
  const complete = (given: Mapping) =>
    withDevices(withImport(bare ? { ...bareImport(file), ...given } : given, file, tell), file);
  const sources = { file: bare ? undefined : file, set, complete };
  return absolutePaths(loadConfig(networkSchema, sources, file), file);
}
