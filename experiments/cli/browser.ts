import { isatty } from 'node:tty';

/** True if a command has a terminal, and the machine a screen: only then is a browser opened. */
export const canOpenBrowser = (
  isTerminal: boolean = isatty(1),
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean =>
  isTerminal &&
  (platform !== 'linux' || [env.DISPLAY, env.WAYLAND_DISPLAY, env.WSL_DISTRO_NAME].some((name) => Boolean(name)));

/** Opens an address in the browser of the user, if there is one. The caller has printed the address. */
export async function openBrowser(url: string): Promise<void> {
  if (!canOpenBrowser()) return;
  const { default: open } = await import('open');
  try {
    await open(url);
  } catch (error) {
    console.error(`No browser was opened: ${(error as Error).message}`);
  }
}
