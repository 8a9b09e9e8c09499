import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import { drawEnergy } from '../../devices/energy/report.ts';
import { withDevices } from '../../devices/reference.ts';
import { readConfig } from '../../network/config/load.ts';
import { prepareImport, withImport } from '../../network/nir/import.ts';
import { networkSchema } from '../../network/schema.ts';
import { absolutePaths } from '../../run/loadNetwork.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import { type Experiment, type Sweep, settle } from '../experiment.ts';

/** `memspike run` on a network file; `base` is laid over its top level. */
export async function network({ network: file, base }: Sweep, where: string): Promise<Experiment> {
  if (file === undefined)
    throw new UserError(`${where}: network is missing: the experiment "run" must name a network file.`);
  await prepareImport(file);
  const known = new Map<string, string>();
  return {
    schema: networkSchema,
    resumes: true,
    testSet: () => undefined,
    resolve: (settings) => {
      const given = { ...readConfig(file), ...base }; // only now: a planned point needs the file no more
      const description = settle(networkSchema, given, settings, where, (all) =>
        withDevices(withImport(all, file), file),
      );
      return { ...absolutePaths(description, file, known) };
    },
    run: async (config, { out, signal, checkpointEvery }) => {
      const { runNetwork } = await import('../../run/run.ts');
      const description = validate(networkSchema, config, out);
      return runNetwork({
        description,
        source: out,
        out,
        signal,
        checkpointEvery,
        resume: RunDirectory.isTaken(out),
        draw: drawEnergy,
      });
    },
  };
}
