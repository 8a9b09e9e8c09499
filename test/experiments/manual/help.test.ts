/** Topics of the manual in the terminal, and its address in the browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { canOpenBrowser } from '../../../experiments/cli/lab.ts';
import { readTopics } from '../../../experiments/manual/topics.ts';
import { inProcess } from '../cli/inProcess.ts';

const CLI = fileURLToPath(new URL('../../../experiments/cli.js', import.meta.url));
const help = (...words: string[]) => inProcess(tmpdir(), 'help', ...words);

test('help of a topic prints the first part of its page, without HTML, and its address', async () => {
  for (const [name, { title, address }] of Object.entries(readTopics())) {
    if (['demo', 'device', 'lab', 'learn', 'log', 'mnist', 'run', 'study', 'sweep'].includes(name)) continue;
    const { status, stdout, stderr } = await help(name);
    assert.equal([status, stderr], [0, ''], name);
    assert.ok(stdout.startsWith(`${title}\n\n`), name);
    assert.ok(stdout.endsWith(`memspike docs ${name} (manual/${address})\n`), name);
    assert.not.match(stdout, /<\/|&[a-z]+;|<!--/, name);
  }
});

test('help lists commands and topics', async () => {
  const { status, stdout } = await help();
  assert.is(status, 0);
  assert.match(stdout, /memspike version/);
  assert.match(stdout, /Pages of the manual:\n {2}.*\bdevices\b/s);
  assert.ok(stdout.split('\n').every((line) => line.length <= 80 || line.startsWith('A topic')));
});

test('a command precedes a topic of its name, and names the page', async () => {
  const { stdout } = await help('lab');
  assert.match(stdout, /^memspike lab \[options\]/);
  assert.match(stdout, /Manual: memspike docs lab\n$/);
});

test('an unknown topic is refused in one sentence with the nearest name', async () => {
  for (const words of [
    ['help', 'recordng'],
    ['docs', 'recordng'],
  ])
    assert.equal(await inProcess(tmpdir(), ...words), {
      status: 2,
      stdout: '',
      stderr: 'memspike: "recordng" is not a topic of the manual, did you mean "recording"?\n',
    });
  assert.match((await help('mnits')).stderr, /^memspike: "mnits" is not a topic .*, did you mean "mnist"\?\n$/);
});

test('docs prints the address of the page, which is served until Ctrl-C', async () => {
  const child = spawn(process.execPath, [CLI, 'docs', 'Devices'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const [, url] = /^The manual is at (http:\S+\/manual\/guide\/devices\.html) until Ctrl-C\.\n$/.exec(String(line))!;
  const page = await fetch(url!);
  assert.is(page.status, 200);
  assert.match(await page.text(), /<title>Devices · memspike<\/title>/);
  assert.match(await (await fetch(new URL('../', url))).text(), /<title>[^<]* memspike<\/title>|memspike manual/);
  child.kill('SIGINT');
  assert.equal(await once(child, 'exit'), [130, null]);
});

test('a browser is opened on a terminal with a screen only', () => {
  assert.ok(canOpenBrowser(true, { DISPLAY: ':0' }, 'linux'));
  assert.ok(canOpenBrowser(true, { WAYLAND_DISPLAY: 'wayland-0' }, 'linux'));
  assert.ok(canOpenBrowser(true, {}, 'darwin'));
  assert.not(canOpenBrowser(true, {}, 'linux'));
  assert.not(canOpenBrowser(false, { DISPLAY: ':0' }, 'linux'));
  assert.not(canOpenBrowser(false, {}, 'win32'));
});

test.run();
