import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import { drawEnergyScale } from '../../devices/energy/report.ts';
import { resolveDeviceReferences } from '../../devices/reference.ts';
import { readConfig } from '../../network/config/load.ts';
import { evaluateParameters } from '../../network/config/parameters.ts';
import { loadHdf5ForImport, loadWithImport } from '../../network/nir/import.ts';
import { networkSchema } from '../../network/schema.ts';
import { resolveNetworkFiles } from '../../run/loadNetwork.ts';
import { RunDirectory } from '../../run/runDirectory.ts';
import { applySettings, type Experiment, type Sweep } from '../experiment.ts';

/** Experiment `run`: `memspike run` with a network file, whose top-level keys are replaced by the keys of `base`. */
export async function openNetworkExperiment({ network: file, base }: Sweep, where: string): Promise<Experiment> {
  if (file === undefined)
    throw new UserError(`${where}: \`network\` is missing: the experiment "run" needs a network file.`);
  await loadHdf5ForImport(file);
  const known = new Map<string, string>();
  return {
    schema: networkSchema,
    resolveConfig: (settings) => {
      const given = { ...readConfig(file), ...base }; // read here, because planned points no longer need the file
      const description = loadWithImport((merge) =>
        applySettings(networkSchema, given, settings, where, (all) =>
          resolveDeviceReferences(merge(evaluateParameters(all, file), file), file),
        ),
      );
      return { ...resolveNetworkFiles(description, file, known) };
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
        resume: RunDirectory.holdsRun(out),
        drawPictures: drawEnergyScale,
      });
    },
  };
}
