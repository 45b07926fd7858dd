// SPDX-License-Identifier: MIT
// Somebody who has nothing but README.md: follows its link for testers of browsers, and does
// the five steps that it leads to, to the letter, on a screen, in a home folder of their own.
// The ports are the default ones, so all of it has a network of its own.

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CHROMIUM_ARGS } from './browsers.mjs';
import { Desktop } from './desktop.mjs';
import { missing, run, until, works } from './programs.mjs';
import { OUTPUT } from './server.mjs';
import { Tap, skipAll } from './tap.mjs';

const HERE = fileURLToPath(import.meta.url);
const ROOT = path.resolve(path.dirname(HERE), '../..');
const STEPS_MAX = 5;
const UNSHARE = process.getuid() === 0 ? ['-n'] : ['-r', '-n'];

const DOOR = /^\*\*You test a browser\.\*\*[^]*?\]\(([^)#]+)#([^)]+)\)/m;

// "1. `command`; words." -> command, below the heading that README.md's door leads to.
function readSteps() {
    const [, page, anchor] = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8').match(DOOR);
    const part = fs.readFileSync(path.join(ROOT, page), 'utf8').split('\n## ').find((each) =>
        each.split('\n')[0].toLowerCase().replaceAll(' ', '-') === anchor);
    return [...part.matchAll(/^\d\. `([^`]+)`/gm)].map(([, command]) => command);
}

function spawnGroup(command, words, options) {
    return spawn(command, words, { detached: true, ...options });
}

async function endGroup(child) {
    if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        process.kill(-child.pid, 'SIGTERM');
        await ended;
    }
}

// Until scripts/run says where to point a browser.
function startServer(command, env) {
    const server = spawnGroup('bash', ['-c', command],
        { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = [];
    return new Promise((resolve, reject) => {
        readline.createInterface({ input: server.stdout }).on('line', (line) => {
            lines.push(line);
            if (line.includes('the desk: start here')) {
                resolve(server);
            }
        });
        server.once('exit', () => reject(new Error(`${command} ended:\n${lines.join('\n')}`)));
    });
}

async function follow(tap, steps, folder, desktop) {
    const env = { ...process.env, ...desktop.env, HOME: folder, XDG_RUNTIME_DIR: folder };
    for (const name of ['DATA', 'CONFIG', 'STATE', 'CACHE']) {
        delete env[`XDG_${name}_HOME`];
    }
    const server = await startServer(steps[0], env);
    tap.ok(true, `1. ${steps[0]}`);
    // What a test adds to the letter: root's Chromium, and that it asks nobody else.
    const chromium = `chromium() { command chromium ${CHROMIUM_ARGS.join(' ')} --test-type "$@"; }`;
    const done = path.join(folder, 'done');
    const script = [chromium, 'set -e', ...steps.slice(1).flatMap((step, i) => [
        ...(i === steps.length - 2 ? [`echo yes >'${done}'`] : []), step])].join('\n');
    const person = spawnGroup('bash', ['-c', script], { env: { ...env, TMPDIR: folder }, cwd: folder,
        stdio: ['ignore', 'ignore', 'ignore'] });
    try {
        await until('end of the steps before the browser', async () =>
            fs.existsSync(done) || person.exitCode !== null);
        if (person.exitCode !== null) {
            throw new Error(`a step failed, exit code ${person.exitCode}`);
        }
        tap.ok(run('curl', '-s', 'http://localhost:8443/').includes('https'),
            'who forgets the s of https is told so');
        tap.ok(true, `2 to ${steps.length - 1}: a store, the files, the import`);
        const title = (text) => run('xdotool', 'search', '--onlyvisible', '--name', text) !== '';
        process.env.DISPLAY = desktop.env.DISPLAY;
        await until('browser', async () => title('Chromium'));
        // The dialog is no window, and what is typed before it stands does nothing.
        await until('login', async () => {
            await desktop.changed('');
            desktop.press('Return');
            return until('login', async () => title('You are let in'), 2000);
        });
        tap.ok(true, `${steps.length}. ${steps.at(-1)}, and OK: You are let in`);
        await desktop.changed(''); // the dialog fades
        desktop.capture(path.join(OUTPUT, 'screenshots', 'newcomer.png'));
    } finally {
        await endGroup(person);
        await endGroup(server);
    }
}

const why = Desktop.missing() || missing('chromium', 'certutil', 'pk12util', 'curl', 'unshare', 'ip')
    || (works('unshare', ...UNSHARE, 'ip', 'link', 'set', 'lo', 'up') ? '' :
        'a network of its own is not to be had');
if (why) {
    skipAll(`${why} (scripts/deps browser)`);
}
if (process.env.CERTGATE_NEWCOMER === undefined) {
    const { status } = spawnSync('unshare', [...UNSHARE, 'sh', '-c',
        'ip link set lo up && exec node "$0"', HERE],
    { stdio: 'inherit', env: { ...process.env, CERTGATE_NEWCOMER: 'yes' } });
    process.exit(status ?? 1);
}
const tap = new Tap();
const steps = readSteps();
fs.mkdirSync(path.join(OUTPUT, 'screenshots'), { recursive: true });
tap.ok(steps.length > 1 && steps.length <= STEPS_MAX, `where README.md leads: at most ${STEPS_MAX} steps`,
    steps.join('\n'));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'certgate-newcomer-'));
const desktop = await Desktop.start();
await tap.part('the steps that README.md leads to', () => follow(tap, steps, folder, desktop));
await desktop.stop();
fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
tap.done();
