import { once } from 'node:events';
import { integer, object, optional, text } from '../../core/declare/params.ts';
import { formatCount } from '../../core/declare/show.ts';
import { listLabFiles } from '../lab/files.ts';
import { serveLab } from '../lab/server.ts';
import { writeSite } from '../lab/site.ts';
import { defineCommand } from './command.ts';
import { dataOption, progressOptions } from './options.ts';

export default defineCommand({
  options: object({
    port: optional(integer({ min: 1, max: 65535, help: 'TCP port of the web page; default: any free port' })),
    data: dataOption,
  }),
  examples: ['lab', 'lab --port 8080', 'lab --data fashion-mnist'],
  handler: async ({ port = 0, data: directory }, { signal }) => {
    const server = await serveLab(listLabFiles(directory), port);
    console.log(`The lab is at ${server.url} until Ctrl-C.`);
    if (!signal.aborted) await once(signal, 'abort');
    await server.stop();
  },
});

export const buildCommand = defineCommand({
  positionals: object({
    directory: text({ help: 'directory for the web site: new, empty, or with an earlier built lab' }),
  }),
  options: object({ data: dataOption, progress: progressOptions.progress }),
  examples: ['lab build site', 'lab build public/lab --data fashion-mnist'],
  handler: ({ directory, data: images, progress: mode }) => {
    const { files, bytes } = writeSite(directory, listLabFiles(images), mode);
    console.log(
      `${directory} holds the lab: ${formatCount(files, 'file')}, ${(bytes / 1e6).toFixed(1)} MB. Any web server can host it, also under a path.`,
    );
  },
});
