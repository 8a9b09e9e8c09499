import { once } from 'node:events';
import { isatty } from 'node:tty';
import { flag, object, text } from '../../core/declare/params.ts';
import { formatCount } from '../../core/declare/show.ts';
import { listLabFiles } from '../lab/files.ts';
import { serveLab } from '../lab/server.ts';
import { writeLabSite } from '../lab/site.ts';
import { findTopic } from '../manual/topics.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { dataDirectoryOption, defineCountOption, defineListOption, progressOptions } from './options.ts';

const portOption = defineCountOption('TCP port of the web page; default: any free port', 65535);

/** True if the command has a terminal and the machine has a screen, so that a browser can be opened. */
export const canOpenBrowser = (
  isTerminal: boolean = isatty(1),
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean =>
  isTerminal &&
  (platform !== 'linux' || [env.DISPLAY, env.WAYLAND_DISPLAY, env.WSL_DISTRO_NAME].some((name) => Boolean(name)));

/** Opens an address in the user's browser, if there is one; the caller must already have printed the address. */
async function openBrowser(url: string): Promise<void> {
  if (!canOpenBrowser()) return;
  const { default: open } = await import('open');
  try {
    await open(url);
  } catch (error) {
    console.error(`No browser was opened: ${(error as Error).message}`);
  }
}

interface SiteRequest {
  readonly port?: number | undefined;
  /** Directory of the training and test images. */
  readonly data?: string | undefined;
  readonly open: boolean;
}

/** Serves the lab and the manual over HTTP until Ctrl-C. @param address path of the page to open @param name `lab` or `manual` */
async function serveSite(
  { port = 0, data, open }: SiteRequest,
  address: string,
  name: string,
  { signal }: CommandContext,
) {
  const server = await serveLab(listLabFiles(data), port);
  console.log(`The ${name} is at ${server.url}${address} until Ctrl-C.`);
  if (open) await openBrowser(`${server.url}${address}`);
  if (!signal.aborted) await once(signal, 'abort');
  await server.stop();
}

export default defineCommand({
  options: object({
    port: portOption,
    data: dataDirectoryOption,
    open: flag({ help: 'open the lab in the browser' }),
  }),
  handler: (options, context) => serveSite(options, '', 'lab', context),
});

export const docsCommand = defineCommand({
  positionals: object({ topic: defineListOption('page of the manual or term of its glossary; default: the contents') }),
  options: object({ port: portOption }),
  handler: ({ topic, port }, context) => {
    const address = topic.length === 0 ? '' : findTopic(topic).address;
    return serveSite({ port, open: true }, `manual/${address}`, 'manual', context);
  },
});

export const buildCommand = defineCommand({
  positionals: object({
    directory: text({ help: 'directory for the web site: new, empty, or with an earlier built lab' }),
  }),
  options: object({ data: dataDirectoryOption, progress: progressOptions.progress }),
  handler: ({ directory, data: images, progress: mode }) => {
    const { files, bytes } = writeLabSite(directory, listLabFiles(images), mode);
    console.log(
      `${directory} holds the lab and the manual: ${formatCount(files, 'file')}, ${(bytes / 1e6).toFixed(1)} MB. Any web server can host it, also under a path.`,
    );
  },
});
